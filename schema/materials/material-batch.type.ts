import { atHand } from '../../src/materials/material-batch.input.ts';
import { amount, fractionsOf, fromJson, quanta, type Shares } from '../../src/materials/mixture.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import type { Measured } from '../../src/materials/units.ts';
import { builder } from '../builder.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef, quantityField } from '../shared/quantity.ts';
import { rowField } from '../shared/row-field.ts';
import { MaterialBatchStatusRef, PowderQualityRef } from './enums.ts';
import { materialActionList, materialLinkList } from './material-action.type.ts';
import { materialContainerFillingList, materialContainerList } from './material-container.type.ts';

/** A part of a mixture: by lot, or by usage cycles. */
export interface MixtureShare {
  key: string;
  fraction: { toFixed(): string };
  quantity: Quantity;
}

export const LotShareRef = builder.objectRef<MixtureShare>('LotShare').implement({
  description: 'How much of a mixture is of one lot.',
  fields: (t) => ({
    lot: rowField(t, 'MaterialLot', 'The lot.', (share) => share.key),
    fraction: t.field({
      type: 'Decimal',
      description: 'From more than 0 to 1. The fractions of a mixture add up to exactly 1.',
      resolve: (share) => share.fraction as never,
    }),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much of what is there now.',
      resolve: (share) => share.quantity,
    }),
  }),
});

export const UsageCycleShareRef = builder.objectRef<MixtureShare>('UsageCycleShare').implement({
  description: 'How much of a mixture was in a build that many times.',
  fields: (t) => ({
    cycles: t.int({
      description: 'How many builds; 0 for virgin material.',
      resolve: (share) => Number(share.key),
    }),
    fraction: t.field({
      type: 'Decimal',
      description: 'From more than 0 to 1. The fractions of a mixture add up to exactly 1.',
      resolve: (share) => share.fraction as never,
    }),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much of what is there now.',
      resolve: (share) => share.quantity,
    }),
  }),
});

/** Shares for the API: fractions by what was mixed, amounts by what is there now. */
export function sharesOf(mixed: Shares, now: readonly Shares[], material: Measured): MixtureShare[] {
  return fractionsOf(mixed).map(({ key, fraction }) => ({
    key,
    fraction,
    quantity: new Quantity(amount(now.reduce((sum, each) => sum + (each.get(key) ?? 0n), 0n)), material),
  }));
}

noun('MaterialStay', {
  description: 'A time during which a batch stood at one place, or was loaded in one machine.',
  fields: (t) => ({
    batch: t.relation('batch', { description: 'The batch.' }),
    location: t.relation('location', { description: 'The location.' }),
    subLocation: t.relation('subLocation', {
      nullable: true,
      description: 'The area; null in a machine, or where none was named.',
    }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The machine that it was loaded in; null while it stood on its shelf.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it came.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it left; null while it is there.',
    }),
  }),
});

