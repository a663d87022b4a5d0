// To be loaded before another program: makes hundreds of megabytes of garbage a second beside it.
function makeGarbage() {
  const until = performance.now() + 5;
  let made = [];
  while (performance.now() < until) made = Array.from({ length: 100 }, (_, at) => [at, made.length]);
}

setInterval(makeGarbage, 8).unref();
