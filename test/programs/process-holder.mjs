// A program that holds temporary directories, a child tree of three levels (one process forked twice into a session of its own, one with
// a wiped environment) and two servers. It prints one line of JSON per step: what it holds. Then it leaves in the way that its first
// argument names, or waits to be killed. `directory=…` is where its temporary things are made.
import { writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { installShutdown } from '../../dist/core/index.js';
import { ownProcess, startReaper } from '../../dist/process/index.js';
import { configureTemp, ownerRoot, tempDirectory } from '../../dist/temp/index.js';

const [way = 'stay', ...settings] = process.argv.slice(2);
const setting = (name) => settings.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

const directory = setting('directory');
configureTemp({ ...(directory === undefined ? {} : { directory }), sweep: settings.includes('sweep') });
if (settings.includes('shutdown')) installShutdown({ graceMs: 5_000 });
say({ reaper: startReaper() });
const { path, socketPath, nonce } = ownerRoot();
say({ root: path, socket: socketPath, nonce });

const work = tempDirectory({ prefix: 'work_' });
for (let index = 0; index < 20; index += 1) writeFileSync(join(work.path, `f${index}`), 'x');

const levels = `
echo "root $$"
sh -c 'echo "second $$"; sh -c "echo \\"third \\$\\$\\"; exec sleep 3600"; :' &
(setsid sh -c 'echo "forked $$"; exec sleep 3600' &)
env -i PATH="$PATH" sh -c 'echo "wiped $$"; exec sleep 3600' &
echo done 0
wait
`;
const tree = await ownProcess('sh', ['-c', levels], { stdio: ['ignore', 'pipe', 'ignore'] });
say({ pids: [tree.pid] });
tree.child.stdout.setEncoding('latin1');
let seen = '';
const complete = new Promise((resolve) => {
  tree.child.stdout.on('data', (part) => {
    seen += part;
    const pids = [...seen.matchAll(/^[a-z]+ ([1-9]\d*)$/gm)].map((found) => Number(found[1]));
    say({ pids });
    if (pids.length >= 5) resolve();
  });
});

const local = createServer(() => {});
const socketFile = join(work.path, 's');
const tcp = createServer(() => {});
await new Promise((resolve) => local.listen(socketFile, resolve));
await new Promise((resolve) => tcp.listen(0, '127.0.0.1', resolve));
say({ socketFile, port: tcp.address().port });
await complete;

const ways = {
  stay: () => setInterval(() => {}, 1_000),
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('as asked');
  },
  detach: () => {
    tree.detach();
    process.exit(0);
  },
  'lose-pipe': () => {
    // What some libraries do to end at once: the reaper's pipe goes with all others.
    for (const handle of process._getActiveHandles()) if (handle !== process.stdout) handle.destroy?.();
    setInterval(() => {}, 1_000);
  },
};
say({ ready: true });
ways[way]();
