import { ApartError } from '../apart/apart.ts';
import { Background } from '../background.ts';
import { runAsSystem } from '../commands/runner.ts';
import { UserError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { JobRefusedError, jobKindOf, jobLeases, jobTopic } from './job.ts';

/** How jobs are done. All times are in ms. */
export interface JobLimits {
  /** Between two looks for jobs that nobody was woken for. */
  poll: number;
  /** Before a job is tried again that failed for the first time; it doubles with every attempt. */
  pause: number;
  /** How often a job is begun. What stops a process must not stop it for ever. */
  mostAttempts: number;
}

const defaultLimits: JobLimits = { poll: 5_000, pause: 5_000, mostAttempts: 5 };
/** Jobs that are done at once, each of another organization. */
const atOnce = 2;
/** ms that a job of a kind that no code knows waits: a newer process may know it. */
const unknownLease = 60_000;

interface Claimed {
  organizationId: string;
  id: string;
  kind: string;
  subjectId: string;
  attempts: number;
}

/** Another process has taken the job meanwhile, or it was asked for anew: what was found here is dropped. */
class LostJobError extends Error {}

/** Does the jobs that commands have added, oldest first. Every process may do so. */
export class JobProcessing extends Background<Claimed> {
  readonly #ending: AbortController;

  constructor(runtime: Runtime, limits: Partial<JobLimits> = {}) {
    const ending = new AbortController();
    const all = { ...defaultLimits, ...limits };
    super(runtime, {
      topic: jobTopic,
      poll: all.poll,
      atOnce,
      name: 'jobs',
      claim: (except) => claim(runtime, except),
      work: (claimed) => perform(runtime, claimed, all, ending.signal),
    });
    this.#ending = ending;
  }

  /** What is under way is given back, for another process or the next start. */
  override async stop(): Promise<void> {
    this.#ending.abort();
    await super.stop();
  }
}

/** Takes the job that is due for the longest time, of none of these organizations; null where there is none. */
async function claim(runtime: Runtime, except: readonly string[]): Promise<Claimed | null> {
  const now = runtime.now();
  const [job] = await runtime.database.query<Claimed>(
    `UPDATE "Job" j SET attempts = j.attempts + 1, "updatedAt" = $1,
       "claimedUntil" = $1::timestamptz + coalesce(($3::jsonb ->> j.kind)::int, $4::int) * interval '1 ms'
     FROM (
       SELECT "organizationId", id FROM "Job"
       WHERE "dueAt" <= $1 AND ("claimedUntil" IS NULL OR "claimedUntil" <= $1)
         AND NOT "organizationId" = ANY(string_to_array($2, ',')::uuid[])
       ORDER BY "dueAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
     ) next
     WHERE j."organizationId" = next."organizationId" AND j.id = next.id
     RETURNING j."organizationId", j.id, j.kind, j."subjectId", j.attempts`,
    [now, except.join(','), JSON.stringify(jobLeases()), unknownLease],
  );
  return job ?? null;
}

/** Does a job that was taken. Never throws: what fails is tried again later. */
async function perform(
  runtime: Runtime,
  claimed: Claimed,
  limits: JobLimits,
  ending: AbortSignal,
): Promise<void> {
  const { organizationId, id, kind: name, subjectId, attempts } = claimed;
  const kind = jobKindOf(name);
  if (!kind) {
    runtime.log.warn({ organizationId, jobId: id, kind: name }, 'no code does a job of this kind');
    return;
  }
  const signal = AbortSignal.any([ending, AbortSignal.timeout(kind.lease)]);
  try {
    if (attempts > limits.mostAttempts)
      throw new JobRefusedError('It was begun several times, and never ended.');
    const write = await kind.work(runtime, { organizationId, subjectId, signal });
    await runAsSystem(runtime, organizationId, async (context) => {
      await write(context);
      await remove(context.tx, claimed);
    });
  } catch (error) {
    if (error instanceof LostJobError) return;
    if (ending.aborted) return giveBack(runtime, claimed, 0, true);
    const reason = reasonOf(error);
    if (!reason) runtime.log.warn({ err: error, organizationId, jobId: id, kind: name }, 'a job failed');
    const isLast = attempts >= limits.mostAttempts;
    if (!reason && !isLast) return giveBack(runtime, claimed, limits.pause * 2 ** (attempts - 1), false);
    const told = reason ?? 'It failed, several times. The log of the server says why.';
    await runAsSystem(runtime, organizationId, async (context) => {
      await kind.failed(context, subjectId, told);
      await remove(context.tx, claimed);
    }).catch((failure: unknown) => {
      // Whoever looks after the lease has ended finds it.
      if (!(failure instanceof LostJobError)) runtime.log.warn({ err: failure, jobId: id }, 'a job is left');
    });
  }
}

/** What the client is told of a failure that is the subject's own; null where it may pass. */
const reasonOf = (error: unknown): string | null =>
  error instanceof JobRefusedError || error instanceof ApartError || error instanceof UserError
    ? error.message
    : null;

/** Removes a job that is done, unless it is not ours any more. */
async function remove(
  tx: { $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number> },
  { organizationId, id, attempts }: Claimed,
): Promise<void> {
  const removed = await tx.$executeRawUnsafe(
    `DELETE FROM "Job" WHERE "organizationId" = $1::uuid AND id = $2::uuid AND attempts = $3::int AND "claimedUntil" IS NOT NULL`,
    organizationId,
    id,
    attempts,
  );
  if (removed === 0) throw new LostJobError();
}

/** Leaves a job to the next attempt, `pause` ms from now; as if it had not been begun where the process stops. */
async function giveBack(
  runtime: Runtime,
  { organizationId, id, attempts }: Claimed,
  pause: number,
  unbegun: boolean,
): Promise<void> {
  const dueAt = new Date(runtime.now().getTime() + pause);
  await runtime.database
    .query(
      `UPDATE "Job" SET "claimedUntil" = NULL, "dueAt" = $4, attempts = attempts - $5::int
       WHERE "organizationId" = $1 AND id = $2 AND attempts = $3 AND "claimedUntil" IS NOT NULL`,
      [organizationId, id, attempts, dueAt, unbegun ? 1 : 0],
    )
    .catch((error: unknown) => runtime.log.warn({ err: error, jobId: id }, 'a job is left'));
}
