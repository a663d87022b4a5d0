import { expect, test } from 'vitest';
import { root, runProgram } from '../support/run-program.ts';

const scheduleUrl = JSON.stringify(new URL(`file://${root}/dist/schedule/index.js`).href);

test('a schedule does not keep the process alive, and says so if it shall', async () => {
  const source = (keepAlive: boolean): string => `
    import { CleanupScheduler } from ${scheduleUrl};
    const scheduler = new CleanupScheduler();
    scheduler.scheduleCleanup('x', () => console.log('ran'), { delayMs: 50, keepAlive: ${keepAlive} });`;
  expect(await runProgram(source(false))).toMatchObject({ code: 0, stdout: '' });
  expect(await runProgram(source(true))).toMatchObject({ code: 0, stdout: 'ran\n' });
});

test('a task that fails for ever is no unhandled rejection', async () => {
  const end = await runProgram(`
    import { CleanupScheduler } from ${scheduleUrl};
    const scheduler = new CleanupScheduler({ onOutcome: ({ result, run }) => console.log(run, result) });
    scheduler.scheduleCleanup('x', async () => { throw new Error('no'); }, { attempts: 2, keepAlive: true, backoff: { firstMs: 1 } });`);
  expect(end).toMatchObject({ code: 0, stdout: '1 failed\n2 failed\n', stderr: '' });
});

test('a delay of 30 days does not run at once', async () => {
  const end = await runProgram(`
    import { CleanupScheduler } from ${scheduleUrl};
    const scheduler = new CleanupScheduler();
    scheduler.scheduleCleanup('x', () => console.log('ran'), { delayMs: 30 * 24 * 3600 * 1000 });
    setTimeout(async () => { await scheduler.stop(); console.log('stopped'); }, 60);`);
  expect(end).toMatchObject({ code: 0, stdout: 'stopped\n', stderr: '' });
});
