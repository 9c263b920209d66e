/** Inspection cases: opened, filled with items, then closed for ever, with a root over the items that is timestamped. */
import type { InspectionCase, Timestamp } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { lockReferences, reference } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { addJob } from '../jobs/job.ts';
import { rootOf } from './evidence.ts';
import { documentsJob } from './inspection.documents.ts';
import { stampJob } from './inspection.stamping.ts';
import { type InspectionCaseAction, inspectionCaseStates } from './inspection.state.ts';

/** A case's running number. */
const caseNumber = (value: bigint): string => `I-${value.toString().padStart(6, '0')}`;

export const createInspectionCase = command('createInspectionCase', {
  description: 'Opens an inspection case of a report.',
  right: 'report',
  input: {
    inspectionReportId: idOf('InspectionReport').describe('The report that it belongs to.'),
    frame: line().describe('What is inspected by which rules: `Visual inspection`.'),
    pieceId: idOf('Piece').nullish().describe('The piece that is inspected.'),
    continuesId: idOf('InspectionCase')
      .nullish()
      .describe('The closed case of the same report that this one completes: evidence that came late.'),
  },
  refusals: [NotFoundError],
  numbers: () => ({ inspectionCase: 1 }),
  run: async (context, { inspectionReportId, frame, pieceId, continuesId }) => {
    await lockReferences(
      context,
      [...reference('Piece', pieceId, 'pieceId'), ...reference('InspectionCase', continuesId, 'continuesId')],
      { InspectionReport: [inspectionReportId] },
    );
    if (continuesId) {
      const earlier = await context.tx.inspectionCase.findUniqueOrThrow({ where: context.key(continuesId) });
      if (earlier.reportId !== inspectionReportId)
        throw InvalidInputError.at('continuesId', 'names a case of another report.');
      if (earlier.status !== 'CLOSED')
        throw InvalidInputError.at(
          'continuesId',
          `names ${earlier.number}, which is open: add the items to it.`,
        );
    }
    const made = await context.tx.inspectionCase.create({
      data: {
        ...context.fresh(),
        number: caseNumber(context.number('inspectionCase')),
        reportId: inspectionReportId,
        frame,
        pieceId: pieceId ?? null,
        continuesId: continuesId ?? null,
        createdById: context.caller.tokenId,
      },
    });
    context.record('InspectionCaseCreated', 'InspectionCase', null, made);
    return { inspectionCaseId: made.id };
  },
});

const subject = {
  inspectionCaseId: idOf('InspectionCase').describe('The case.'),
  expectedVersion: expectedVersion(),
};

async function lockCase(
  context: CommandContext,
  action: InspectionCaseAction,
  {
    inspectionCaseId: id,
    expectedVersion: expected,
  }: { inspectionCaseId: string; expectedVersion?: number | null | undefined },
): Promise<InspectionCase> {
  await context.lock({ InspectionCase: [id] });
  const found = await context.tx.inspectionCase.findUniqueOrThrow({ where: context.key(id) });
  context.expectVersion('InspectionCase', found, expected);
  inspectionCaseStates.require(found.status, action);
  return found;
}

/** What the log tells of a timestamp: the token is kept beside it. */
export const toldTimestamp = ({ token: _, ...row }: Timestamp) => row;

/** Has a root stamped after the commit: the timestamp waits until the authority has answered. */
async function request(context: CommandContext, found: InspectionCase, root: string): Promise<string> {
  const made = await context.tx.timestamp.create({ data: { ...context.fresh(), imprint: root } });
  context.record('TimestampRequested', 'Timestamp', null, toldTimestamp(made), {
    related: [found.id, found.reportId],
  });
  await addJob(context, stampJob, found.id);
  return made.id;
}

/** What stands against closing a case. */
export const closingInspectionCase = new GuardedAction<{ found: InspectionCase; items: number }>(
  'closeInspectionCase',
  {
    'inspectionCase.hasItems': (_context, { found, items }) =>
      items > 0
        ? []
        : [
            {
              rule: 'inspectionCase.hasItems',
              message: `${found.number} has no item: there is nothing to prove. Add one first.`,
              subject: { noun: 'InspectionCase', uuid: found.id, label: found.number },
            },
          ],
  },
);

export const closeInspectionCase = command('closeInspectionCase', {
  description:
    'Closes a case for ever: the root of a Merkle tree over its items in their order (RFC 9162, SHA-256) is kept, and an authority is asked for a timestamp of it (RFC 3161). After that its PDF and a bundle that can be verified offline are made. All this is done in the background.',
  right: 'report',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, on) => {
    const before = await lockCase(context, 'CLOSE_INSPECTION_CASE', on);
    const items = await context.tx.inspectionItem.findMany({
      where: { organizationId: context.organizationId, caseId: before.id },
      orderBy: { position: 'asc' },
      select: { leafHash: true },
    });
    await closingInspectionCase.check(context, { found: before, items: items.length });
    const merkleRoot = rootOf(items.map(({ leafHash }) => leafHash));
    const timestampId = await request(context, before, merkleRoot);
    const after = await context.tx.inspectionCase.update({
      where: context.key(before.id),
      data: {
        status: inspectionCaseStates.next(before.status, 'CLOSE_INSPECTION_CASE'),
        closedAt: context.now,
        merkleRoot,
        timestampId,
        ...context.touched(),
      },
    });
    context.record('InspectionCaseStatusChanged', 'InspectionCase', before, after);
    return { inspectionCaseId: before.id };
  },
});

/** What stands against asking for a timestamp once more. */
export const stampingInspectionCase = new GuardedAction<{
  found: InspectionCase;
  timestamp: Timestamp | null;
}>('stampInspectionCase', {
  'inspectionCase.needsStamp': (_context, { found, timestamp }) => {
    const isDone = timestamp?.status === 'VALID' && found.bundleId !== null;
    if (timestamp?.status !== 'PENDING' && !isDone) return [];
    const why = isDone ? 'is timestamped already' : 'waits for its timestamp already';
    return [
      {
        rule: 'inspectionCase.needsStamp',
        message: `${found.number} ${why}.`,
        subject: { noun: 'InspectionCase', uuid: found.id, label: found.number },
      },
    ];
  },
});

export const stampInspectionCase = command('stampInspectionCase', {
  description:
    'Asks again for what a closed case did not get: its timestamp where that failed, its PDF and bundle where they are missing. The failed timestamp stays in the history.',
  right: 'work',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, on) => {
    const before = await lockCase(context, 'STAMP_INSPECTION_CASE', on);
    const timestamp = before.timestampId
      ? await context.tx.timestamp.findUniqueOrThrow({ where: context.key(before.timestampId) })
      : null;
    await stampingInspectionCase.check(context, { found: before, timestamp });
    const isStamped = timestamp?.status === 'VALID';
    if (isStamped) await addJob(context, documentsJob, before.id);
    const timestampId = isStamped ? timestamp.id : await request(context, before, before.merkleRoot ?? '');
    const after = await context.tx.inspectionCase.update({
      where: context.key(before.id),
      data: { timestampId, ...context.touched() },
    });
    context.record('InspectionCaseChanged', 'InspectionCase', before, after);
    return { inspectionCaseId: before.id };
  },
});
