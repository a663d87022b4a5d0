export type { Clock, ScheduleOptions, Timer } from './clock.ts';
export { systemClock } from './system.ts';
export type { ManualClockOptions } from './manual.ts';
export { ManualClock } from './manual.ts';
export { CoarseClock, coarseTickMs } from './coarse.ts';
export type { TimingWheelOptions } from './wheel.ts';
export { TimingWheel } from './wheel.ts';
export type { WheelCallback } from './wheel-store.ts';
export { isoTime } from './iso.ts';
