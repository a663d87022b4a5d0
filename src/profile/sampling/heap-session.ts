import type * as Inspector from 'node:inspector';
import type { Bytes } from '../../kernel/units.ts';

/** A function on the stack of a sample; line and column from 0 are where it begins. */
export interface CallFrame {
  readonly functionName: string;
  /** `0`: no script (a function of V8's own). `null`: not known; the place is that of a call. */
  readonly scriptId: string | null;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface ProfileNode {
  readonly callFrame: CallFrame;
  readonly id: number;
  readonly children: readonly ProfileNode[];
}

export interface LiveSample {
  /** Bytes that the sample stands for: an object of 40 bytes, sampled each 32 KiB, stands for all of them. */
  readonly size: number;
  readonly nodeId: number;
  readonly ordinal: number;
}

/** What V8's heap sampler answers: the samples that live, in no order, and the tree of their stacks. */
export interface SamplingProfile {
  readonly head: ProfileNode;
  readonly samples: readonly LiveSample[];
}

/** The inspector of this very thread, as far as the heap sampler needs it. */
export interface HeapSession {
  /** The samples that live; `undefined` when nobody samples. A sampler that was started through an inspector collects the whole heap first. */
  read(): SamplingProfile | undefined;
  start(intervalBytes: Bytes): void;
  /** Lets go of the arguments that the program gave to `console`: while a session is connected V8 keeps those of the last 1 000 calls. */
  forgetConsole(): void;
  /** Ends the session, and with it a sampler that it started. */
  close(): void;
}

interface Answer {
  readonly error: Error | null;
  readonly result: { readonly profile?: SamplingProfile } | undefined;
}

const notStarted = /not started/;

/** Connects to the inspector of this thread. Throws where there is none (built without it, or forbidden). */
export function openHeapSession(inspector: Pick<typeof Inspector, 'Session'>): HeapSession {
  const session = new inspector.Session();
  session.connect();

  /** Within one thread the answer comes before `post` returns. */
  function ask(method: string, parameters?: object): Answer {
    let answer: Answer = { error: null, result: undefined };
    session.post(method, parameters, (error: Error | null, result?: object) => {
      answer = { error, result };
    });
    return answer;
  }

  function tell(method: string, parameters?: object): void {
    const { error } = ask(method, parameters);
    if (error) throw error;
  }

  return {
    read() {
      const { error, result } = ask('HeapProfiler.getSamplingProfile');
      if (error && notStarted.test(error.message)) return undefined;
      if (error) throw error;
      return result?.profile;
    },
    start: (intervalBytes) => tell('HeapProfiler.startSampling', { samplingInterval: intervalBytes }),
    forgetConsole: () => tell('Runtime.discardConsoleEntries'),
    close: () => session.disconnect(),
  };
}
