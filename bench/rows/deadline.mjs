import { systemClock, TimingWheel } from '../../dist/kernel/clock/index.js';

const per = 1000;
const nothing = () => {};

/** A deadline that is set and cancelled: what every release and every borrowed lease costs when all goes well. */
export const deadline = {
  title: 'deadline: set + cancel',
  unit: 'ns of CPU',
  budget: 30,
  async cases() {
    const wheel = new TimingWheel(systemClock);
    return [
      {
        name: 'watertight TimingWheel',
        ours: true,
        per,
        run() {
          for (let i = 0; i < per; i++) wheel.cancel(wheel.set(30_000, nothing, i));
        },
      },
      {
        name: 'setTimeout + clearTimeout',
        per,
        run() {
          for (let i = 0; i < per; i++) clearTimeout(setTimeout(nothing, 30_000));
        },
      },
      {
        name: 'setTimeout().unref() + clearTimeout',
        per,
        run() {
          for (let i = 0; i < per; i++) clearTimeout(setTimeout(nothing, 30_000).unref());
        },
      },
      {
        name: 'AbortSignal.timeout (cannot be cancelled)',
        per,
        run() {
          for (let i = 0; i < per; i++) AbortSignal.timeout(1);
        },
      },
    ];
  },
};
