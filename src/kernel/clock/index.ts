export type { Clock, ScheduleOptions, Timer } from './clock.ts';
export { systemClock } from './system.ts';
export type { ManualClockOptions } from './manual.ts';
export { ManualClock } from './manual.ts';
export { CoarseClock } from './coarse.ts';
export { TimingWheel } from './wheel.ts';
export { isoTime } from './iso.ts';
export { pause, until } from './pause.ts';
