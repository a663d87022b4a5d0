// Leaks until its data files hold so many polls of sampled allocations, then ends as it was told to.
// AGENT_LEAK_POLLS: polls to wait for, in each data file; AGENT_LEAK_END: exit, kill; AGENT_LEAK_WHERE: main, worker, cluster;
// AGENT_LEAK_THEIRS: its own heap sampler: early, late, stop (ends ours), restart (ends ours and starts its own, unseen), promises (late, with promises)
const fs = require('fs');
const { isMainThread, Worker } = require('worker_threads');
const cluster = require('cluster');
const { AGENT_LEAK_POLLS = '3', AGENT_LEAK_END = 'exit', AGENT_LEAK_WHERE = 'main', AGENT_LEAK_THEIRS = '', WATERTIGHT_RUN = '' } = process.env;
const kept = [];

function leak(at) {
  kept.push({ at, text: `kept ${at}`, parts: [at, at + 1] });
}

function work() {
  const scratch = [];
  for (let at = 0; at < 500; at += 1) scratch.push({ at });
  for (let at = 0; at < 100; at += 1) leak(kept.length);
  return scratch.length;
}

function countsOfPolls() {
  const files = WATERTIGHT_RUN === '' ? [] : fs.readdirSync(WATERTIGHT_RUN).filter((name) => name.endsWith('.wt'));
  return files.map((name) => (fs.readFileSync(`${WATERTIGHT_RUN}/${name}`, 'utf8').match(/^\["p"/gm) || []).length);
}

const theirs = { session: null, profile: null, error: null };

const unseenPost = require('inspector').Session.prototype.post;

function took(error, result) {
  if (error) theirs.error = error.message;
  else if (result && result.profile) theirs.profile = result.profile;
}

function post(method, parameters) {
  if (AGENT_LEAK_THEIRS === 'promises') theirs.session.post(method, parameters).then((result) => took(null, result), took);
  else if (AGENT_LEAK_THEIRS === 'restart') unseenPost.call(theirs.session, method, parameters, took);
  else theirs.session.post(method, parameters, took);
}

if (AGENT_LEAK_THEIRS === 'promises') require('inspector/promises');

function startTheirs() {
  const { Session } = require(AGENT_LEAK_THEIRS === 'promises' ? 'inspector/promises' : 'inspector');
  theirs.session = new Session();
  theirs.session.connect();
  if (AGENT_LEAK_THEIRS === 'restart') post('HeapProfiler.stopSampling');
  if (AGENT_LEAK_THEIRS !== 'stop') post('HeapProfiler.startSampling', { samplingInterval: 16384 });
}

function names(node, found = new Set()) {
  found.add(node.callFrame.functionName);
  for (const child of node.children) names(child, found);
  return found;
}

function endTheirs(then) {
  post('HeapProfiler.stopSampling');
  // Answers that are promised come in a moment.
  setImmediate(() => {
    sayTheirs();
    then();
  });
}

function sayTheirs() {
  const { profile, error } = theirs;
  const leastBytes = profile ? profile.samples.reduce((least, { size }) => Math.min(least, size), Infinity) : 0;
  console.log(JSON.stringify({ error, leastBytes, seesLeak: profile !== null && (names(profile.head).has('leak') || names(profile.head).has('work')) }));
}

function end() {
  if (AGENT_LEAK_END === 'kill') process.kill(process.pid, 'SIGKILL');
  process.exit(0);
}

function watchPolls(files) {
  const wanted = Number(AGENT_LEAK_POLLS);
  let phase = ['late', 'stop', 'restart', 'promises'].includes(AGENT_LEAK_THEIRS) ? 'before' : 'alone';
  if (AGENT_LEAK_THEIRS === 'early') {
    startTheirs();
    phase = 'beside';
  }
  let since = 0;
  setInterval(() => {
    const counts = countsOfPolls();
    const least = counts.length < files ? 0 : Math.min(...counts.sort((a, b) => b - a).slice(0, files));
    if (phase === 'before' && least >= 1) {
      startTheirs();
      since = least;
      phase = 'beside';
      if (AGENT_LEAK_THEIRS === 'stop') {
        phase = 'stopping';
        endTheirs(() => {
          phase = 'stopped';
        });
      }
    } else if (phase === 'stopped' && fs.readFileSync(`${WATERTIGHT_RUN}/${fs.readdirSync(WATERTIGHT_RUN).find((name) => name.endsWith('.wt'))}`, 'utf8').includes('"stop"')) end();
    else if (phase === 'beside' && least >= since + wanted) {
      phase = 'ending';
      endTheirs(end);
    } else if (phase === 'alone' && least >= wanted) end();
  }, 200);
}

if (AGENT_LEAK_WHERE === 'cluster' && cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  watchPolls(3);
} else if (AGENT_LEAK_WHERE === 'worker' && isMainThread) {
  new Worker(__filename);
  watchPolls(2);
} else {
  setInterval(work, 10);
  if (AGENT_LEAK_WHERE === 'main') watchPolls(1);
}
// After this time the machine is too busy to tell anything.
setTimeout(() => process.exit(3), 60_000).unref();
