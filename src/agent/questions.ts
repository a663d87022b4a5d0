// Loaded by `more` when somebody wants to ask this thread.
import type * as Net from 'node:net';
import type { Greeting } from '../wire/questions.ts';
import { longestRequest } from '../wire/questions.ts';
import { wireVersion } from '../wire/records.ts';
import type { Agent } from './agent.ts';
import type { AgentOptions } from './more/options.ts';
import { makeAnswers } from './questions/answers.ts';
import { hideHandles } from './questions/hide.ts';
import { listenShortly } from './questions/place.ts';

/** The socket for questions. */
export interface Questions {
  /** Nobody has been connected for a while. */
  readonly isDone: () => boolean;
  readonly close: () => void;
}

const idleMs = 30_000;
const maxConnections = 8;

/** `<pid>-<start>-<tid>`, as the data file is named. */
function greeting(stem: string): Greeting {
  const [pid = 0, start = 0, tid = 0] = stem
    .slice(stem.lastIndexOf('/') + 1)
    .split('-')
    .map(Number);
  return { wt: wireVersion, pid, start, tid };
}

/** Calls with each whole line; what is too long ends the connection. */
function readLines(socket: Net.Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: unknown) => {
    const lines = (rest + String(text)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > longestRequest) socket.destroy();
  });
}

/** Answers until closed. Nothing of it keeps the program alive or appears among its handles. `null`: no socket can be made. */
export function openQuestions(agent: Agent, options: AgentOptions, folder: string): Questions | null {
  const net = require('net') as typeof Net;
  const stem = agent.recorder.path.replace(/\.wt$/, '');
  const hello = `${JSON.stringify(greeting(stem))}\n`;
  const answers = makeAnswers(agent, options, folder);
  let connected = 0;
  let lastMs = agent.clock.elapsed();

  function serve(socket: Net.Socket): void {
    connected += 1;
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connected -= 1;
      lastMs = agent.clock.elapsed();
    });
    socket.write(hello);
    readLines(socket, (line) => {
      const from = agent.clock.monotonic();
      const reply = answers.answer(line);
      agent.clock.charge(from);
      if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
    });
  }

  const server = net.createServer((socket) => agent.quietly(() => serve(socket)));
  server.maxConnections = maxConnections;
  const show = hideHandles(agent, server);
  const place = listenShortly(agent, server, stem);
  return place === null
    ? null
    : {
        isDone: () => connected === 0 && agent.clock.elapsed() - lastMs > idleMs && !answers.keeps(),
        close() {
          answers.forget();
          place.remove();
          show();
        },
      };
}
