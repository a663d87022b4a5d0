// leaking: two workers render pages, and each keeps what it has rendered by its address
// right: render, paragraphs
// rate: 880
// written: 2026-11-21
const { isMainThread, parentPort, Worker } = require('node:worker_threads');

const rendered = new Map();

function paragraphs(path) {
  return Array.from({ length: 14 }, (_, at) => ({ at, html: `<p>${path} ${at}</p>`, words: [at, path.length] }));
}

function render(path) {
  if (!rendered.has(path)) rendered.set(path, { path, parts: paragraphs(path), made: Date.now() });
  return rendered.get(path).parts.length;
}

async function main() {
  const { drive, traffic } = await import('../../driver.mjs');
  const workers = [new Worker(__filename), new Worker(__filename)];
  const used = [0, 0];
  for (const [at, worker] of workers.entries()) {
    worker.on('message', (heap) => {
      used[at] = heap;
    });
  }
  await drive(
    (n) => {
      traffic(n);
      workers[n % 2].postMessage(`/pages/${n}?from=${n * 7}`);
    },
    { perSecond: 240, count: () => Math.round((used[0] + used[1]) / 1024) },
  );
}

if (isMainThread) {
  main();
} else {
  let answered = 0;
  parentPort.on('message', (path) => {
    render(path);
    answered += 1;
    if (answered % 50 === 0) parentPort.postMessage(process.memoryUsage().heapUsed);
  });
}
