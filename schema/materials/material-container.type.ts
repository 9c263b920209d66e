import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { nullableQuantityField } from '../shared/quantity.ts';
import { MaterialContainerStatusRef, MaterialContainerTypeRef } from './enums.ts';
import { materialActionList } from './material-action.type.ts';

noun('MaterialContainerFilling', {
  description: 'A time during which a container held a batch.',
  fields: (t) => ({
    container: t.relation('container', { description: 'The container.' }),
    batch: t.relation('batch', { description: 'The batch that it held.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was filled.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was empty again; null while it holds the batch.',
    }),
  }),
});

export const materialContainerFillingList = listOf('MaterialContainerFilling', {
  plural: 'fillings',
  filters: {
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    container: byId('containerId', 'MaterialContainer', 'By container.'),
    startedAt: byInstant('startedAt', 'By when they began.'),
  },
  orders: { STARTED_AT: { column: 'startedAt', description: 'By when they began.' } },
});

noun('MaterialContainer', {
  description:
    'What material is kept in: one that a lot came in, or one of the shop that is filled again and again. A container holds material of one batch at a time.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    type: t.expose('type', { type: MaterialContainerTypeRef, description: 'What kind of container it is.' }),
    isDisposable: t.boolean({
      description: 'Whether it is thrown away once empty.',
      select: { type: true },
      resolve: (container) => container.type === 'DISPOSABLE',
    }),
    status: t.expose('status', { type: MaterialContainerStatusRef, description: 'What is in it.' }),
    quantity: nullableQuantityField(t, 'MaterialContainer', 'quantity', 'How much it holds.'),
    fullQuantity: nullableQuantityField(
      t,
      'MaterialContainer',
      'fullQuantity',
      'The most that it has held, or was delivered with.',
    ),
    tare: t.expose('tare', {
      type: 'Decimal',
      nullable: true,
      description: 'The mass of the empty container, in g; with it, a weighing tells what is inside.',
    }),
    isAvailableForInitialBatches: t.boolean({
      description:
        'Whether a first batch can be made of it: it came with a lot, and nothing was taken out yet.',
      select: { lotId: true, status: true, archivedAt: true },
      resolve: ({ lotId, status, archivedAt }) => lotId !== null && status === 'NEW' && archivedAt === null,
    }),
    isDocked: t.boolean({
      description: 'Whether it is docked at a workstation.',
      select: { workstationId: true },
      resolve: (container) => container.workstationId !== null,
    }),
    cleanedAt: t.expose('cleanedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was cleaned since it was last emptied.',
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'Anything worth knowing.' }),
    lot: t.relation('lot', {
      nullable: true,
      description: "The lot that it came with; null for a container of the shop's own.",
    }),
    material: t.relation('material', {
      nullable: true,
      description: 'What it holds or, empty, what it held last.',
    }),
    batch: t.relation('batch', {
      nullable: true,
      description: 'The batch whose material it holds; null while it belongs to a lot alone, or is empty.',
    }),
    location: t.relation('location', { description: 'Where it is.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area where it is.' }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The workstation that it is docked at.',
    }),
    materialRestrictions: t.field({
      type: ['Material'] as never,
      description: 'The only materials that may be put in it, at most 250; any where there are none.',
      select: { restrictions: { select: { material: true } } },
      resolve: (container: { restrictions: { material: unknown }[] }) =>
        container.restrictions.map((each) => each.material) as never,
    } as never),
    fillings: childList(
      t,
      'MaterialContainer',
      'fillings',
      materialContainerFillingList,
      'Which batches it held, and when.',
    ),
    actions: childList(t, 'MaterialContainer', 'actions', materialActionList, 'What was done with it.'),
  }),
});

export const materialContainerList = listOf('MaterialContainer', {
  plural: 'containers',
  filters: {
    name: byText('name', 'By name.'),
    type: byEnum('type', 'MaterialContainerType', 'By type.'),
    status: byEnum('status', 'MaterialContainerStatus', 'By status.'),
    lot: byId('lotId', 'MaterialLot', 'By the lot that they came with.'),
    material: byId('materialId', 'Material', 'By what they hold.'),
    batch: byId('batchId', 'MaterialBatch', 'By the batch that they hold.'),
    location: byId('locationId', 'Location', 'By location.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    workstation: byId('workstationId', 'Workstation', 'By the workstation that they are docked at.'),
    isAvailableForInitialBatches: byRule('Whether a first batch can be made of them.', (value) => {
      const free = { lotId: { not: null }, status: 'NEW', archivedAt: null };
      return value ? free : { NOT: free };
    }),
    archived: byArchived,
    createdAt: byInstant('createdAt', 'By when they were created.'),
  },
  search: ['name', 'notes'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were created.' },
  },
});
