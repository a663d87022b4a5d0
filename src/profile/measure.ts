import type { MaybePromise } from '../kernel/units.ts';
import type { MemorySection } from './section.ts';
import type { SectionReport } from './section-report.ts';

/** What a function gave, and what it used. */
export interface MeasuredMemory<R> {
  readonly value: R;
  readonly memory: SectionReport;
}

function isPromise<R>(value: MaybePromise<R>): value is Promise<R> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Calls `task` and ends the section when it returned, or when its promise settled. What it throws is thrown on. */
export function measureIn<R>(section: MemorySection, task: () => MaybePromise<R>): MaybePromise<R> {
  let result: MaybePromise<R>;
  try {
    result = task();
  } catch (error) {
    section.end('failed');
    throw error;
  }
  if (isPromise(result)) return settled(section, result);
  section.end();
  return result;
}

async function settled<R>(section: MemorySection, result: Promise<R>): Promise<R> {
  try {
    const value = await result;
    section.end();
    return value;
  } catch (error) {
    section.end('failed');
    throw error;
  }
}
