import type { Logger } from '../kernel/logger.ts';
import type { RegistryEvent, ResourceEvent } from './events.ts';

/** One line per event: debug for what goes well, warn for what is late or lost, error for what failed. */
export function logEvent(logger: Logger, event: RegistryEvent): void {
  if (event.kind === 'shutdown') {
    const { registry, ok, released, problems, durationMs } = event;
    return logger[ok ? 'info' : 'warn']({ registry, released, problems, durationMs }, 'registry shut down');
  }
  logger[levels[event.kind]](fieldsOf(event), `${event.type} ${event.kind}`);
}

const levels: Readonly<Record<ResourceEvent['kind'], keyof Logger>> = {
  registered: 'debug',
  releasing: 'debug',
  released: 'debug',
  detached: 'debug',
  leaked: 'warn',
  'timed-out': 'warn',
  abandoned: 'error',
  failed: 'error',
};

function fieldsOf(event: ResourceEvent): Readonly<Record<string, unknown>> {
  const { id, type, owner, error, registry, name, reason, createdAt, attempts, durationMs } = event;
  const always = { resourceId: id, type, owner, code: error?.code ?? null, registry };
  const present = { name, reason, createdAt, durationMs, error: error?.message ?? null };
  const rest = Object.fromEntries(Object.entries(present).filter(([, value]) => value !== null));
  return attempts > 0 ? { ...always, ...rest, attempts } : { ...always, ...rest };
}
