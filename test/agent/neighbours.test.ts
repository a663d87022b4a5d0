import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { agentFile, makeRun, readOnlyThread, readThreads } from './support/agent.ts';
import { installPackages, packageFile } from './support/packages.ts';

/** What a neighbour has sent: method, path, and the body as it came. */
interface Sent {
  readonly path: string;
  readonly body: string;
}

/** Somebody who takes whatever the neighbours send home. */
async function home(): Promise<{ readonly port: number; readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      sent.push({ path: request.url ?? '', body: Buffer.concat(parts).toString('latin1') });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { port: (server.address() as AddressInfo).port, sent };
}

/** A server that is asked for some seconds, and keeps something of each request. */
const service = `
const http = require('node:http');
const kept = [];
const server = http.createServer((request, response) => {
  for (let i = 0; i < 200; i++) kept.push({ i, text: 'x'.repeat(50) + i });
  response.end('ok');
});
server.listen(0, '127.0.0.1', async () => {
  const until = Date.now() + 5000;
  let served = 0;
  while (Date.now() < until) {
    served += (await (await fetch('http://127.0.0.1:' + server.address().port + '/')).text()) === 'ok' ? 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(served > 20 ? 'served' : 'only ' + served);
  process.exit(0);
});
`;

const failing = `
const Sentry = require(${JSON.stringify(packageFile('@sentry/node'))});
Sentry.init({ dsn: 'http://key@127.0.0.1:' + process.env.HOME_PORT + '/1', tracesSampleRate: 1 });
require('node:timers').setTimeout(() => {
  throw new Error('for Sentry');
}, 1500);
`;

type Order = 'alone' | 'the agent first' | 'the agent last';

async function runBeside(order: Order, neighbour: string | undefined, source: string, env: Readonly<Record<string, string>>) {
  const run = makeRun();
  const files = neighbour === undefined ? [] : [neighbour];
  const loaded = { alone: files, 'the agent first': [agentFile, ...files], 'the agent last': [...files, agentFile] }[order];
  const program = join(tempFolder(), 'main.cjs');
  writeFileSync(program, source);
  const end = await runProgram(program, {
    nodeArgs: loaded.flatMap((file) => ['--require', file]),
    env: { ...run.env, ...env, NODE_OPTIONS: '', ...(order === 'alone' && { WATERTIGHT_OFF: '1' }) },
  });
  return { end, directory: run.directory };
}

beforeAll(installPackages, 300_000);

describe('beside dd-trace, which profiles the heap', () => {
  test.each(['the agent first', 'the agent last'] as const)('%s: its profiles arrive, and its sampler is read', async (order) => {
    const { port, sent } = await home();
    const { end, directory } = await runBeside(order, packageFile('dd-trace/init.js'), service, {
      DD_TRACE_AGENT_URL: `http://127.0.0.1:${port}`,
      DD_PROFILING_ENABLED: '1',
      DD_PROFILING_UPLOAD_PERIOD: '2',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_TRACE_STARTUP_LOGS: 'false',
    });
    expect(end).toMatchObject({ code: 0, stdout: 'served\n', stderr: '' });
    const profiles = sent.filter(({ path }) => path.startsWith('/profiling'));
    expect(profiles.length).toBeGreaterThan(0);
    for (const { body } of profiles) expect(body).toContain('name="space.pprof"');
    const { records } = readOnlyThread(directory);
    expect(records).toContainEqual(['!', expect.any(Number), 'neighbour', expect.stringContaining('another heap sampler')]);
    expect(records.some(([kind]) => kind === 'p')).toBe(true);
  });
});

describe('beside Sentry', () => {
  async function crash(order: Order) {
    const { port, sent } = await home();
    const { end, directory } = await runBeside(order, undefined, failing, { HOME_PORT: `${port}` });
    return { end, directory, told: sent.some(({ body }) => body.includes('for Sentry')) };
  }

  test('an uncaught error is told as it is without us, and ends the program in the same way', async () => {
    const alone = await crash('alone');
    const watched = await crash('the agent first');
    expect(alone).toMatchObject({ told: true, end: { code: 1 } });
    expect(watched.told).toBe(true);
    const place = /\/[^\s()]*main\.cjs/g;
    const shown = ({ end }: typeof alone) => ({ ...end, stderr: end.stderr.replaceAll(place, 'main.cjs') });
    expect(shown(watched)).toEqual(shown(alone));
    // Sentry has a thread of its own beside it, and ends the program itself.
    const main = readThreads(watched.directory).find(({ header }) => header.tid === 0);
    expect(main?.records.at(-1)?.slice(2, 4)).toEqual(['exit', 1]);
  });
});
