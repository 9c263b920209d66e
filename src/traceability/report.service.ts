/** Reports of what happened to a piece, a batch or an order, as documents. */
import { z } from 'zod';
import { command } from '../commands/command.ts';
import { cursor, idOf, oneOf } from '../commands/input.ts';
import { positionOf } from '../commands/position.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';
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
    asOf: cursor()
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
        position: await positionOf(context, asOf, 'asOf'),
        userId: context.caller.userId,
        createdById: context.caller.tokenId,
      },
    });
    context.record('TraceabilityReportCreated', 'TraceabilityReport', null, report);
    await addJob(context, reportJob, report.id);
    return { traceabilityReportId: report.id };
  },
});
