import type * as Channels from 'node:diagnostics_channel';
import { cut } from '../wire/names.ts';
import { redactText } from '../wire/redact.ts';
import type { Agent } from './agent.ts';

/** An event of a registry: its plain data, and the resource itself. */
interface Message {
  readonly kind?: unknown;
  readonly id?: unknown;
  readonly type?: unknown;
  readonly name?: unknown;
  readonly createdAt?: unknown;
  readonly reason?: unknown;
  readonly error?: { readonly message?: unknown } | null;
  readonly value?: unknown;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? cut(redactText(value), 256) : null;
}

/** Events that make too many records are left out after this many per flush. */
const maxPerFlush = 500;

/** What registries of the program say, once `follow` was called: by the first of them, which finds it on `process`. */
export interface OwnedResources {
  readonly follow: () => void;
  /** A flush is over: as many events may be recorded again. */
  readonly reset: () => void;
}

/**
 * Records what registries of the program say, and which of our rows are theirs. The roll is not called: we listen from the
 * start, and the program's own subscribers would hear the answers. Node's channels are not loaded in programs without a registry.
 */
export function createOwnedResources(agent: Agent): OwnedResources {
  let seen = 0;
  let follows = false;

  function record(event: Message): void {
    if (typeof event.kind !== 'string' || typeof event.id !== 'number') return;
    if ((seen += 1) > maxPerFlush) {
      agent.recorder.note('skipped', 'more events of resources than are recorded');
      return;
    }
    const { id, value } = event;
    agent.recorder.add([
      'o',
      agent.clock.elapsed(),
      event.kind,
      id,
      text(event.type) || '',
      text(event.name),
      typeof event.createdAt === 'string' ? event.createdAt : null,
      text(event.reason),
      text(event.error && event.error.message),
    ]);
    const row = value !== null && typeof value === 'object' ? agent.rows.of(value) : undefined;
    if (row && event.kind === 'registered') agent.rows.own(row, id);
  }

  return {
    follow() {
      if (follows) return;
      follows = true;
      const { subscribe } = require('diagnostics_channel') as typeof Channels;
      subscribe('watertight:v1:resource', (message) => agent.quietly(() => record(message as Message)));
    },
    reset() {
      seen = 0;
    },
  };
}
