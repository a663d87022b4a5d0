// clean: a pool that makes objects while more are in use than before, at most four hundred
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const free = [];
let made = 0;

function take() {
  const known = free.pop();
  if (known !== undefined) return known;
  made += 1;
  return { id: made, cells: new Array(500).fill(0) };
}

async function work(n) {
  const one = take();
  one.cells[n % 500] = n;
  await sleep(100 + upTo(900));
  if (free.length < 400) free.push(one);
}

await drive((n) => {
  traffic(n);
  void work(n);
});
