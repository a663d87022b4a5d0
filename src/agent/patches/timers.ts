import type * as Timers from 'node:timers';
import type { HandleType } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { AnyFunction } from '../sites.ts';
import type { Callable } from './wrap.ts';
import { callWithRoom, wrap } from './wrap.ts';

/** Timers from here on are all recorded, shorter ones one in so many. */
const longMs = 10_000;
const shortOneIn = 16;
const maxDelayMs = 2_147_483_647;

/** Intervals, long timers, and one in sixteen short ones. That a timer has gone is read off the timer itself. */
export function patchTimers(agent: Agent): void {
  const { rows, sites } = agent;
  let short = 0;

  function track(type: HandleType, timer: unknown, delay: unknown, below: AnyFunction): void {
    const ms = Number(delay) || 0;
    const isShort = type === 'timeout' && !(ms >= longMs && ms <= maxDelayMs);
    if (isShort && (short += 1) % shortOneIn !== 0) return;
    const weight = sites.weigh(type);
    if (weight === 0) return;
    agent.quietly(() => {
      const handle = timer as object;
      const site = sites.ofCaller(type, below);
      if (site >= 0) rows.open({ type, handle, detail: `${ms} ms`, site, weight: isShort ? weight * shortOneIn : weight });
    });
  }

  function watched(type: HandleType): (original: Callable) => Callable {
    return (original) => {
      const replacement: Callable = function (this: unknown) {
        // What is no function makes node throw.
        const timer =
          typeof arguments[0] === 'function' ? Reflect.apply(original, this, arguments) : callWithRoom(original, this, arguments);
        track(type, timer, arguments[1], replacement);
        return timer;
      };
      return replacement;
    };
  }

  const timers = require('timers') as typeof Timers;
  for (const [key, type] of [
    ['setInterval', 'interval'],
    ['setTimeout', 'timeout'],
  ] as const) {
    wrap(globalThis, key, watched(type));
    agent.quietly(() => {
      (timers as Record<string, unknown>)[key] = globalThis[key];
    });
  }
}
