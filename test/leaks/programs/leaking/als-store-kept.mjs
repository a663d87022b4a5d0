// leaking: resources made inside a request's context are kept, and the context with them
// right: startTrace, handle, defer
// rate: 220
// written: 2026-11-21
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { drive, traffic } from '../../driver.mjs';

const context = new AsyncLocalStorage();
const deferred = [];

function defer(name) {
  deferred.push(new AsyncResource(name));
}

function startTrace(n) {
  return { traceId: `trace-${n}`, spans: new Array(110).fill(n) };
}

function handle(n) {
  context.run(startTrace(n), () => {
    defer('metrics-flush');
  });
}

await drive((n) => {
  traffic(n);
  handle(n);
});
