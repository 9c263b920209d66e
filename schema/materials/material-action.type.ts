import type { MaterialLink } from '../../prisma/generated/client/client.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import type { Measured } from '../../src/materials/units.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef } from '../shared/quantity.ts';
import { MaterialActionTypeRef, MaterialPlaceRef } from './enums.ts';

const material = { select: { material: measured } } as const;

noun('MaterialLink', {
  description:
    'Material that one action moved from one place to another: from a container, a batch or a machine to another batch, a piece, or out of the shop. Links between batches, lots and pieces are the edges of the genealogy.',
  fields: (t) => ({
    action: t.relation('action', { description: 'The action that moved it.' }),
    from: t.expose('fromPlace', { type: MaterialPlaceRef, description: 'Where it came from.' }),
    to: t.expose('toPlace', { type: MaterialPlaceRef, description: 'Where it went.' }),
    sourceBatch: t.relation('sourceBatch', { nullable: true, description: 'The batch that it came from.' }),
    destinationBatch: t.relation('destinationBatch', {
      nullable: true,
      description: 'The batch that it went into.',
    }),
    container: t.relation('container', {
      nullable: true,
      description: 'The container of a lot that it came from.',
    }),
    piece: t.relation('piece', { nullable: true, description: 'The piece that it became.' }),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much it was.',
      select: { quantity: true, sourceBatch: material, destinationBatch: material, container: material },
      resolve: (link) => {
        const of = link.sourceBatch ?? link.destinationBatch ?? link.container;
        return new Quantity((link as MaterialLink).quantity, (of?.material ?? unknownMaterial) as Measured);
      },
    }),
    usageCyclesAdded: t.exposeInt('cycleShift', {
      description: 'How many builds it went through on the way: 1 for powder out of the chamber.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was moved.' }),
  }),
});

// A link always has one of the three; this is for the type.
const unknownMaterial: Measured = { unit: '{each}', density: null };

export const materialLinkList = listOf('MaterialLink', {
  plural: 'links',
  filters: {
    action: byId('actionId', 'MaterialAction', 'By action.'),
    sourceBatch: byId('sourceBatchId', 'MaterialBatch', 'By the batch that they come from.'),
    destinationBatch: byId('destinationBatchId', 'MaterialBatch', 'By the batch that they go into.'),
    container: byId('containerId', 'MaterialContainer', 'By the container that they come from.'),
    piece: byId('pieceId', 'Piece', 'By the piece that they became.'),
    from: byEnum('fromPlace', 'MaterialPlace', 'By where they come from.'),
    to: byEnum('toPlace', 'MaterialPlace', 'By where they go.'),
    occurredAt: byInstant('occurredAt', 'By when it was.'),
  },
  orders: { OCCURRED_AT: { column: 'occurredAt', description: 'By when it was.' } },
});

noun('MaterialAction', {
  description:
    'One thing that a person did to a lot, a container or a batch. It never changes: what was wrong is undone by an action of its own.',
  fields: (t) => ({
    type: t.expose('type', { type: MaterialActionTypeRef, description: 'What was done.' }),
    lot: t.relation('lot', { nullable: true, description: 'The lot that it was done to.' }),
    container: t.relation('container', { nullable: true, description: 'The container that it was done to.' }),
    batch: t.relation('batch', {
      nullable: true,
      description: 'The batch that it was done to: the source, or for a blend or a first batch the new one.',
    }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The machine that it was done at.',
    }),
    run: t.relation('run', { nullable: true, description: 'The run that it was done for.' }),
    quantity: t.field({
      type: QuantityRef,
      nullable: true,
      description: 'The amount that it was about, as its type says; null where it was about none.',
      select: { quantity: true, batch: material, container: material, lot: material },
      resolve: ({ quantity, batch, container, lot }) => {
        const of = (batch ?? container ?? lot)?.material;
        return quantity && of ? new Quantity(quantity, of) : null;
      },
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was done.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'What was noted.' }),
    previousAction: t.relation('previousAction', {
      nullable: true,
      description: 'The action before it on the same batch, as it was known when this one was recorded.',
    }),
    parentAction: t.relation('parentAction', {
      nullable: true,
      description: 'The action that it is a part of.',
    }),
    reverses: t.relation('reverses', { nullable: true, description: 'The action that it undoes.' }),
    performedBy: t.relation('performedBy', { nullable: true, description: 'The token that recorded it.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was done.' }),
    isLate: t.boolean({
      description: 'Whether it was recorded more than a minute after it was done.',
      select: { occurredAt: true, createdAt: true },
      resolve: ({ occurredAt, createdAt }) => createdAt.getTime() - occurredAt.getTime() > 60_000,
    }),
    links: childList(t, 'MaterialAction', 'links', materialLinkList, 'What it moved.'),
  }),
});

export const materialActionList = listOf('MaterialAction', {
  plural: 'actions',
  filters: {
    type: byEnum('type', 'MaterialActionType', 'By type.'),
    lot: byId('lotId', 'MaterialLot', 'By lot.'),
    container: byId('containerId', 'MaterialContainer', 'By container.'),
    batch: byId('batchId', 'MaterialBatch', 'By the batch that they were done to.'),
    touches: byId('batchId', 'MaterialBatch', 'By any batch that they changed.', (where) => ({
      postings: { some: where },
    })),
    workstation: byId('workstationId', 'Workstation', 'By workstation.'),
    run: byId('runId', 'Run', 'By run.'),
    occurredAt: byInstant('occurredAt', 'By when they were done.'),
    createdAt: byInstant('createdAt', 'By when they were recorded.'),
  },
  search: ['reason', 'notes'],
  orders: {
    OCCURRED_AT: { column: 'occurredAt', description: 'By when they were done.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were recorded.' },
  },
});
