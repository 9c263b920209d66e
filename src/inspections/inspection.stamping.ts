/** Has the roots of closed cases timestamped: asked outside of any transaction, checked, and written with its verdict. */

import { sha256 } from '../canonical.ts';
import type { CommandContext } from '../commands/context.ts';
import { addJob, type JobKind, JobRefusedError, jobKind } from '../jobs/job.ts';
import type { Runtime } from '../runtime.ts';
import { AuthorityError, type Stamp, stamp } from '../timestamps/authority.ts';
import { documentsJob } from './inspection.documents.ts';

/** The case's timestamp that waits, or nothing where it has been answered. */
async function waitingOf(runtime: Runtime, organizationId: string, caseId: string) {
  const [row] = await runtime.database.query<{ id: string; imprint: string }>(
    `SELECT t.id::text AS id, t.imprint FROM "InspectionCase" c
     JOIN "Timestamp" t ON t."organizationId" = c."organizationId" AND t.id = c."timestampId"
     WHERE c."organizationId" = $1 AND c.id = $2 AND t.status = 'PENDING'`,
    [organizationId, caseId],
  );
  return row ?? null;
}

const stamping: JobKind = {
  lease: 60_000,
  async work(runtime, { organizationId, subjectId, signal }) {
    const waiting = await waitingOf(runtime, organizationId, subjectId);
    if (!waiting) return async () => {};
    const { authority } = runtime;
    if (!authority) throw new JobRefusedError('No time-stamping authority is configured on this server.');
    const given = await asked(() => stamp(waiting.imprint, authority, signal));
    return (context) =>
      write(context, subjectId, waiting.id, { authority: authority.url, ...answerOf(given) });
  },
  async failed(context, subjectId, reason) {
    const found = await context.tx.inspectionCase.findUniqueOrThrow({ where: context.key(subjectId) });
    if (found.timestampId) await write(context, subjectId, found.timestampId, { status: 'FAILED', reason });
  },
};

/** Asks an authority; where asking again is of no use, the job ends. */
export async function asked(ask: () => Promise<Stamp>): Promise<Stamp> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AuthorityError && !error.isTemporary) throw new JobRefusedError(error.message);
    throw error;
  }
}

interface Answer {
  status: 'VALID' | 'FAILED';
  authority?: string;
  token?: Uint8Array<ArrayBuffer>;
  tokenHash?: string;
  stampedAt?: Date | null;
  serialNumber?: string | null;
  policy?: string | null;
  subject?: string | null;
  verdict?: string;
  reason: string | null;
}

/** The columns of what an authority gave: the whole token, and what it says, whether that is trusted or not. */
function answerOf({ token, verdict }: Stamp): Answer {
  return {
    status: verdict.status === 'VALID' ? 'VALID' : 'FAILED',
    token: Uint8Array.from(token),
    tokenHash: sha256(token),
    stampedAt: verdict.genTime,
    serialNumber: verdict.serial,
    policy: verdict.policy,
    subject: verdict.tsaSubject,
    verdict: verdict.status,
    reason: verdict.reason,
  };
}

async function write(
  context: CommandContext,
  caseId: string,
  timestampId: string,
  answer: Answer,
): Promise<void> {
  await context.lock({ InspectionCase: [caseId], Timestamp: [timestampId] });
  const found = await context.tx.inspectionCase.findUniqueOrThrow({ where: context.key(caseId) });
  const where = context.key(timestampId);
  const { token: _, ...before } = await context.tx.timestamp.findUniqueOrThrow({ where });
  if (before.status !== 'PENDING') return;
  const { token, ...after } = await context.tx.timestamp.update({
    where,
    data: { ...answer, ...context.touched() },
  });
  const kind = token && after.status === 'VALID' ? 'TimestampIssued' : 'TimestampFailed';
  context.record(kind, 'Timestamp', before, after, {
    related: [caseId, found.reportId],
    reason: answer.reason,
  });
  // Without a timestamp too: the evidence is worth showing, and says what it lacks.
  await addJob(context, documentsJob, caseId);
}

export const stampJob = jobKind('STAMP_INSPECTION_CASE', stamping);
