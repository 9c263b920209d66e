import type * as prisma from '../../prisma/generated/client/client.ts';
import { encodeCursor } from '../../src/events/cursor.ts';
import type { LoggedEvent } from '../../src/events/log.ts';
import { encodeId } from '../../src/ids.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import { scopeOf } from '../../src/quality/hold.reach.ts';
import { holdStates } from '../../src/quality/hold.state.ts';
import { builder } from '../builder.ts';
import { Recall, RecallRef } from '../materials/recall.type.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef } from '../shared/quantity.ts';

const HoldStatusRef = enumOf<prisma.HoldStatus>('HoldStatus', 'How far a hold is.', {
  PROPOSED: 'A failed test proposed it: it blocks nothing, and a person decides.',
  OPEN: 'It blocks.',
  RELEASED: 'It has ended.',
  DISMISSED: 'It was proposed, and turned down.',
});

const HoldSubjectRef = enumOf<prisma.HoldSubject>('HoldSubject', 'What can be held.', {
  LOT: 'A lot.',
  BATCH: 'A batch, with all that it ever was.',
  CONTAINER: 'A container, with all that it held.',
  PIECE: 'A piece.',
  WORKSTATION: 'What was in a machine for some time.',
  SENSOR: 'What was near a sensor for some time.',
});

const DispositionRef = enumOf<prisma.Disposition>(
  'Disposition',
  'What is done with something that a hold affects.',
  {
    USE_AS_IS: 'A concession: it is used as it is. Counts once a second person has approved it.',
    REWORK: 'It is made good.',
    SCRAP: 'It is thrown away.',
    RETURN: 'It is sent back to the supplier.',
  },
);

const HoldActionRef = actionsOf(holdStates);

const material = { select: { material: measured } } as const;

noun('HoldDisposition', {
  description: 'What was decided about one item that a hold affects: a batch, a container or a piece.',
  fields: (t) => ({
    hold: t.relation('hold', { description: 'The hold.' }),
    batch: t.relation('batch', { nullable: true, description: 'The batch, where it is about one.' }),
    container: t.relation('container', {
      nullable: true,
      description: 'The container, where it is about one.',
    }),
    piece: t.relation('piece', { nullable: true, description: 'The piece, where it is about one.' }),
    decision: t.expose('decision', { type: DispositionRef, description: 'What is done with it.' }),
    quantity: t.field({
      type: QuantityRef,
      nullable: true,
      description: 'How much of the batch; null for all of it, and for a container or a piece.',
      select: { quantity: true, batch: material },
      resolve: ({ quantity, batch }) => (quantity && batch ? new Quantity(quantity, batch.material) : null),
    }),
    note: t.exposeString('note', { nullable: true, description: 'Why.' }),
    decidedBy: t.relation('decidedBy', { nullable: true, description: 'The token that decided.' }),
    approvedBy: t.relation('approvedBy', {
      nullable: true,
      description: 'The token of the second person who approved a concession; null while nobody has.',
    }),
    approvedAt: t.expose('approvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was approved.',
    }),
  }),
});

