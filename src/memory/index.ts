export type {
  CgroupUse,
  CollectionTotals,
  HeapSpace,
  HostMemory,
  LimitName,
  LoopDelay,
  MemoryLevel,
  MemoryLimit,
  MemoryReading,
  MemorySample,
  MemoryUse,
  ProcessMemory,
  Unavailable,
} from './types.ts';
export { readHeapSpaces, readMemory, readProcessMemory, readPss } from './reading.ts';
export type { MemoryLimitsOptions } from './limits.ts';
export { memoryLimits } from './limits.ts';
export type { PressureThresholds } from './pressure.ts';
export type { MemoryMonitorOptions } from './options.ts';
export type { LevelChange, MonitorHealth } from './monitor.ts';
export { MemoryMonitor } from './monitor.ts';
export type { CollectedGarbage } from './collect-garbage.ts';
export { collectGarbage } from './collect-garbage.ts';
