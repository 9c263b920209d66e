/** The thread of a piece: all that became of it and of what it is made of, from one place. */

import { fractionsOf, nothing } from '../../src/materials/mixture.ts';
import type { AncestorBatch } from '../../src/traceability/ancestry.ts';
import type { PieceClimate } from '../../src/traceability/climate.ts';
import type { Reached } from '../../src/traceability/quality.ts';
import { builder } from '../builder.ts';
import { certificateAttachmentList } from '../certificates/certificate-attachment.type.ts';
import { GenealogySubjectRef } from '../materials/genealogy.type.ts';
import { keyedConnection, overItems, pageArguments, pageComplexity } from '../materials/recall.connection.ts';
import { anomalyList } from '../monitoring/anomaly.type.ts';
import { buildList } from '../production/build.type.ts';
import { operationList } from '../production/operation.type.ts';
import { runList } from '../production/run.type.ts';
import { belongingList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';
import { heatList, heatPage, readHeats } from './heats.fields.ts';
import { pieceAncestry, pieceClimate, pieceHeats, pieceHolds, pieceMaterial } from './trace.loaders.ts';

/** A piece, as the lists of its thread go by it. */
interface Thread {
  readonly id: string;
  readonly orderId: string;
  readonly lineItemId: string;
  readonly workflowId: string;
}

interface ThreadLot {
  lotId: string;
  fraction: { toFixed(): string } | number | null;
}

const ThreadLotRef = builder.objectRef<ThreadLot>('ThreadLot').implement({
  description: 'A lot of which something may be in a piece.',
  fields: (t) => ({
    lot: rowField(t, 'MaterialLot', 'The lot.', ({ lotId }) => lotId),
    expectedFraction: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'Which part of the piece, 0 to 1, is expected to be of the lot; null where no amounts are known. 0 can still hold traces.',
      resolve: ({ fraction }) => fraction as never,
    }),
  }),
});

const ThreadBatchRef = builder.objectRef<AncestorBatch>('ThreadBatch').implement({
  description: 'A batch of which something may be in a piece.',
  fields: (t) => ({
    batch: rowField(t, 'MaterialBatch', 'The batch.', ({ id }) => id),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When material last left it on the way to the piece: what it went through later is not in it.',
      resolve: ({ until }) => until,
    }),
  }),
});

const PieceClimateRef = builder.objectRef<PieceClimate>('PieceClimate').implement({
  description:
    'What one sensor measured while the piece was worked on at its machine, or the material of the piece was where it stood. Added up of sums of five minutes, each of which counts whole.',
  fields: (t) => ({
    sensor: rowField(t, 'Sensor', 'The sensor, with its quantity and unit.', ({ sensorId }) => sensorId),
    count: t.exposeInt('count', { description: 'How many readings there are.' }),
    minimum: t.exposeFloat('minimum', {
      nullable: true,
      description: 'The smallest value; null for a sensor of texts.',
    }),
    mean: t.exposeFloat('mean', {
      nullable: true,
      description: 'The mean of the values; null for a sensor of texts.',
    }),
    maximum: t.exposeFloat('maximum', {
      nullable: true,
      description: 'The largest value; null for a sensor of texts.',
    }),
    firstAt: t.expose('firstAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first was measured.',
    }),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last was measured.',
    }),
  }),
});

const PieceDispositionRef = builder.objectRef<{ id: string }>('PieceDisposition').implement({
  description: 'What was decided because of a hold that reaches a piece.',
  fields: (t) => ({
    disposition: rowField(
      t,
      'HoldDisposition',
      'What was decided, and by whom; null where you may not see it.',
      ({ id }) => id,
      { nullable: true },
    ),
  }),
});

const PieceHoldRef = builder.objectRef<Reached>('PieceHold').implement({
  description:
    'A hold, open or released, that reaches a piece or its material: a non-conformance of the piece.',
  fields: (t) => ({
    hold: rowField(t, 'Hold', 'The hold, with its reason and its reference.', ({ holdId }) => holdId),
    path: t.field({
      type: [GenealogySubjectRef],
      description: 'A way that leads from what is held to the piece, both included.',
      resolve: ({ path }) => [...path],
    }),
    dispositions: t.field({
      type: [PieceDispositionRef],
      description:
        'What was decided about the piece, or about a batch or a container on the way to it; in the order of deciding.',
      resolve: ({ dispositionIds }) => dispositionIds.map((id) => ({ id })),
    }),
  }),
});

const lots = keyedConnection('ThreadLot', 'lots', ThreadLotRef);
const batches = keyedConnection('ThreadBatch', 'batches', ThreadBatchRef);

