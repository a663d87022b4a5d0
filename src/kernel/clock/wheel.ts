import type { Milliseconds } from '../units.ts';
import type { Clock, Timer } from './clock.ts';
import { coarseTickMs } from './coarse.ts';
import { Occupancy, dueHead, newHead, slotFor, slotStart } from './wheel-slots.ts';
import type { WheelCallback } from './wheel-store.ts';
import { WheelStore } from './wheel-store.ts';

export interface TimingWheelOptions {
  /** How many deadlines fit before the columns grow. Default 64. */
  readonly capacity?: number;
}

/** Far beyond any process: keeps sums of times exact. */
const latest = 2 ** 50;

/**
 * Deadlines by the million on one real timer. Setting and cancelling is a few writes to typed arrays: a new deadline waits in a
 * list, and only what is still there at the next tick (20 ms) is given its place, counted from that moment. So a deadline is never
 * early, and late by one tick at most, plus what the event loop is late; most are cancelled before they cost anything. On a clock
 * that is exact each deadline is placed at once, to the millisecond. An empty wheel has no timer after the next tick.
 *
 * Deadlines that hold the process (`ref`) do so until they have run or are cancelled. A callback that throws reaches the event
 * loop as an uncaught exception; the other deadlines run nevertheless.
 */
export class TimingWheel {
  readonly #clock: Clock;
  readonly #store: WheelStore;
  readonly #occupied: Occupancy = new Occupancy();
  readonly #exact: boolean;
  readonly #start: Milliseconds;
  readonly #wake: () => void = () => this.#run();
  #time = 0;
  #size = 0;
  #refs = 0;
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #timerRef = false;
  #ticking = false;
  #running = false;

  constructor(clock: Clock, options: TimingWheelOptions = {}) {
    this.#clock = clock;
    this.#exact = clock.exact === true;
    this.#start = clock.monotonic();
    this.#store = new WheelStore(options.capacity);
  }

  /** How many deadlines are set. */
  get size(): number {
    return this.#size;
  }

  /** Calls `callback(arg)` once after `delayMs`, unless cancelled. `ref`: it keeps the process alive until then. Default false. */
  set(delayMs: Milliseconds, callback: WheelCallback, arg: number, ref = false): number {
    const store = this.#store;
    const entry = store.add(delayMs, callback, arg);
    this.#size += 1;
    if (this.#exact) this.#place(entry, this.#elapsed());
    else store.append(newHead, entry);
    if (ref) this.#hold(entry);
    if (!this.#ticking && !this.#running) this.#arm();
    return store.handle(entry);
  }

  /** True when the deadline was still set. Its callback will not be called. */
  cancel(handle: number): boolean {
    const store = this.#store;
    const entry = store.find(handle);
    if (entry === 0) return false;
    this.#drop(entry);
    if (!this.#ticking && !this.#running) this.#relax();
    return true;
  }

  #hold(entry: number): void {
    this.#store.setHolds(entry, true);
    this.#refs += 1;
    if (this.#refs === 1 && this.#timer !== undefined && !this.#timerRef) {
      this.#timerRef = true;
      this.#timer.ref();
    }
  }

  #drop(entry: number): void {
    const store = this.#store;
    if (store.holds(entry)) {
      store.setHolds(entry, false);
      this.#refs -= 1;
    }
    store.remove(entry);
    this.#size -= 1;
  }

  #elapsed(): number {
    return this.#clock.monotonic() - this.#start;
  }

  /** Gives a new entry its slot, its delay counted from `now`. */
  #place(entry: number, now: number): void {
    const delay = this.#store.time(entry);
    const due = Math.max(Math.ceil(now + (delay > 0 ? Math.min(delay, latest) : 0)), Math.floor(now) + 1);
    this.#store.setTime(entry, due);
    this.#sort(entry, due);
  }

  #sort(entry: number, due: number): void {
    const head = slotFor(due, this.#time);
    this.#store.append(head, entry);
    this.#occupied.add(head);
  }

  /** The timer is far away or none, and entries came: it must wake in time for them. */
  #arm(): void {
    const now = this.#elapsed();
    this.#ticking = !this.#exact;
    this.#wakeAt(this.#exact ? this.#nextStart() : now + coarseTickMs, now);
  }

  /** The timer is far away and entries went: it must neither stay without need nor hold the process. */
  #relax(): void {
    if (this.#size === 0) return this.#disarm();
    if (this.#refs === 0 && this.#timerRef) {
      this.#timerRef = false;
      this.#timer?.unref();
    }
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#timerRef = false;
  }

  #wakeAt(at: number, now: number): void {
    const ref = this.#refs > 0;
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    this.#disarm();
    if (at === Infinity) return;
    this.#timerAt = at;
    this.#timerRef = ref;
    this.#timer = this.#clock.schedule(at - now, this.#wake, { ref });
  }

  #nextStart(): number {
    if (!this.#store.isEmpty(dueHead)) return this.#time;
    const head = this.#nextSlot();
    return head < 0 ? Infinity : slotStart(head, this.#time);
  }

  /** The first slot with entries; slots that cancelling has emptied are forgotten on the way. */
  #nextSlot(): number {
    let head = this.#occupied.first(this.#time);
    while (head >= 0 && this.#store.isEmpty(head)) {
      this.#occupied.remove(head);
      head = this.#occupied.first(this.#time);
    }
    return head;
  }

  #run(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#ticking = false;
    this.#running = true;
    try {
      const now = this.#elapsed();
      this.#advance(Math.floor(now));
      this.#placeNew(now);
    } finally {
      this.#running = false;
      if (this.#size > 0) this.#rearm();
    }
  }

  #rearm(): void {
    const now = this.#elapsed();
    const next = this.#nextStart();
    this.#ticking = !this.#exact && !this.#store.isEmpty(newHead);
    this.#wakeAt(this.#ticking ? Math.min(next, now + coarseTickMs) : next, now);
  }

  #placeNew(now: number): void {
    const store = this.#store;
    for (let entry = store.first(newHead); entry !== 0; entry = store.first(newHead)) {
      store.unlink(entry);
      this.#place(entry, now);
    }
  }

  #advance(now: number): void {
    this.#fire();
    for (let head = this.#nextSlot(); head >= 0; head = this.#nextSlot()) {
      const start = slotStart(head, this.#time);
      if (start > now) break;
      this.#time = start;
      this.#empty(head);
      this.#fire();
    }
    this.#time = Math.max(this.#time, now);
  }

  /** Moves what is due out of a slot that has begun, and sorts the rest into finer slots. */
  #empty(head: number): void {
    const store = this.#store;
    this.#occupied.remove(head);
    // Entries beyond the span come back to the slot they left: stop at the one that was last.
    const last = store.last(head);
    for (let entry = store.first(head); entry !== 0; entry = store.first(head)) {
      store.unlink(entry);
      const due = store.time(entry);
      if (due <= this.#time) store.append(dueHead, entry);
      else this.#sort(entry, due);
      if (entry === last) break;
    }
  }

  #fire(): void {
    const store = this.#store;
    for (let entry = store.first(dueHead); entry !== 0; entry = store.first(dueHead)) {
      const callback = store.callback(entry);
      const arg = store.arg(entry);
      this.#drop(entry);
      callback?.(arg);
    }
  }
}
