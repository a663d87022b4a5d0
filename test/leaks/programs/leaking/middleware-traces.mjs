// leaking: a tracer closes a request's spans after the handler; where the handler throws, they stay open
// right: trace, startSpan, Tracer.startSpan
// rate: 130
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

function compose(middlewares) {
  return (context) => {
    const dispatch = async (at) => middlewares[at]?.(context, () => dispatch(at + 1));
    return dispatch(0);
  };
}

class Tracer {
  #open = new Map();

  startSpan(id, name) {
    const span = {
      id,
      name,
      started: performance.now(),
      attributes: { route: '/orders/:id', host: 'a' },
      events: new Array(40).fill(id),
    };
    if (!this.#open.has(id)) this.#open.set(id, []);
    this.#open.get(id).push(span);
  }

  endAll(id) {
    this.#open.delete(id);
  }
}

const tracer = new Tracer();

async function trace(context, next) {
  tracer.startSpan(context.n, 'request');
  await next();
  tracer.endAll(context.n);
}

async function authenticate(context, next) {
  tracer.startSpan(context.n, 'authenticate');
  await sleep(1);
  await next();
}

function handle(context) {
  if (context.n % 3 === 0) throw new Error('not found');
  context.body = { id: context.n };
}

const app = compose([trace, authenticate, handle]);

await drive(
  async (n) => {
    traffic(n);
    await app({ n }).catch(() => ({ status: 404 }));
  },
  { perSecond: 300 },
);
