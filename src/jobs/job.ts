import type { CommandContext } from '../commands/context.ts';
import { newId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';

/** The topic of the bus that says that there are jobs. */
export const jobTopic = 'jobs';

/** One piece of work that a process has taken. */
export interface TakenJob {
  readonly organizationId: string;
  /** The row that it is about. */
  readonly subjectId: string;
  /** Aborts when the process stops, or the job takes longer than its lease. */
  readonly signal: AbortSignal;
}

/** What a kind of job does. */
export interface JobKind {
  /** ms after which a job counts as lost by the process that took it. */
  readonly lease: number;
  /**
   * Does what takes its time, outside of any transaction, and answers how to write what came of it. That runs in the
   * transaction that removes the job: both happen, or neither. It may be run again from the start where its process
   * dies.
   *
   * @throws JobRefusedError where trying again is of no use; anything else is tried again some times
   */
  work(runtime: Runtime, job: TakenJob): Promise<(context: CommandContext) => Promise<void>>;
  /** Writes that the job is given up, and why, in words for a person. */
  failed(context: CommandContext, subjectId: string, reason: string): Promise<void>;
}

/** The job cannot be done, however often it is tried. The message is for a person. */
export class JobRefusedError extends Error {
  override readonly name = 'JobRefusedError';
}

const kinds = new Map<string, JobKind>();

/** Declares a kind of job. Its name is kept in the database: it never changes. */
export function jobKind(name: string, kind: JobKind): string {
  if (kinds.has(name)) throw new Error(`There are two kinds of job ${name}.`);
  kinds.set(name, kind);
  return name;
}

/** A kind of job by its name; undefined where no code does it any more. */
export const jobKindOf = (name: string): JobKind | undefined => kinds.get(name);

/** How long each kind may have a job, by its name, in ms. */
export const jobLeases = (): Record<string, number> =>
  Object.fromEntries([...kinds].map(([name, { lease }]) => [name, lease]));

/**
 * Has a job done after the commit of this command, by whichever process is first. One job of a kind stands for a
 * subject at a time: asking again while one is under way has it done anew, and what the other found is dropped
 * (the job gets another id, and is no longer theirs).
 */
export async function addJob(context: CommandContext, kind: string, subjectId: string): Promise<void> {
  await context.tx.$executeRawUnsafe(
    `INSERT INTO "Job" ("organizationId", id, kind, "subjectId", attempts, "dueAt", "createdAt", "updatedAt")
     VALUES ($1::uuid, $2::uuid, $3, $4::uuid, 0, $5::timestamptz, $5::timestamptz, $5::timestamptz)
     ON CONFLICT ("organizationId", kind, "subjectId") DO UPDATE
       SET id = excluded.id, attempts = 0, "dueAt" = excluded."dueAt", "claimedUntil" = NULL, "updatedAt" = excluded."updatedAt"`,
    context.organizationId,
    newId(),
    kind,
    subjectId,
    context.now,
  );
  context.wakes.add(jobTopic);
}
