import type * as Channels from 'node:diagnostics_channel';

type Subscription = Parameters<typeof Channels.subscribe>;

/** Runs the function, which returns at once, and answers a function that ends all subscriptions made in it. */
export function recordSubscriptions(run: () => void): () => void {
  const channels = require('diagnostics_channel') as typeof Channels;
  const made: Subscription[] = [];
  const { subscribe } = channels;
  const writable = channels as { subscribe: typeof subscribe };
  writable.subscribe = (...subscription) => {
    made.push(subscription);
    subscribe(...subscription);
  };
  try {
    run();
  } finally {
    writable.subscribe = subscribe;
  }
  return () => {
    for (const subscription of made) channels.unsubscribe(...subscription);
  };
}
