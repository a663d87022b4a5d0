// Timing on a machine that is shared and noisy: CPU time of the process (all threads, so collector threads count), chunks of at
// least 15 ms, the cases of a row taken in turns over several rounds. Reported is the median of all chunks of a case and the
// ratio of the medians, which came from the same process in the same minutes.
const chunkNs = 15e6;

function cpuNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

async function repeat(run, times) {
  for (let i = 0; i < times; i++) {
    const pending = run();
    if (pending !== undefined && typeof pending.then === 'function') await pending;
  }
}

async function calibrate(entry) {
  await repeat(entry.run, 3);
  for (;;) {
    const start = cpuNs();
    await repeat(entry.run, entry.times);
    const spent = cpuNs() - start;
    if (spent >= chunkNs) return;
    entry.times = Math.max(entry.times + 1, Math.ceil(entry.times * Math.min(10, (chunkNs * 1.2) / Math.max(spent, 1e4))));
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures cases that each do `per` operations a call. Returns nanoseconds of CPU per operation: median, and the 10th and 90th
 * percentile of the chunks, which show how noisy the machine was.
 */
export async function measure(cases, { rounds = 5, chunks = 5 } = {}) {
  const entries = cases.map((one) => ({ ...one, times: 1, samples: [] }));
  for (const entry of entries) await calibrate(entry);
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      for (let chunk = 0; chunk < chunks; chunk++) {
        const start = cpuNs();
        await repeat(entry.run, entry.times);
        entry.samples.push((cpuNs() - start) / entry.times / entry.per);
      }
    }
  }
  return entries.map(({ name, ours, samples }) => {
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { name, ours: ours === true, value: median(samples), low: at(0.1), high: at(0.9) };
  });
}
