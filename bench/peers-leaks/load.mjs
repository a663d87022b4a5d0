/** A paced load over kept-alive connections: `requests` at `perSecond`. Resolves with how many were answered. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export async function load(port, { perSecond = 200, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const end = performance.now() + seconds * 1000;
  let answered = 0;
  let sent = 0;
  const one = () =>
    new Promise((resolve) => {
      get({ host: '127.0.0.1', port, agent, path: `/${sent}` }, (response) => {
        response.resume().on('end', () => {
          answered += 1;
          resolve();
        });
      }).on('error', resolve);
    });
  const started = performance.now();
  while (performance.now() < end) {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (sent < due) {
      sent += 1;
      void one();
    }
    await sleep(10);
  }
  agent.destroy();
  return answered;
}
