export type { ProcessId, ProcessTable } from '../../kernel/processes/index.ts';
export { isRunning, systemProcessTable } from '../../kernel/processes/index.ts';
export { oomKills } from './oom-kills.ts';
