import { defineConfig } from 'vitest/config';

// Tests start real child processes; two at a time is what a small machine bears without timing them out.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/careful-kill.ts', 'test/support/nothing-stays-open.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
