import type * as Channels from 'node:diagnostics_channel';
import type { Agent } from '../agent.ts';

/** What node says on them is one request each. The second one is there from Node 22 on. */
const channels = ['http.server.request.start', 'http2.server.stream.start'];

/** Counts the requests that the servers of this thread take in. Answers the function to call on each tick. */
export function countRequests(agent: Agent): () => void {
  const { subscribe, unsubscribe } = require('diagnostics_channel') as typeof Channels;
  let requests = 0;
  let told = 0;

  function count(): void {
    requests += 1;
  }

  for (const name of channels) subscribe(name, count);
  agent.stops?.push(() => {
    for (const name of channels) unsubscribe(name, count);
  });
  return () => {
    if (requests === told) return;
    told = requests;
    agent.recorder.add(['q', agent.clock.elapsed(), requests]);
  };
}
