import type { Recovery } from './recovery.ts';

/** One row per error code. The reference page "errors" is held against `codes`, both ways, by a test. */
export interface CodeInfo {
  readonly recovery: Recovery;
}

/** The code of an error: stable, and listed in the reference page "errors" with what to do about it. */
export type ErrorCode =
  /** An option has a wrong type, a value out of range, or a key that does not exist. */
  | 'WT_INVALID_OPTION'
  /** A capability that this version names but does not have yet. */
  | 'WT_NOT_AVAILABLE'
  /** `value` was read, or work begun, on a resource that is no longer live. */
  | 'WT_RELEASED'
  /** One or more releases failed while a guard or scope was disposed. */
  | 'WT_RELEASE_FAILED'
  /** A release did not settle within its deadline. */
  | 'WT_RELEASE_TIMEOUT'
  /** Something was registered on an owner that is closing or closed; it was released at once. */
  | 'WT_SHUTTING_DOWN'
  /** A bound was reached: rows of a registry, entries of a queue. */
  | 'WT_RESOURCE_EXHAUSTED'
  /** Work of this sort has failed repeatedly; it is refused for a while. */
  | 'WT_CIRCUIT_OPEN'
  /** The name is taken by a live resource of the same registry. */
  | 'WT_NAME_TAKEN'
  /** No resource with this id or name is in the registry. */
  | 'WT_NOT_FOUND'
  /** A child process could not be started. */
  | 'WT_PROCESS_NOT_STARTED'
  /** The disk is full, or the user's share of it. */
  | 'WT_NO_SPACE'
  /** The temporary things of the process would take more than the configured quota. */
  | 'WT_TEMP_QUOTA'
  /** Nothing temporary can be made or removed there: no such folder, no permission, read-only. */
  | 'WT_TEMP_UNAVAILABLE'
  /** What should be a report is not JSON, or does not have the shape of a report. */
  | 'WT_REPORT_INVALID'
  /** The report was written by a newer watertight, in a version that this one cannot read. */
  | 'WT_REPORT_NEWER'
  /** The script and style of the HTML report were not found beside the code. */
  | 'WT_REPORT_ASSETS_MISSING'
  /** A file is no heap snapshot, was cut off, or contradicts itself. */
  | 'WT_SNAPSHOT_INVALID'
  /** A heap snapshot was not taken: it would need more memory or disk than there is, or the place is taken. */
  | 'WT_SNAPSHOT_REFUSED'
  /** A watched program did not answer a live question in time: it is busy, has ended, or runs an older watertight. */
  | 'WT_NO_ANSWER'
  /** A test, or a task that was checked, left something open. */
  | 'WT_LEFT_OPEN'
  /** The process belongs to somebody else, or the system forbids to look at it. */
  | 'WT_ATTACH_NOT_ALLOWED'
  /** The process is no Node program: the signal that opens Node's inspector ends others. */
  | 'WT_ATTACH_NOT_NODE'
  /** The program has a handler for SIGUSR1 of its own, or it cannot be told whether it has one. */
  | 'WT_ATTACH_OWN_HANDLER'
  /** The inspector of the program cannot be opened, or did not open. */
  | 'WT_ATTACH_NO_INSPECTOR'
  /** Another process holds the port that the program's inspector would open. */
  | 'WT_ATTACH_PORT_TAKEN'
  /** The main thread of the program did not answer within the time limit. */
  | 'WT_ATTACH_BUSY'
  /** An optional package that this command needs is not installed. */
  | 'WT_PEER_MISSING'
  /** A function that was called again and again keeps memory with each call. */
  | 'WT_LEAK_FOUND';

export const codes: Readonly<Record<ErrorCode, CodeInfo>> = {
  WT_INVALID_OPTION: { recovery: 'fail' },
  WT_NOT_AVAILABLE: { recovery: 'fail' },
  WT_RELEASED: { recovery: 'fail' },
  WT_RELEASE_FAILED: { recovery: 'fallback' },
  WT_RELEASE_TIMEOUT: { recovery: 'retry' },
  WT_SHUTTING_DOWN: { recovery: 'fail' },
  WT_RESOURCE_EXHAUSTED: { recovery: 'retry' },
  WT_CIRCUIT_OPEN: { recovery: 'circuit-break' },
  WT_NAME_TAKEN: { recovery: 'fail' },
  WT_NOT_FOUND: { recovery: 'fail' },
  WT_PROCESS_NOT_STARTED: { recovery: 'fail' },
  WT_NO_SPACE: { recovery: 'retry' },
  WT_TEMP_QUOTA: { recovery: 'retry' },
  WT_TEMP_UNAVAILABLE: { recovery: 'fail' },
  WT_REPORT_INVALID: { recovery: 'fail' },
  WT_REPORT_NEWER: { recovery: 'fail' },
  WT_REPORT_ASSETS_MISSING: { recovery: 'fail' },
  WT_SNAPSHOT_INVALID: { recovery: 'fail' },
  WT_SNAPSHOT_REFUSED: { recovery: 'fail' },
  WT_NO_ANSWER: { recovery: 'retry' },
  WT_LEFT_OPEN: { recovery: 'fail' },
  WT_ATTACH_NOT_ALLOWED: { recovery: 'fail' },
  WT_ATTACH_NOT_NODE: { recovery: 'fail' },
  WT_ATTACH_OWN_HANDLER: { recovery: 'fail' },
  WT_ATTACH_NO_INSPECTOR: { recovery: 'fail' },
  WT_ATTACH_PORT_TAKEN: { recovery: 'retry' },
  WT_ATTACH_BUSY: { recovery: 'retry' },
  WT_PEER_MISSING: { recovery: 'fail' },
  WT_LEAK_FOUND: { recovery: 'fail' },
};
