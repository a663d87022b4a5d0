import { formatBytes, formatCounted } from '../kernel/format.ts';
import { reapDeadOwners } from '../process/index.ts';
import type { SweepReport, SweptOwner } from '../temp/index.ts';
import { sweepTemp } from '../temp/index.ts';
import { usageStatus } from './exit.ts';

interface SweepFlags {
  readonly dryRun?: boolean;
  readonly directory?: string;
  readonly json?: boolean;
}

function conclusion({ dryRun, owners, removed, freedBytes }: SweepReport): string {
  const dead = owners.filter(({ proof }) => proof === 'dead');
  const kept = owners.length - dead.length;
  const rest = kept === 0 ? '' : `; ${formatCounted(kept, 'owner that lives', 'owners that live')} or cannot be asked: untouched`;
  if (dead.length === 0) return `nothing to sweep${rest}`;
  const stuck = dead.length - removed;
  if (!dryRun && stuck > 0) return `not removed: what ${formatCounted(stuck, 'dead owner')} left; removed: ${removed}${rest}`;
  const bytes = dryRun ? dead.reduce((sum, owner) => sum + owner.bytes, 0) : freedBytes;
  const what = `what ${formatCounted(dryRun ? dead.length : removed, 'dead owner')} left (${formatBytes(bytes)})`;
  return `${dryRun ? 'would remove' : 'removed'} ${what}${rest}`;
}

function line(owner: SweptOwner, dryRun: boolean): string {
  const { path, proof, bytes, removed, why } = owner;
  if (proof !== 'dead') return `  ${proof.padEnd(12)} ${path}`;
  const done = removed ? 'removed' : why === '' && dryRun ? 'would be removed' : `not removed: ${why}`;
  return `  ${proof.padEnd(12)} ${path}  ${formatBytes(bytes)}  ${done}`;
}

function text(report: SweepReport): string {
  return [conclusion(report), ...report.owners.map((owner) => line(owner, report.dryRun))].join('\n');
}

export async function sweep(flags: SweepFlags): Promise<void> {
  reapDeadOwners();
  const report = await sweepTemp({
    ...(flags.dryRun === undefined ? undefined : { dryRun: flags.dryRun }),
    ...(flags.directory === undefined ? undefined : { directory: flags.directory }),
  });
  process.stdout.write(`${flags.json === true ? JSON.stringify(report, null, 2) : text(report)}\n`);
  process.exitCode = report.ok ? 0 : usageStatus;
}
