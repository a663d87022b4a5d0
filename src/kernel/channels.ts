import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';

/** Carries every event of every registry as plain data, plus `value`. Public and stable. */
export const resourceChannelName = 'watertight:v1:resource';
/** Whoever subscribes late publishes here (any message): every registry then tells its live rows again on the resource channel. */
export const rollCallChannelName = 'watertight:v1:roll-call';

// Kept for the life of the process: Node forgets a channel that nobody holds, with its subscribers.
export const resourceChannel: Channel = channel(resourceChannelName);
export const rollCallChannel: Channel = channel(rollCallChannelName);

/** In a watched program the agent listens from here on, before the first event: what it keeps on `process` makes it. */
function tellAgent(): void {
  const follow: unknown = Reflect.get(process, Symbol.for('watertight.agent.v1'));
  if (typeof follow !== 'function') return;
  try {
    follow();
  } catch {
    // Being watched must not keep a program from starting.
  }
}

tellAgent();