const ofItsRuns = (column: string) => (piece: string, organization: string) =>
  `EXISTS (SELECT 1 FROM "Operation" o WHERE o."organizationId" = ${organization} AND o."pieceId" = ${piece} AND o."runId" = t.${column})`;

const ThreadRef = builder.objectRef<Thread>('PieceThread').implement({
  description:
    'All that became of a piece and of what it is made of, from its order to its shipment. Whatever is asked of it, and however long its history, the number of statements to the database is the same.',
  fields: (t) => {
    const list = t as unknown as NounFields<'Piece'>;
    const page = { first: t.arg(pageArguments.first), after: t.arg(pageArguments.after) };
    const complexity = pageComplexity as never;
    return {
      order: rowField(t, 'Order', 'The order, with its customer.', ({ orderId }) => orderId),
      lineItem: rowField(
        t,
        'LineItem',
        'The line item: what was to be made.',
        ({ lineItemId }) => lineItemId,
      ),
      workflow: rowField(
        t,
        'Workflow',
        'The workflow: how it was to be made.',
        ({ workflowId }) => workflowId,
      ),
      operations: belongingList(
        list,
        operationList,
        'pieceId',
        'What was done on it, all attempts: when, by whom (`startedBy`, `endedBy`), at which workstation (`run { workstation }`), with which settings (`run { printingPresets }`), by which instructions (`instructions`).',
      ),
      runs: belongingList(list, runList, ofItsRuns('id'), 'The runs that worked on it, or will.'),
      builds: belongingList(
        list,
        buildList,
        ofItsRuns('"runId"'),
        'What machines reported of those runs: their builds, with layers and anomalies.',
      ),
      anomalies: belongingList(
        list,
        anomalyList,
        (piece, organization) =>
          `EXISTS (SELECT 1 FROM "AnomalyPiece" h WHERE h."organizationId" = ${organization} AND h."pieceId" = ${piece} AND h."anomalyId" = t.id)`,
        'The anomalies that may harm it, or made somebody decide about it.',
      ),
      climate: t.field({
        type: [PieceClimateRef],
        description:
          'What sensors measured of the machines and the areas where it and its material were; one of each sensor.',
        resolve: async ({ id }, _args, context) => [...(await pieceClimate(context).load(id))],
      }),
      lots: t.field({
        type: lots.connection,
        description: 'Every lot of which something may be in it, whatever the share, by id.',
        args: page,
        complexity,
        resolve: ({ id }, args, context) =>
          lots.read(
            overItems(
              async () => {
                const [ancestry, made] = await Promise.all([
                  pieceAncestry(context).load(id),
                  pieceMaterial(context).load(id),
                ]);
                const expected = fractionsOf((made?.holding ?? nothing).lots);
                const fractions = new Map(expected.map(({ key, fraction }) => [key, fraction]));
                return ancestry.lots.map((lotId) => ({
                  lotId,
                  fraction: expected.length === 0 ? null : (fractions.get(lotId) ?? 0),
                }));
              },
              ({ lotId }) => lotId,
            ),
            args,
          ) as never,
      }),
      batches: t.field({
        type: batches.connection,
        description: 'Every batch of which something may be in it, whatever the share, by id.',
        args: page,
        complexity,
        resolve: ({ id }, args, context) =>
          batches.read(
            overItems(
              async () => (await pieceAncestry(context).load(id)).batches,
              (batch) => batch.id,
            ),
            args,
          ) as never,
      }),
      heats: t.field({
        type: heatPage,
        description:
          'Every heat of which something may be in it, with chemistry and mechanical properties: the same as `Piece.heats`.',
        args: page,
        complexity,
        resolve: ({ id }, args, context) =>
          readHeats(
            heatList(() => pieceHeats(context).load(id)),
            args,
          ) as never,
      }),
      certificates: belongingList(
        list,
        certificateAttachmentList,
        'pieceId',
        'The certificates that are attached to it, each with the step that it is about; also those that were taken off.',
      ),
      nonConformances: t.field({
        type: [PieceHoldRef],
        description:
          'The holds, open or released, that reach it by any way, oldest first, with what was decided about it.',
        resolve: async ({ id }, _args, context) => [...(await pieceHolds(context).load(id))],
      }),
      shipments: belongingList(
        list,
        operationList,
        (piece) => `t."pieceId" = ${piece} AND t.kind = 'SHIPPING'`,
        'The operations that ship it, or did: with the tracking number.',
      ),
    };
  },
});

builder.prismaObjectField('Piece', 'thread', (t) =>
  t.field({
    type: ThreadRef,
    description:
      'Its thread: order, workflow and operations, runs, builds and anomalies, climate, material down to heats, certificates, non-conformances and shipments.',
    // No `select`: the plugin would load again, row by row, what lies below a field that has one.
    resolve: (piece) => piece,
  }),
);
