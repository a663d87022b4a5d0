/** The same in Node, for systems without sh: about 10 MB instead of 0.3. Lines and answers are those of the script for sh. */
export const nodeReaper: string = String.raw`
const fs = require('node:fs');
const pipe = new (require('node:net').Socket)({ fd: 3 });
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(name, () => {});
const text = (path) => { try { return fs.readFileSync(path, 'latin1'); } catch { return undefined; } };
const stat = (pid) => {
  const line = text('/proc/' + pid + '/stat');
  if (line === undefined) return undefined;
  const f = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), state: f[0], parent: Number(f[1]), session: Number(f[3]), start: f[19] };
};
let trees = new Map(), dirs = [], owner, rest = '';
const apply = (line) => {
  const [word, a, b, c] = line.split(' ');
  if (word === 'c') { trees = new Map(); dirs = []; }
  else if (word === 'q') process.exit(0);
  else if (word === 'd' && a.startsWith('/')) dirs.push(line.slice(2));
  else if (word === 'o') owner = { pid: a, start: b };
  else if (word === 'm' && /^WATERTIGHT_TREE_[0-9a-f]+_[0-9]+$/.test(a)) trees.set(a, []);
  else if (word === 'p') trees.get(a)?.push({ pid: Number(b), start: c });
  else if (word === 'u') trees.delete(a);
};
pipe.setEncoding('utf8');
pipe.on('error', () => {});
pipe.on('data', (part) => {
  const lines = (rest + part).split('\n');
  rest = lines.pop();
  lines.forEach(apply);
});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const lives = () => { const s = owner && stat(owner.pid); return s && !/[ZX]/.test(s.state) && s.start === owner.start; };
const search = () => {
  const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(stat).filter(Boolean);
  const marks = [...trees.keys()].map((mark) => mark + '=1');
  const known = [...trees.values()].flat();
  const lead = new Set(known.filter((k) => all.some((p) => p.pid === k.pid && p.start === k.start)).map((k) => k.pid));
  const hit = new Set(lead);
  for (const p of all) { const env = text('/proc/' + p.pid + '/environ') ?? ''; if (marks.some((mark) => env.includes(mark))) hit.add(p.pid); }
  hit.delete(0); hit.delete(1);
  for (let more = true; more; ) {
    more = false;
    for (const p of all) if (p.pid > 1 && !hit.has(p.pid) && (hit.has(p.parent) || lead.has(p.session))) { hit.add(p.pid); more = true; }
  }
  return all.filter((p) => hit.has(p.pid) && !/[ZX]/.test(p.state) && p.pid !== process.pid);
};
pipe.on('close', async () => {
  while (lives()) await wait(50);
  for (let round = 0, quiet = 0; trees.size > 0 && round < 100 && quiet < 3; round++) {
    const found = search();
    for (const p of found) try { process.kill(p.pid, 'SIGKILL'); } catch {}
    quiet = found.length > 0 ? 0 : quiet + 1;
    await wait(20);
  }
  for (const dir of dirs) fs.rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});
`;
