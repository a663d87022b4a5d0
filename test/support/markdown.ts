/** The cells of every row of the tables whose first heading is `firstHeading`, heading and rule left out; `\|` inside a cell is a bar. */
export function markdownTable(page: string, firstHeading: string): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let inside = false;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) {
      inside = false;
      continue;
    }
    const cells = cellsOf(line);
    if (inside) rows.push(cells);
    else inside = cells[0] === firstHeading;
  }
  return rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Every link target of a page that is a relative path, without its fragment. */
export function relativeLinks(page: string): readonly string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = (match[1] ?? '').replace(/#.*$/, '');
    return target === '' || /^[a-z]+:/.test(target) ? [] : [target];
  });
}
