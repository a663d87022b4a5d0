import { createHook } from 'node:async_hooks';
import type { AsyncHook } from 'node:async_hooks';
import { programLine } from './caller.ts';

/** What Node and test runners begin at any time: reads of modules, their own immediates and look-ups. */
const transient = /^(Immediate|TickObject|FSReq|GetAddrInfoReq|Microtask)/;

/** So many handles per type that keep the process alive. */
export function openHandles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) if (!transient.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

interface Made {
  readonly type: string;
  readonly site: string | null;
  readonly resource: WeakRef<object>;
}

/** A program that opens more at once gets lines for the first of them. */
const mostRemembered = 20_000;

/** What `getActiveResourcesInfo` calls a handle, and what `async_hooks` does. */
const hookNames: Readonly<Record<string, string>> = { TCPSocketWrap: 'TCPWRAP', Timeout: 'Timeout' };

/** While it is on, remembers for each handle the line of the program that made it. */
export class HandleLines implements Disposable {
  readonly #made: Map<number, Made> = new Map();
  readonly #hook: AsyncHook;

  constructor() {
    const callbacks = {
      init: (id: number, type: string, triggerId: number, resource: object): void =>
        this.#remember(id, type, triggerId, resource),
      destroy: (id: number): void => void this.#made.delete(id),
      // Where Node knows this option, promises stay as fast as they are.
      trackPromises: false,
    };
    this.#hook = createHook(callbacks).enable();
  }

  /** One for each handle of a type that was made since, is still there and keeps the process alive. */
  linesOf(name: string): readonly (string | null)[] {
    const type = hookNames[name] ?? name.toUpperCase();
    return [...this.#made.values()].flatMap((one) =>
      one.type === type && isActive(one.resource.deref()) && !isRunners(one.site) ? [one.site] : [],
    );
  }

  /** The line that started a child process. */
  lineOfProcess(pid: number): string | null {
    for (const one of this.#made.values()) {
      const resource = one.type === 'PROCESSWRAP' ? one.resource.deref() : undefined;
      if (resource !== undefined && Reflect.get(resource, 'pid') === pid) return one.site;
    }
    return null;
  }

  [Symbol.dispose](): void {
    this.#hook.disable();
    this.#made.clear();
  }

  #remember(id: number, type: string, triggerId: number, resource: object): void {
    if (type === 'PROMISE' || this.#made.size >= mostRemembered) return;
    const caller = programLine();
    // Of this package's own timers those that matter are rows of a registry.
    if (caller.isOurs) return;
    // What Node makes on its own, later, belongs to the line of what led to it.
    const site = caller.site ?? this.#made.get(triggerId)?.site ?? null;
    this.#made.set(id, { type, site, resource: new WeakRef(resource) });
  }
}

/** A runner's own timers and channels, which no test made. */
function isRunners(site: string | null): boolean {
  return site !== null && /[\\/]node_modules[\\/](@?vitest|vite)[\\/]/.test(site);
}

function isActive(resource: object | undefined): boolean {
  if (resource === undefined) return false;
  const hasRef: unknown = Reflect.get(resource, 'hasRef');
  return typeof hasRef !== 'function' || hasRef.call(resource) !== false;
}
