import type { ReadStream, WriteStream } from 'node:tty';
import type { Clock, Timer } from '../../kernel/clock/index.ts';
import { isoTime, systemClock } from '../../kernel/clock/index.ts';
import { renderText, wantsColor } from '../../report/index.ts';
import type { Paint } from '../../report/lines.ts';
import { colorPaint, plainPaint } from '../../report/lines.ts';
import { systemProcessTable } from '../platform/index.ts';
import { collect, estimate, snapshot, snapshotPath } from './actions.ts';
import type { SortKey, TopRow } from './rows.ts';
import { sortKeys, topRows } from './rows.ts';
import type { TopView } from './screen.ts';
import { renderPlain, renderScreen } from './screen.ts';
import type { Key } from './terminal.ts';
import { Terminal } from './terminal.ts';
import { WatchedRuns } from './watched-runs.ts';

const everyMs = 1_000;
const messageMs = 15_000;

export interface TopOptions {
  /** Only this process is shown. */
  readonly pid?: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly clock?: Clock;
}

/** What a key that was offered does. */
type Offer = (key: Key) => boolean;

/** The full-screen view: reads the data files of all runs that go on; only what is asked for reaches a program. */
class Top {
  readonly #options: TopOptions;
  readonly #clock: Clock;
  readonly #runs: WatchedRuns;
  readonly #paint: Paint;
  readonly #terminal: Terminal;
  readonly #done: () => void;
  #rows: readonly TopRow[] = [];
  #chosen: string | undefined;
  #sort: SortKey = 'memory';
  #filter = '';
  #isTyping = false;
  #isBelow = false;
  #scrolled = 0;
  #message = '';
  #messageUntilMs = 0;
  #offer: Offer | undefined;
  #timer: Timer | undefined;