export const holdDispositionList = listOf('HoldDisposition', {
  plural: 'dispositions',
  filters: {
    hold: byId('holdId', 'Hold', 'By hold.'),
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    container: byId('containerId', 'MaterialContainer', 'By container.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    decision: byEnum('decision', 'Disposition', 'By decision.'),
    approvedAt: byInstant('approvedAt', 'By when they were approved.'),
    createdAt: byInstant('createdAt', 'By when they were decided.'),
  },
  search: ['note'],
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were decided.' } },
});

noun('Hold', {
  description:
    'Quarantine: while it is OPEN nothing that may hold something of its subject can be loaded, blended, consumed or shipped. What it blocks follows from the genealogy and is copied nowhere.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Its number, unique in the organization.' }),
    status: t.expose('status', { type: HoldStatusRef, description: 'How far it is.' }),
    allowedActions: t.field({
      type: [HoldActionRef],
      description: 'What its state allows now. Guards may still refuse.',
      select: { status: true },
      resolve: (hold) => holdStates.allowedActions(hold.status),
    }),
    subject: t.expose('subject', { type: HoldSubjectRef, description: 'What kind of thing is held.' }),
    lot: t.relation('lot', { nullable: true, description: 'The lot, where one is held.' }),
    batch: t.relation('batch', { nullable: true, description: 'The batch, where one is held.' }),
    container: t.relation('container', { nullable: true, description: 'The container, where one is held.' }),
    piece: t.relation('piece', { nullable: true, description: 'The piece, where one is held.' }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The machine, where what was in it is held.',
    }),
    sensor: t.relation('sensor', {
      nullable: true,
      description: 'The sensor, where what was near it is held.',
    }),
    from: t.expose('fromAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when, of a machine or a sensor.',
    }),
    until: t.expose('untilAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when; null: up to now, and what is there still.',
    }),
    reason: t.exposeString('reason', { description: 'Why: everybody who is blocked reads it.' }),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'The number of the non-conformance report.',
    }),
    testReport: t.relation('testReport', {
      nullable: true,
      description: 'The failed test that proposed it.',
    }),
    placedBy: t.relation('placedBy', {
      nullable: true,
      description: 'The token that placed or proposed it.',
    }),
    closedBy: t.relation('closedBy', {
      nullable: true,
      description: 'The token that released or dismissed it.',
    }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    closingNote: t.exposeString('closingNote', { nullable: true, description: 'What was found.' }),
    affected: t.field({
      type: RecallRef,
      description: 'All that it affects, or would or did: batches, pieces, orders, customers, shipments.',
      select: {
        lotId: true,
        batchId: true,
        containerId: true,
        pieceId: true,
        workstationId: true,
        sensorId: true,
        fromAt: true,
        untilAt: true,
      },
      resolve: async (hold, _args, context) =>
        new Recall(context, scopeOf(hold), encodeCursor(await context.headAtStart())),
    }),
    dispositions: childList(
      t,
      'Hold',
      'dispositions',
      holdDispositionList,
      'What was decided about what it affects.',
    ),
  }),
});

export const holdList = listOf('Hold', {
  plural: 'holds',
  filters: {
    status: byEnum('status', 'HoldStatus', 'By status.'),
    subject: byEnum('subject', 'HoldSubject', 'By what is held.'),
    lot: byId('lotId', 'MaterialLot', 'By the lot that is held.'),
    batch: byId('batchId', 'MaterialBatch', 'By the batch that is held itself.'),
    container: byId('containerId', 'MaterialContainer', 'By the container that is held itself.'),
    piece: byId('pieceId', 'Piece', 'By the piece that is held itself.'),
    workstation: byId('workstationId', 'Workstation', 'By the machine.'),
    sensor: byId('sensorId', 'Sensor', 'By the sensor.'),
    number: byText('number', 'By number.'),
    reference: byText('reference', 'By the number of the non-conformance report.'),
    closedAt: byInstant('closedAt', 'By when they ended.'),
    createdAt: byInstant('createdAt', 'By when they were placed or proposed.'),
  },
  search: ['number', 'reason', 'reference', 'closingNote'],
  orders: {
    NUMBER: { column: 'number', description: 'By number.' },
    CLOSED_AT: { column: 'closedAt', nullable: true, description: 'By when they ended.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were placed or proposed.' },
  },
});

/** What the events of holds say besides. */
const placed = (name: 'affectedBatches' | 'affectedPieces', what: string) => ({
  name,
  description: `How many ${what} it affected when it was placed.`,
});
for (const { name, description } of [
  placed('affectedBatches', 'batches'),
  placed('affectedPieces', 'pieces'),
]) {
  builder.objectField('HoldPlaced' as never, name, (t) =>
    t.int({ description, resolve: (event) => Number((event as LoggedEvent).data?.[name] ?? 0) }),
  );
}
for (const [name, noun, what] of [
  ['batchIds', 'MaterialBatch', 'batches'],
  ['pieceIds', 'Piece', 'pieces'],
] as const) {
  builder.objectField('HoldSpread' as never, name, (t) =>
    t.idList({
      description: `The ${what} that it came to affect.`,
      resolve: (event) =>
        (((event as LoggedEvent).data?.[name] ?? []) as string[]).map((id) => encodeId(noun, id)),
    }),
  );
}
