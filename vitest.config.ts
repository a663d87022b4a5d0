import { defineConfig } from 'vitest/config';

// Tests start real child processes; most of the time they wait, so three at a time is what two processors bear.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/careful-kill.ts', 'test/support/nothing-stays-open.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 3,
  },
});
