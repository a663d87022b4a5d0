import type { Natives } from '../natives.ts';
import type { Recorder } from '../recorder.ts';

/** A recorder that can be told to stop for good. */
export function stoppableRecorder(recorder: Recorder): Recorder & { readonly stop: () => void } {
  let stopped = false;
  return {
    ...recorder,
    add(record) {
      if (!stopped) recorder.add(record);
    },
    note(code, text) {
      if (!stopped) recorder.note(code, text);
    },
    write() {
      if (!stopped) recorder.write();
    },
    stopped: () => stopped || recorder.stopped(),
    stop() {
      stopped = true;
    },
  };
}

/** Natives whose timers can all be taken back. */
export function stoppableTimers(natives: Natives): { readonly natives: Natives; readonly stop: () => void } {
  const clear = globalThis.clearTimeout;
  const pending = new Set<NodeJS.Timeout>();
  function setTimeout(run: () => void, ms?: number): NodeJS.Timeout {
    const timer = natives.setTimeout(() => {
      pending.delete(timer);
      run();
    }, ms);
    pending.add(timer);
    return timer;
  }
  return {
    // Our own code passes no further arguments and promisifies nothing.
    natives: { ...natives, setTimeout: setTimeout as Natives['setTimeout'] },
    stop() {
      for (const timer of pending) clear(timer);
      pending.clear();
    },
  };
}