export const materialStayList = listOf('MaterialStay', {
  plural: 'stays',
  filters: {
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    location: byId('locationId', 'Location', 'By location.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    workstation: byId('workstationId', 'Workstation', 'By machine.'),
    startedAt: byInstant('startedAt', 'By when they began.'),
    endedAt: byInstant('endedAt', 'By when they ended.'),
  },
  orders: { STARTED_AT: { column: 'startedAt', description: 'By when they began.' } },
});

noun('MaterialBatch', {
  description:
    'A mass of material that is tracked as one: made of a lot, split, blended, loaded, reused. What it consists of is known exactly, to the lots and to how often each part was in a build.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization; a number unless named.' }),
    status: t.expose('status', { type: MaterialBatchStatusRef, description: 'What happens to it.' }),
    customStatus: t.exposeString('customStatus', {
      nullable: true,
      description: "A status of the organization's own, for its people.",
    }),
    quality: t.expose('quality', { type: PowderQualityRef, description: 'What the powder is like.' }),
    quantity: quantityField(t, 'MaterialBatch', 'quantity', 'How much there is: available and reserved.'),
    reservedQuantity: quantityField(
      t,
      'MaterialBatch',
      'reserved',
      'How much is in a machine, or set aside for a deferred build.',
    ),
    availableQuantity: t.field({
      type: QuantityRef,
      description: 'How much can be split, blended, loaded or scrapped.',
      select: { quantity: true, reserved: true, material: measured },
      resolve: ({ quantity, reserved, material }) => new Quantity(atHand({ quantity, reserved }), material),
    }),
    fullQuantity: quantityField(t, 'MaterialBatch', 'fullQuantity', 'The most that it ever was.'),
    usageCycles: t.exposeInt('usageCycles', {
      description: 'How often the oldest portion of it was in a build.',
    }),
    usageCyclesLimit: t.exposeInt('usageCyclesLimit', {
      nullable: true,
      description: 'From how many on it may not be loaded again.',
    }),
    usageCycleShares: t.field({
      type: [UsageCycleShareRef],
      description: 'How often each part of it was in a build, largest part first.',
      select: { mixedCycles: true, cycles: true, reservedCycles: true, material: measured },
      resolve: ({ mixedCycles, cycles, reservedCycles, material }) =>
        sharesOf(fromJson(mixedCycles), [fromJson(cycles), fromJson(reservedCycles)], material),
    }),
    composition: t.field({
      type: [LotShareRef],
      description: 'Which lots it consists of or, used up, consisted of last; largest part first.',
      select: { mixedLots: true, lots: true, reservedLots: true, material: measured },
      resolve: ({ mixedLots, lots, reservedLots, material }) =>
        sharesOf(fromJson(mixedLots), [fromJson(lots), fromJson(reservedLots)], material),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The earliest date by which a part of it expires.',
    }),
    isInitial: t.exposeBoolean('isInitial', { description: 'Whether it was made of a lot directly.' }),
    isInContainers: t.boolean({
      description: 'Whether all of it that is at hand is still in containers, none of it loose in a bin.',
      select: { quantity: true, reserved: true, containers: { select: { quantity: true } } },
      resolve: ({ quantity, reserved, containers }) =>
        containers.length > 0 &&
        quanta(atHand({ quantity, reserved })) ===
          containers.reduce((sum, each) => sum + quanta(each.quantity), 0n),
    }),
    externalBuildId: t.exposeString('externalBuildId', {
      nullable: true,
      description: 'The build that it belongs to in another system.',
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'Anything worth knowing.' }),
    material: t.relation('material', { description: 'What it is.' }),
    location: t.relation('location', { description: 'Where it is.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area where it stands.' }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The machine that it is loaded in.',
    }),
    dockedAt: t.relation('dockedAt', {
      nullable: true,
      description: 'The workstation that it is docked at.',
    }),
    lastAction: t.relation('lastAction', {
      nullable: true,
      description: 'The last action on it. Send its id as `previousActionId`, so that nobody is overlooked.',
    }),
    exposedTo: t.field({
      type: ['WorkstationType'] as never,
      description: 'The types of machine that some of it has been in; at most one of each.',
      select: { exposures: { select: { workstationType: true } } },
      resolve: (batch: { exposures: { workstationType: unknown }[] }) =>
        batch.exposures.map((each) => each.workstationType) as never,
    } as never),
    containers: childList(
      t,
      'MaterialBatch',
      'containers',
      materialContainerList,
      'The containers that hold it now.',
    ),
    fillings: childList(
      t,
      'MaterialBatch',
      'fillings',
      materialContainerFillingList,
      'Which containers held it, and when.',
    ),
    stays: childList(t, 'MaterialBatch', 'stays', materialStayList, 'Where it stood, and when.'),
    actions: childList(
      t,
      'MaterialBatch',
      'actions',
      materialActionList,
      'What was done to it. `Query.materialActions` with `touches` finds what changed it in any role.',
    ),
    incomingLinks: childList(t, 'MaterialBatch', 'linksIn', materialLinkList, 'What was put into it.'),
    outgoingLinks: childList(t, 'MaterialBatch', 'linksOut', materialLinkList, 'What was taken from it.'),
  }),
});

export const materialBatchList = listOf('MaterialBatch', {
  plural: 'batches',
  filters: {
    name: byText('name', 'By name.'),
    status: byEnum('status', 'MaterialBatchStatus', 'By status.'),
    quality: byEnum('quality', 'PowderQuality', 'By quality.'),
    material: byId('materialId', 'Material', 'By material.'),
    location: byId('locationId', 'Location', 'By location.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    workstation: byId('workstationId', 'Workstation', 'By the machine that they are loaded in.'),
    dockedAt: byId('dockedAtId', 'Workstation', 'By the workstation that they are docked at.'),
    exposedTo: byId(
      'workstationTypeId',
      'WorkstationType',
      'By a type of machine that they were in.',
      (where) => ({ exposures: { some: where } }),
    ),
    isInitial: byRule('Whether they were made of a lot directly.', (value) => ({ isInitial: value })),
    usageCycles: byInt('usageCycles', 'By how often the oldest portion was in a build.'),
    expiresAt: byInstant('expiresAt', 'By when they expire.'),
    createdAt: byInstant('createdAt', 'By when they were created.'),
  },
  search: ['name', 'notes', 'externalBuildId'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    USAGE_CYCLES: { column: 'usageCycles', description: 'By how often the oldest portion was in a build.' },
    EXPIRES_AT: { column: 'expiresAt', nullable: true, description: 'By when they expire.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were created.' },
  },
});
