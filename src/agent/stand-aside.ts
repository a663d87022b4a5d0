import { environment } from '../wire/records.ts';

/** Kept on `process`, not enumerable: a second copy of the agent finds the first by it, and registries call what it holds. */
export const loadedMark: unique symbol = Symbol.for('watertight.agent.v1') as never;

/** Whether the agent must not touch this program. Uses nothing that Node 8 lacks. */
export function standsAside(): boolean {
  const versions = process.versions as Readonly<Record<string, string | undefined>>;
  const [major = 0, minor = 0] = String(versions['node']).split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 10)) return true;
  if (versions['bun'] || versions['deno'] || versions['electron'] || versions['nw']) return true;
  if (process.env[environment.off] === '1') return true;
  if (loadedMark in process) return true;
  return isInheritedWithoutRun();
}

/** How a supervisor preloads us: by the path of the file. People write `watertight/agent`. */
export const preload: RegExp = /agent[/\\]+entry\.cjs/;

/** A child that kept NODE_OPTIONS but lost the run's directory: it belongs to a run that it cannot find. */
function isInheritedWithoutRun(): boolean {
  return !process.env[environment.run] && preload.test(process.env['NODE_OPTIONS'] || '');
}
