/** Where a command can be made to die, in the order in which it passes them. */
export type FaultPoint =
  /** Its rows are locked, nothing is written. */
  | 'afterLocks'
  /** Everything is written, nothing is committed. */
  | 'beforeCommit'
  /** Committed, and nobody has been told. */
  | 'afterCommit'
  /** Committed and told, and the client has no answer. */
  | 'beforeAnswer';

const armed = read(process.env);

/**
 * Kills the process as `kill -9` does, where the environment says so: `HEATMARK_FAULT=beforeCommit:3` is the third
 * time that a command comes to this point. Only with `NODE_ENV=test`; otherwise it does nothing.
 */
export function faultPoint(point: FaultPoint): void {
  if (armed === null || armed.point !== point) return;
  armed.left--;
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL');
}

function read(environment: NodeJS.ProcessEnv): { point: string; left: number } | null {
  if (environment.NODE_ENV !== 'test') return null;
  const [point, count] = environment.HEATMARK_FAULT?.split(':') ?? [];
  return point ? { point, left: Number(count ?? 1) } : null;
}
