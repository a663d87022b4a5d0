export type { ProcessId, ProcessTable } from '../../kernel/processes/index.ts';
export { isRunning, processKey, systemProcessTable } from '../../kernel/processes/index.ts';
export { oomKills } from './oom-kills.ts';