  constructor(options: TopOptions, runs: WatchedRuns, done: () => void) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#runs = runs;
    this.#paint = wantsColor({ isTTY: true, env: { ...options.env, CI: undefined } }) ? colorPaint : plainPaint;
    this.#terminal = new Terminal(options.input, options.output, { key: (key) => this.#key(key), resize: () => this.#draw() });
    this.#done = done;
  }

  start(): void {
    this.#terminal.open();
    this.#tick();
  }

  /** The terminal is as it was. */
  stop(): void {
    this.#timer?.cancel();
    this.#terminal.close();
  }

  #tick(): void {
    this.#look();
    this.#draw();
    this.#timer = this.#clock.schedule(everyMs, () => this.#tick(), { ref: true });
  }

  #look(): void {
    const all = topRows(this.#runs.poll(), this.#sort, this.#filter);
    const { pid } = this.#options;
    this.#rows = pid === undefined ? all : all.filter((row) => row.pid === pid);
    if (!this.#rows.some(({ key }) => key === this.#chosen)) this.#chosen = this.#rows[0]?.key;
    if (this.#message !== '' && this.#clock.monotonic() > this.#messageUntilMs && this.#offer === undefined) this.#message = '';
  }

  #draw(): void {
    if (this.#isBelow) return;
    const view: TopView = {
      rows: this.#rows,
      chosen: this.#chosen,
      sort: this.#sort,
      filter: this.#filter,
      isTyping: this.#isTyping,
      message: this.#message,
      scrolled: this.#scrolled,
      time: `${isoTime(this.#clock.now()).slice(11, 19)} UTC`,
    };
    this.#terminal.draw(renderScreen(view, this.#terminal.size, this.#paint));
  }

  #say(message: string): void {
    this.#message = message;
    this.#messageUntilMs = this.#clock.monotonic() + messageMs;
    this.#draw();
  }

  #key(key: Key): void {
    if (key.ctrl && key.name === 'c') return this.#done();
    if (this.#isBelow) return this.#back();
    if (this.#isTyping) this.#type(key);
    else if (this.#offer === undefined || !this.#taken(key)) this.#command(key);
    this.#look();
    this.#draw();
  }

  /** A question was asked: any other key than the one offered takes it back. */
  #taken(key: Key): boolean {
    const offer = this.#offer;
    this.#offer = undefined;
    this.#message = '';
    return offer?.(key) ?? false;
  }

  #type(key: Key): void {
    if (key.name === 'return' || key.name === 'enter') this.#isTyping = false;
    else if (key.name === 'escape') [this.#isTyping, this.#filter] = [false, ''];
    else if (key.name === 'backspace') this.#filter = this.#filter.slice(0, -1);
    else if (/^[ -~]$/.test(key.text)) this.#filter += key.text;
  }

  #command(key: Key): void {
    const row = this.#rows.find((one) => one.key === this.#chosen);
    switch (key.text === '/' ? '/' : key.name) {
      case 'q':
        return this.#done();
      case 'up':
      case 'k':
        return this.#choose(-1);
      case 'down':
      case 'j':
        return this.#choose(1);
      case 'pagedown':
        this.#scrolled += 5;
        return;
      case 'pageup':
        this.#scrolled = Math.max(0, this.#scrolled - 5);
        return;
      case 'o':
        this.#sort = sortKeys[(sortKeys.indexOf(this.#sort) + 1) % sortKeys.length] ?? 'memory';
        return;
      case '/':
        this.#isTyping = true;
        return;
      default:
        if (row !== undefined) this.#ask(key, row);
    }
  }

  #ask(key: Key, row: TopRow): void {
    if (key.name === 'r') this.#report(row);
    else if (key.name === 'c') void this.#collect(row);
    else if (key.name === 's') void this.#snapshot(row);
  }

  #choose(step: number): void {
    const at = this.#rows.findIndex((row) => row.key === this.#chosen);
    this.#chosen = this.#rows[Math.min(this.#rows.length - 1, Math.max(0, at + step))]?.key;
    this.#scrolled = 0;
  }

  #report(row: TopRow): void {
    const { report } = row.run;
    if (report === undefined) return this.#say('there is nothing to report yet');
    this.#isBelow = true;
    const text = renderText(report, { color: this.#paint === colorPaint, width: this.#terminal.size.columns });
    this.#terminal.showBelow(`${text.replaceAll('\n', '\r\n')}\r\n(any key: back to watertight top)\r\n`);
  }

  #back(): void {
    this.#isBelow = false;
    this.#terminal.back();
    this.#draw();
  }

  async #collect(row: TopRow): Promise<void> {
    this.#say(`asking process ${row.pid} to collect …`);
    this.#say(await collect(row, this.#clock));
  }

  async #snapshot(row: TopRow): Promise<void> {
    const path = snapshotPath(row, this.#options.cwd, this.#clock);
    this.#say(`asking process ${row.pid} what a snapshot would take …`);
    const { text, isOffered } = await estimate(row, path, this.#clock);
    if (isOffered) this.#offer = (key) => key.name === 'y' && this.#take(row, path);
    this.#say(text);
  }

  #take(row: TopRow, path: string): boolean {
    this.#say(`taking a snapshot of process ${row.pid} …`);
    void snapshot(row, path, this.#clock).then((text) => this.#say(text));
    return true;
  }
}

function printOnce(options: TopOptions, runs: WatchedRuns): void {
  const all = topRows(runs.poll(), 'memory', '');
  const rows = options.pid === undefined ? all : all.filter((row) => row.pid === options.pid);
  const view: TopView = {
    rows,
    chosen: undefined,
    sort: 'memory',
    filter: '',
    isTyping: false,
    message: '',
    scrolled: 0,
    time: '',
  };
  const color = wantsColor({ isTTY: false, env: options.env });
  options.output.write(renderPlain(view, 120, color ? colorPaint : plainPaint));
}

/** Shows the programs that are watched now until the user quits; without a terminal it prints them once. */
export async function top(options: TopOptions): Promise<void> {
  const runs = new WatchedRuns(options.env, options.clock ?? systemClock, systemProcessTable());
  if (!options.input.isTTY || !options.output.isTTY) return printOnce(options, runs);
  await new Promise<void>((resolve) => {
    const view = new Top(options, runs, () => {
      view.stop();
      resolve();
    });
    view.start();
  });
}
