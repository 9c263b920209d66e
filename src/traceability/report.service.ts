/** Reports of what happened to a piece, a batch or an order, as documents. */
import { z } from 'zod';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, oneOf } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';
import { decodeCursor } from '../events/cursor.ts';
import { addJob } from '../jobs/job.ts';
import { eventGroups } from './report.groups.ts';
import { reportJob } from './report.job.ts';

export const createTraceabilityReport = command('createTraceabilityReport', {
  description:
    'Has a report made of what happened to a piece, a batch or an order, and to what belongs to it: as a PDF and as data whose hash anybody can compute again. A report of the same subject, groups and position of the log has the same hash, whatever is recorded later.',
  right: 'work',
  input: {
    pieceId: idOf('Piece').nullish().describe('The piece, with its operations, runs and material.'),
    batchId: idOf('MaterialBatch').nullish().describe('The batch, with what it was made of.'),
    orderId: idOf('Order').nullish().describe('The order, with its line items and pieces.'),
    groups: z
      .array(oneOf('EventGroup', eventGroups))
      .max(Object.keys(eventGroups).length)
      .default([])
      .describe('Events of these groups only; all of them unless given.'),
    asOf: z
      .string()
      .meta({ scalar: 'Cursor' })
      .nullish()
      .describe('A cursor: it tells what was known up to there. Up to now unless given.'),
  },
  refusals: [],
  run: async (context, { pieceId, batchId, orderId, groups, asOf }) => {
    if ([pieceId, batchId, orderId].filter(Boolean).length !== 1) {
      throw InvalidInputError.at('pieceId', ', batchId or orderId must be given: one of them.');
    }
    await requireReferences(context, [
      ...reference('Piece', pieceId, 'pieceId'),
      ...reference('MaterialBatch', batchId, 'batchId'),
      ...reference('Order', orderId, 'orderId'),
    ]);
    const report = await context.tx.traceabilityReport.create({
      data: {
        ...context.fresh(),
        pieceId: pieceId ?? null,
        batchId: batchId ?? null,
        orderId: orderId ?? null,
        groups: [...new Set(groups)].sort(),
        position: await positionOf(context, asOf ?? null),
        userId: context.caller.userId,
        createdById: context.caller.tokenId,
      },
    });
    context.record('TraceabilityReportCreated', 'TraceabilityReport', null, report);
    await addJob(context, reportJob, report.id);
    return { traceabilityReportId: report.id };
  },
});

/** The position that a cursor of this log names; the newest where there is none. */
async function positionOf({ tx, organizationId }: CommandContext, asOf: string | null): Promise<bigint> {
  const [head] = await tx.$queryRawUnsafe<{ position: bigint; epoch: string }[]>(
    `SELECT "position", left(epoch::text, 8) AS epoch FROM "EventHead" WHERE "organizationId" = $1::uuid`,
    organizationId,
  );
  if (!head) throw new Error(`The organization ${organizationId} has no log.`);
  if (asOf === null) return BigInt(head.position);
  const given = decodeCursor(asOf, head.epoch);
  if (given.epoch !== head.epoch || given.position > Number(head.position)) {
    throw InvalidInputError.at('asOf', 'is no cursor that this log ever gave. Use one that a stream gave.');
  }
  return BigInt(given.position);
}
