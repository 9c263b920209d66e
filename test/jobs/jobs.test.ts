import { describe, expect, it } from 'vitest';
import { ApartError } from '../../src/apart/apart.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { runAsSystem } from '../../src/commands/runner.ts';
import { newId } from '../../src/ids.ts';
import { addJob, JobRefusedError, jobKind } from '../../src/jobs/job.ts';
import { startApp, useApp } from '../support/app.ts';
import { deferred } from '../support/deferred.ts';

interface Attempt {
  subjectId: string;
  organizationId: string;
}

/** What a test has its jobs do: each attempt calls it. */
type Behaviour = (
  attempt: Attempt,
  signal: AbortSignal,
) => Promise<(context: CommandContext) => Promise<void>>;

const behaviours = new Map<string, Behaviour>();
const failures = new Map<string, string>();
const nothing = async () => undefined;

const kind = jobKind('TEST', {
  lease: 2_000,
  work: (_runtime, { subjectId, organizationId, signal }) => {
    const behaviour = behaviours.get(subjectId);
    if (!behaviour) throw new Error('A job of another test.');
    return behaviour({ subjectId, organizationId }, signal);
  },
  failed: async (_context, subjectId, reason) => {
    failures.set(subjectId, reason);
  },
});

const app = useApp({ jobs: { poll: 50, pause: 10, mostAttempts: 3 } });

async function add(behaviour: Behaviour, organizationId?: string): Promise<Attempt> {
  const of = organizationId ?? (await app().organizations()).ours.organizationId;
  const subjectId = newId();
  behaviours.set(subjectId, behaviour);
  await runAsSystem(app().app.runtime, of, (context) => addJob(context, kind, subjectId));
  return { subjectId, organizationId: of };
}

const jobsOf = ({ organizationId, subjectId }: Attempt) =>
  app().database.query<{ attempts: number }>(
    `SELECT attempts FROM "Job" WHERE "organizationId" = $1 AND "subjectId" = $2`,
    [organizationId, subjectId],
  );

const untilGone = (job: Attempt) => expect.poll(() => jobsOf(job), { timeout: 20_000 }).toEqual([]);

/** A row that a job writes, so that its transaction can be seen. */
const write = (context: CommandContext, name: string) =>
  context.tx.location.create({ data: { ...context.fresh(), name } });

const namesOf = async (organizationId: string): Promise<string[]> =>
  (
    await app().database.query<{ name: string }>(
      `SELECT name FROM "Location" WHERE "organizationId" = $1 ORDER BY name`,
      [organizationId],
    )
  ).map(({ name }) => name);

describe('jobs', () => {
  it('are done after the commit, and what they write comes with their end', async () => {
    const job = await add(async () => (context) => write(context, 'done').then(nothing));
    await untilGone(job);
    expect(await namesOf(job.organizationId)).toEqual(['done']);
  });

  it('are not done where the command that adds them fails', async () => {
    const { ours } = await app().organizations();
    const subjectId = newId();
    let attempts = 0;
    behaviours.set(subjectId, async () => {
      attempts++;
      return nothing;
    });
    await expect(
      runAsSystem(app().app.runtime, ours.organizationId, async (context) => {
        await addJob(context, kind, subjectId);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await untilGone(await add(async () => nothing, ours.organizationId));
    expect(attempts).toBe(0);
  });

  it('are tried again after a failure that may pass', async () => {
    let attempts = 0;
    const job = await add(async () => {
      if (++attempts < 3) throw new Error('the storage is away');
      return (context) => write(context, `attempt ${attempts}`).then(nothing);
    });
    await untilGone(job);
    expect(await namesOf(job.organizationId)).toEqual(['attempt 3']);
  });

  it('are given up after some attempts, without telling what is for the log', async () => {
    let attempts = 0;
    const job = await add(async () => {
      attempts++;
      throw new Error('password of the storage: secret');
    });
    await untilGone(job);
    expect(attempts).toBe(3);
    expect(failures.get(job.subjectId)).toBe('It failed, several times. The log of the server says why.');
  });

  it('are given up at once where trying again is of no use', async () => {
    for (const refusal of [new JobRefusedError('It is encrypted.'), new ApartError('It took too long.')]) {
      let attempts = 0;
      const job = await add(async () => {
        attempts++;
        throw refusal;
      });
      await untilGone(job);
      expect([attempts, failures.get(job.subjectId)]).toEqual([1, refusal.message]);
    }
  });

  it('leave nothing half-written where writing fails', async () => {
    let attempts = 0;
    const job = await add(async () => async (context) => {
      await write(context, `attempt ${++attempts}`);
      if (attempts === 1) throw new Error('a conflict');
    });
    await untilGone(job);
    expect(await namesOf(job.organizationId)).toEqual(['attempt 2']);
  });

  it('are done anew where they were asked for again meanwhile, and the first finding is dropped', async () => {
    const [begun, go] = [deferred<void>(), deferred<void>()];
    let attempts = 0;
    const job = await add(async () => {
      const attempt = ++attempts;
      if (attempt === 1) {
        begun.resolve();
        await go.promise;
      }
      return (context) => write(context, `attempt ${attempt}`).then(nothing);
    });
    await begun.promise;
    await runAsSystem(app().app.runtime, job.organizationId, (context) =>
      addJob(context, kind, job.subjectId),
    );
    go.resolve();
    await untilGone(job);
    expect(await namesOf(job.organizationId)).toEqual(['attempt 2']);
  });

  it('of a process that stands still are taken over when their lease has ended', async () => {
    const other = await startApp({ shares: app(), jobs: { poll: 50, pause: 10, mostAttempts: 3 } });
    try {
      const stuck = deferred<void>();
      let attempts = 0;
      const job = await add(async () => {
        if (++attempts === 1) await stuck.promise;
        return (context) => write(context, 'once').then(nothing);
      });
      await untilGone(job);
      stuck.resolve();
      await untilGone(await add(async () => nothing, job.organizationId));
      expect([attempts, await namesOf(job.organizationId)]).toEqual([2, ['once']]);
    } finally {
      await other.stop();
    }
  });

  it('of one organization do not delay those of another', async () => {
    const [hers, go] = [await app().organizations(), deferred<void>()];
    const slow = await Promise.all(
      [1, 2, 3].map(() =>
        add(async () => {
          await go.promise;
          return nothing;
        }, hers.ours.organizationId),
      ),
    );
    await untilGone(await add(async () => nothing, hers.theirs.organizationId));
    expect((await Promise.all(slow.map(jobsOf))).flat()).toHaveLength(3);
    go.resolve();
    await Promise.all(slow.map(untilGone));
  });

  it('are given back when the process stops, as if they had not been begun', async () => {
    const other = await startApp({ jobs: { poll: 50 } });
    const { ours } = await other.organizations();
    const subjectId = newId();
    const begun = deferred<void>();
    behaviours.set(subjectId, async (_attempt, signal) => {
      begun.resolve();
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
      return nothing;
    });
    await runAsSystem(other.app.runtime, ours.organizationId, (context) => addJob(context, kind, subjectId));
    await begun.promise;
    await other.app.stop(1_000);
    expect(
      await other.database.query(`SELECT attempts, "claimedUntil" FROM "Job" WHERE "subjectId" = $1`, [
        subjectId,
      ]),
    ).toEqual([{ attempts: 0, claimedUntil: null }]);
    await other.stop().catch(() => undefined);
  });
});
