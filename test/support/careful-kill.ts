// Setup file of every test file (vitest.config.ts): a pid that a test did not find out must not become a signal to whoever runs the tests.
const kill = process.kill.bind(process);

process.kill = (pid, signal) => {
  if (signal !== 0 && pid >= -1 && pid <= 1) throw new Error(`a test was about to signal ${pid}: its own group, or everybody`);
  return kill(pid, signal);
};
