const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Prints one row of the budget: ours and its peers, each with its ratio to ours, and whether ours is within the budget. */
export function printRow({ title, unit, budget, results, note }) {
  const ours = results.find((one) => one.ours);
  console.log(`\n${title}   (${unit})`);
  const width = Math.max(...results.map((one) => one.name.length));
  for (const { name, value, low, high, ours: mine } of results) {
    const range = low === undefined ? '' : `  [${number(low)} – ${number(high)}]`;
    const ratio = ours === undefined || mine ? '' : `  ${(value / ours.value).toFixed(2)} × ours`;
    const verdict = mine && budget !== undefined ? `  budget ${budget}: ${value <= budget ? 'within' : 'OVER'}` : '';
    console.log(`  ${name.padEnd(width)}  ${number(value).padStart(8)}${range}${ratio}${verdict}`);
  }
  if (note !== undefined) console.log(`  ${note}`);
}
