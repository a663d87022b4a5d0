import type { Command } from 'commander';
import type { Finding } from '../watch/index.ts';

const widest = 28;

function line(finding: Finding): string {
  const why = finding.why === '' ? '' : `  ${finding.why}`;
  return `${finding.state.padEnd(9)} ${finding.feature.padEnd(widest)}${why}`.trimEnd();
}

/** What ends the processes that a program owns when the program itself is killed. */
async function reaper(): Promise<Finding> {
  const { reaperSupport } = await import('../process/index.ts');
  const { mode, why } = reaperSupport();
  const state = mode === 'off' ? 'off' : mode === 'node' ? 'degraded' : 'works';
  return { feature: 'reaper of owned processes', state, why, needed: false };
}

/** `watertight doctor`: status 0 when programs can be watched here, else 125. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('tell of each feature whether it works here, and why not')
    .option('--json', 'print the findings as JSON')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (flags: { readonly json?: boolean }) => {
      const { examine } = await import('../watch/index.ts');
      const { tempFinding } = await import('./temp-finding.ts');
      const findings = [...examine(process.env, process.cwd()), tempFinding(), await reaper()];
      const text = flags.json === true ? JSON.stringify(findings, null, 2) : findings.map(line).join('\n');
      process.stdout.write(`${text}\n`);
      process.exitCode = findings.some((finding) => finding.needed && finding.state === 'off') ? 125 : 0;
    });
}
