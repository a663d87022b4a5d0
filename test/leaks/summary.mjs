/** Figures of a set of rows, and their table. */

const median = (values) => {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)];
};

const share = (part, whole) => (whole === 0 ? null : part / whole);

function recallOf(rows) {
  const found = rows.filter(({ leak }) => leak);
  const sited = found.filter(({ site }) => site !== 'none');
  return {
    runs: rows.length,
    found: found.length,
    suspected: rows.filter(({ suspect }) => suspect).length,
    recall: share(found.length, rows.length),
    siteRight: found.filter(({ site }) => site === 'right').length,
    siteNear: sited.filter(({ site }) => site === 'near').length,
    siteNone: found.length - sited.length,
    siteRightShare: share(found.filter(({ site }) => site === 'right').length, found.length),
    suspectMs: median(found.map(({ suspectMs }) => suspectMs)),
    leakMs: median(found.map(({ leakMs }) => leakMs)),
  };
}

/** Precision counts runs of clean programs with a finding of the leak tier, also one that closed itself later. Slow leaks are counted apart unless they were given the time. */
export function summarise(all, { slow = false } = {}) {
  const rows = all.filter(({ failed }) => failed === undefined);
  const clean = rows.filter(({ label }) => label === 'clean');
  const leaking = rows.filter(({ label }) => label === 'leaking');
  const counted = leaking.filter((row) => slow || row.class !== 'slow');
  const alarms = clean.filter(({ leak }) => leak).length;
  const found = counted.filter(({ leak }) => leak).length;
  const kinds = [...new Set(leaking.map((row) => row.class))];
  return {
    failed: all.length - rows.length,
    clean: { runs: clean.length, alarms, suspects: clean.filter(({ suspect }) => suspect).length },
    precision: share(found, found + alarms),
    leaking: recallOf(counted),
    fast: recallOf(counted.filter((row) => row.class === 'heap' && row.rateKBs >= 100)),
    classes: Object.fromEntries(kinds.map((kind) => [kind, recallOf(leaking.filter((row) => row.class === kind))])),
    cpuShare: median(rows.map(({ cpuShare }) => cpuShare)),
    cpuShareMost: Math.max(0, ...rows.map(({ cpuShare }) => cpuShare ?? 0)),
    longestPauseMs: Math.max(0, ...rows.map(({ longestPauseMs }) => longestPauseMs ?? 0)),
  };
}

const percent = (value) => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const secondsOf = (ms) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);
const titleOf = ({ node, mode, exactLines, loadChanges, seeds, seconds, note }) =>
  [
    `Node ${node.replace(/^v/, '')}`,
    mode,
    exactLines ? 'exact lines' : null,
    loadChanges ? 'load changes' : 'steady load',
    `${seeds.includes(',') ? 'seeds' : 'seed'} ${seeds}`,
    `${seconds} s`,
    note || null,
  ]
    .filter((word) => word !== null)
    .join(', ');

/** A column per pass, a row per figure. */
export function tableOf(passes) {
  const line = (title, pick) => `| ${title} | ${passes.map(({ summary }) => pick(summary)).join(' | ')} |`;
  const kinds = [...new Set(passes.flatMap(({ summary }) => Object.keys(summary.classes)))].sort((a, b) => a.localeCompare(b));
  return [
    `| | ${passes.map(({ about }) => titleOf(about)).join(' | ')} |`,
    `|---|${passes.map(() => '---').join('|')}|`,
    line('clean runs with a leak (false alarms)', ({ clean }) => `${clean.alarms} of ${clean.runs}`),
    line('clean runs with a suspect at any time', ({ clean }) => `${clean.suspects} of ${clean.runs}`),
    line('precision of the leak tier', ({ precision }) => percent(precision)),
    line(
      'leaks found (without the slow ones)',
      ({ leaking }) => `${leaking.found} of ${leaking.runs} (${percent(leaking.recall)})`,
    ),
    line(
      'of the leaks found: right function',
      ({ leaking }) => `${leaking.siteRight} of ${leaking.found} (${percent(leaking.siteRightShare)})`,
    ),
    line('of the leaks found: right file only; no place', ({ leaking }) => `${leaking.siteNear}; ${leaking.siteNone}`),
    line('median time to suspect; to leak', ({ leaking }) => `${secondsOf(leaking.suspectMs)}; ${secondsOf(leaking.leakMs)}`),
    line('found of heap leaks of 100 KB/s and more', ({ fast }) => `${fast.found} of ${fast.runs} (${percent(fast.recall)})`),
    line('median time to suspect; to leak of these', ({ fast }) => `${secondsOf(fast.suspectMs)}; ${secondsOf(fast.leakMs)}`),
    ...kinds.map((kind) =>
      line(`found, class ${kind}`, ({ classes }) =>
        classes[kind] === undefined ? '–' : `${classes[kind].found} of ${classes[kind].runs}`,
      ),
    ),
    line('CPU of the watching: median; most', ({ cpuShare, cpuShareMost }) => `${percent(cpuShare)}; ${percent(cpuShareMost)}`),
    line('longest pause by us', ({ longestPauseMs }) => `${Math.round(longestPauseMs)} ms`),
    line('runs that failed', ({ failed }) => failed),
  ].join('\n');
}
