import type { Log } from './observation.ts';

/** Whether a machine is heard, and why not. */
export interface Hearing {
  readonly isConnected: boolean;
  /** What is wrong, where something is. */
  readonly note: string | null;
}

export interface SourceOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onHearing: (hearing: Hearing) => void;
  /** ms; the longest wait between two attempts to connect. */
  readonly longestWait?: number;
}
