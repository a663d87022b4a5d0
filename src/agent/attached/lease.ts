import type { Agent } from '../agent.ts';
import { leaseFileName } from '../../wire/names.ts';
import type { AttachSettings } from './settings.ts';

const everyMs = 1000;
/** One look may come too early after the machine has slept. */
const looks = 3;

/**
 * Stops the agent when the supervisor takes its lease away (a file in the directory of the run), or has not renewed it for a while: a
 * supervisor that was killed leaves nothing behind. Where there is no file to look at, `keep` is called instead.
 */
export function watchLease(agent: Agent, settings: AttachSettings, stop: (why: string) => void): { readonly keep: () => void } {
  const { natives } = agent;
  const path = `${settings.directory ?? ''}/${leaseFileName(settings.pid, settings.start)}`;
  let renewedMs = natives.now();
  let stale = 0;

  /** False: it was taken away. */
  function look(): boolean {
    if (settings.directory === null) return true;
    try {
      renewedMs = Math.max(renewedMs, natives.lstatSync(path).mtimeMs);
      return true;
    } catch {
      return false;
    }
  }

  function tick(): void {
    if (!look()) return stop('the supervisor has finished');
    stale = natives.now() - renewedMs > settings.staleMs ? stale + 1 : 0;
    if (stale >= looks) return stop('the supervisor has gone');
    schedule();
  }

  function schedule(): void {
    natives.setTimeout(() => agent.quietly(tick), everyMs).unref();
  }

  schedule();
  return {
    keep() {
      renewedMs = natives.now();
    },
  };
}
