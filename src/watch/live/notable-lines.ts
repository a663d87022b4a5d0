import { groupProcesses, judgedThreads } from '../assemble/process-group.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import { containerUse } from '../limits.ts';
import { sessionData } from '../session.ts';
import type { Session } from '../session.ts';
import type { ThreadOf } from '../hunt/judged-windows.ts';
import { HuntLines } from './hunt-lines.ts';
import { idleLine } from './idle-line.ts';
import { MemoryLine } from './memory-line.ts';
import { SamplingLines } from './sampling-lines.ts';
import type { Voice } from './voice.ts';

/** Says what changes while the program runs: each thing once. */
export class NotableLines {
  readonly #session: Session;
  readonly #voice: Voice;
  readonly #memory: MemoryLine;
  readonly #sampling = new SamplingLines();
  readonly #hunt: HuntLines;
  readonly #idleTold = new Set<string>();

  constructor(session: Session, voice: Voice) {
    this.#session = session;
    this.#voice = voice;
    this.#hunt = new HuntLines(session.run.cwd);
    this.#memory = new MemoryLine(session.clock);
  }

  /** The first thread in which something was suspected. */
  get suspected(): ThreadOf | undefined {
    return this.#hunt.suspected;
  }

  /** `always`: also where nobody hears what is said. */
  poll(always: boolean = false): void {
    if ((this.#voice.silent && !always) || this.#session.tail.threads.length === 0) return;
    const data = sessionData(this.#session);
    const processes = groupProcesses(data).filter((process) => data.running.has(process.key));
    for (const process of processes) this.#idle(process);
    for (const text of this.#sampling.poll(processes, (process) => this.#whose(process))) this.#voice.say(text);
    for (const line of this.#hunt.poll(data, judgedThreads(processes))) this.#voice.say(line);
    const line = this.#memory.poll(data, processes, containerUse());
    if (line !== undefined) this.#voice.say(line);
  }

  /** The program itself needs no name. */
  #whose(process: WatchedProcess): string {
    return this.#session.run.program?.pid === process.pid ? '' : `process ${process.pid} `;
  }

  #idle(process: WatchedProcess): void {
    const line = idleLine(process, this.#session.run.cwd);
    if (line === undefined) return;
    const key = `${process.key} ${line}`;
    if (this.#idleTold.has(key)) return;
    this.#idleTold.add(key);
    this.#voice.say(`${this.#whose(process)}${line}`);
  }
}
