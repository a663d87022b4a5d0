/** What tells one start of a machine and of a process from another. Nothing here throws. */
export interface Platform {
  /** Names this start of this machine; empty where the system does not tell. */
  bootId(): string;
  /** Names the machine or container, over restarts; empty where the system does not tell. */
  hostId(): string;
  /** When this process was started, in the system's own unit; 0 where the system does not tell. */
  startTime(): number;
  /** Whether no other running kernel can have these files, too. */
  isLocal(path: string): boolean;
  /** Flags that open a file without a name in a folder; undefined where there are none. */
  readonly unnamedFlags: number | undefined;
}
