import { WatertightError } from '../../kernel/errors.ts';
import type { ProcessTable } from '../platform/index.ts';
import { commandText } from '../words.ts';
import { isNode } from './linux/target.ts';
import type { Target } from './linux/target.ts';

/** npm writes its own title over its command line: `npm start`; others are told by the file that node runs. */
const launcher = /(?:^|[\\/])(?:npm|npx|pnpm|pnpx|yarn)(?:-cli)?(?:\.c?js)?(?:\s|$)/;
const mostNamed = 5;

function nodesBelow(pid: number, table: ProcessTable): readonly number[] {
  return table.childrenOf(pid).flatMap((child) => [...(isNode(child) ? [child] : []), ...nodesBelow(child, table)]);
}

/** Who names the launcher means the program below it. Throws WT_INVALID_OPTION with the ids of what it has started. */
export function refuseLauncher(target: Target, table: ProcessTable): void {
  const { command, pid } = target;
  const isLauncher = launcher.test(command[0] ?? '') || launcher.test(command[1] ?? '');
  const below = isLauncher ? nodesBelow(pid, table) : [];
  if (below.length === 0) return;
  const named = below.slice(0, mostNamed).map((child) => `${child} (${commandText(table.command(child), 40)})`);
  throw new WatertightError(
    'WT_INVALID_OPTION',
    `process ${pid} (${commandText(command, 40)}) only starts programs: attach to what it has started, ${named.join(' or ')}. With --force it is watched itself (nothing was sent to it)`,
  );
}
