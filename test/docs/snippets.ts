import type { Page } from './pages.ts';

export interface Snippet {
  /** `docs/guide/core.md:12`: the page and the line of the block's fence. */
  readonly where: string;
  readonly language: 'ts' | 'js' | 'sh';
  readonly code: string;
  /** What a `text output` block right after it says that it prints. */
  readonly output: string | undefined;
  /** Why it is not run; undefined: it is run. */
  readonly notRun: string | undefined;
}

interface Block {
  readonly line: number;
  readonly info: string;
  readonly code: string;
  readonly endLine: number;
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)?.[1];
    if (fence === undefined) open?.code.push(line);
    else if (open === undefined) open = { line: index + 1, info: fence.trim(), code: [] };
    else {
      blocks.push({ ...open, code: open.code.join('\n'), endLine: index + 1 });
      open = undefined;
    }
  }
  return blocks;
}

function reasonOf(language: string, info: string): string | undefined {
  const reason = /\bno-run:?\s*(.*)$/.exec(info)?.[1];
  if (reason !== undefined) return reason;
  return language === 'sh' && !/\brun\b/.test(info) ? 'a command for the reader' : undefined;
}

/** The `ts`, `js` and `sh` blocks of a page: the first two are run unless they say `no-run: why`, the last only if it says `run`. */
export function snippetsOf(page: Page): readonly Snippet[] {
  const blocks = blocksOf(page.text);
  return blocks.flatMap((block, index) => {
    const language = block.info.split(' ')[0] ?? '';
    if (language !== 'ts' && language !== 'js' && language !== 'sh') return [];
    const next = blocks[index + 1];
    const isOutput = next?.info === 'text output' && next.line - block.endLine <= 2;
    return [
      {
        where: `${page.path}:${block.line}`,
        language,
        code: block.code,
        output: isOutput ? next.code : undefined,
        notRun: reasonOf(language, block.info),
      },
    ];
  });
}
