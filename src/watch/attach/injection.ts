import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the supervisor tells the agent; as `src/agent/attached/settings.ts` has it. */
export interface InjectionSettings {
  readonly directory: string | null;
  readonly folder: string;
  readonly pid: number;
  readonly start: number;
  readonly options: string;
  readonly ageMs: number;
  readonly staleMs: number;
}

/** Where the agent that was attached is found on `process`: `{ state, why, agent }`. */
const mark = "Symbol.for('watertight.attached.v1')";
/** Where the timer is found that will close the inspector: whoever attaches meanwhile takes it back. */
const closing = "Symbol.for('watertight.closing.v1')";
/** What belongs to preloading only. */
const left = new Set(['entry.cjs', 'own-run.cjs']);

/** The files of the agent as texts: the program needs no leave to read ours, and nothing of them stays in its cache of modules. */
export function agentSources(entryFile: string): { readonly folder: string; readonly files: Readonly<Record<string, string>> } {
  const folder = dirname(entryFile);
  const names = readdirSync(folder).filter((name) => name.endsWith('.cjs') && !left.has(name));
  return { folder, files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])) };
}

/**
 * A script that loads the agent from a clean point of the event loop (an immediate: the inspector may interrupt a function of the program
 * in its midst). Answers at once; how it went stands in the mark. `binding`: a function of the inspector by which records are sent.
 */
export function injection(settings: InjectionSettings, files: Readonly<Record<string, string>>, binding: string | null): string {
  return `(() => {
  const native = typeof process.getBuiltinModule === 'function' ? (id) => process.getBuiltinModule(id) : require;
  const settings = ${JSON.stringify(settings)};
  const files = ${JSON.stringify(files)};
  const slot = { state: 'waiting', why: '', agent: null, cancel() { clearImmediate(immediate); this.state = 'cancelled'; } };
  const { setImmediate, clearImmediate, clearTimeout } = native('timers');
  clearTimeout(process[${closing}]);
  delete process[${closing}];
  const send = ${binding === null ? '() => undefined' : `globalThis[${JSON.stringify(binding)}]`};
  ${binding === null ? '' : `delete globalThis[${JSON.stringify(binding)}];`}
  const loaded = new Map();
  function load(id) {
    if (!id.startsWith(settings.folder + '/')) return native(id.replace(/^node:/, ''));
    const name = id.slice(settings.folder.length + 1);
    if (loaded.has(name)) return loaded.get(name).exports;
    if (!Object.hasOwn(files, name)) throw new Error('no such part of the agent: ' + name);
    const wrapper = '(function (exports, require, module, __filename, __dirname) {' + files[name] + '\\n})';
    const made = { exports: {} };
    loaded.set(name, made);
    native('vm').runInThisContext(wrapper, { filename: id })(made.exports, load, made, id, settings.folder);
    return made.exports;
  }
  const immediate = setImmediate(() => {
    try {
      const { attach } = load(settings.folder + '/attached.cjs');
      slot.agent = attach(settings, load(settings.folder + '/more.cjs').start, send);
      slot.state = 'recording';
    } catch (error) {
      slot.state = 'failed';
      slot.why = String(error && error.message || error);
    }
  });
  Object.defineProperty(process, ${mark}, { value: slot, configurable: true });
  return true;
})()`;
}

/** How the loading went: `state why`. */
export const askState: string = `(() => { const slot = process[${mark}]; return slot ? slot.state + ' ' + slot.why : 'none '; })()`;

export const cancelLoading: string = `(() => { const slot = process[${mark}]; if (slot && slot.state === 'waiting') slot.cancel(); delete process[${mark}]; })()`;

/** The supervisor is still there; answers whether the agent is. */
export const keepAgent: string = `(() => { const slot = process[${mark}]; if (!slot || !slot.agent) return false; slot.agent.keep(); return !slot.agent.isStopped(); })()`;

/** From the event loop too: it puts functions back. */
export const stopAgent: string = `(() => { const slot = process[${mark}]; const { setImmediate } = typeof process.getBuiltinModule === 'function' ? process.getBuiltinModule('timers') : require('timers'); setImmediate(() => { if (slot && slot.agent) slot.agent.stop('the supervisor has finished'); delete process[${mark}]; }); })()`;

/** Nothing of the mark stays; the agent itself goes on. */
export const forgetMark: string = `delete process[${mark}]`;

/**
 * Within the evaluation it would wait for ourselves to disconnect. Later, not at once: Node (20 to 24) dies of SIGSEGV in
 * `OnCloseFrameWritten` when its inspector is closed while the farewell of a connection is still being written.
 */
export const closeInspector: string = `(() => { const native = typeof process.getBuiltinModule === 'function' ? (id) => process.getBuiltinModule(id) : require; const timer = native('timers').setTimeout(() => { delete process[${closing}]; native('inspector').close(); }, 500); timer.unref(); Object.defineProperty(process, ${closing}, { value: timer, configurable: true }); })()`;
