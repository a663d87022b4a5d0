// Visitors: a process of its own that asks at a steady pace. Usage: node load.js <port> <seconds>
const [port, seconds] = process.argv.slice(2).map(Number);
const perSecond = 80;
const items = ['book', 'lamp', 'chair', 'cup', 'pen', 'bag', 'clock', 'plant'];

async function visit(count: number): Promise<void> {
  // A new item now and then: real catalogues grow.
  const item = `${items[count % items.length]}-${Math.floor(count / 400)}`;
  const route = ['cart', 'cart', 'order', 'price'][count % 4];
  const response = await fetch(`http://127.0.0.1:${port}/${route}?item=${item}`);
  await response.arrayBuffer();
}

let sent = 0;
let failed = 0;
const end = performance.now() + (seconds ?? 40) * 1_000;
const timer = setInterval(() => {
  if (performance.now() > end) {
    clearInterval(timer);
    console.log(`load: ${sent} requests sent, ${failed} failed`);
    return;
  }
  sent += 1;
  visit(sent).catch(() => {
    failed += 1;
  });
}, 1_000 / perSecond);
