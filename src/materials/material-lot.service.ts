/** Lots from the order to their arrival, and their details. */
import { z } from 'zod';
import type { MaterialContainer, MaterialLot } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, instant, line, oneOf, text, whole } from '../commands/input.ts';
import { observedAt } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import { openBooks } from './books.ts';
import { unitCost } from './material.service.ts';
import {
  arrivals,
  changeLot,
  containerQuantity,
  containersInput,
  emptied,
  fullAfter,
  held,
  makeContainers,
  named,
  onLot,
  openLot,
  ownUnopened,
  requireCounted,
} from './material-lot.scope.ts';
import { quanta } from './mixture.ts';
import { requirePlace } from './place.ts';
import { coreQuantity } from './quantity.input.ts';

const details = {
  purchaseOrderId: idOf('MaterialPurchaseOrder')
    .nullish()
    .describe('The purchase order that it is delivered for; one of the same material.'),
  supplierLotNumber: line().nullish().describe("The supplier's number of it."),
  deliveryId: line().nullish().describe('The number of the delivery that it comes with.'),
  estimatedDeliveryAt: instant().nullish().describe('When it is expected.'),
  cost: unitCost()
    .nullish()
    .describe("What one unit cost in this delivery; the material's cost unless given. To six places."),
  notes: text().nullish().describe('Anything worth knowing.'),
};
const expiresAt = instant().nullish();
const usageCyclesLimit = whole(1, 100_000).nullish();
const deliveredAt = instant().nullish().describe('When it arrived; now unless given.');

export const createMaterialLot = command('createMaterialLot', {
  description:
    'Records a delivery of a material: ordered, or arrived already. Its containers come into being with it.',
  right: 'work',
  input: {
    name: line().describe('Unique in the organization.'),
    materialId: idOf('Material').describe('What it is.'),
    locationId: idOf('Location').describe('Where it is to be used.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area where it is stored.'),
    status: oneOf('MaterialLotStatus', { ON_ORDER: 'ON_ORDER', RECEIVED: 'RECEIVED' } as const)
      .default('ON_ORDER')
      .describe('ON_ORDER or RECEIVED: a lot begins in one of these.'),
    containers: containersInput.nullish().describe('What it comes in; more can be added later.'),
    deliveredAt,
    expiresAt: expiresAt.describe('From when on it may not be loaded into a machine.'),
    usageCyclesLimit: usageCyclesLimit.describe(
      "How often it may be in a build; the material's own limit unless given.",
    ),
    ...details,
  },
  refusals: [],
  run: async (context, input) => {
    const {
      containers,
      deliveredAt: given,
      clientMutationId: _,
      ...columns
    } = input as typeof input & {
      clientMutationId?: string | null;
    };
    const received = input.status === 'RECEIVED';
    if (given && !received)
      throw InvalidInputError.at('deliveredAt', 'is told when the lot has arrived: it is on order.');
    const at = received ? observedAt(given, context.now, ['deliveredAt']) : null;
    const material = await requireMaterial(context, input.materialId);
    const place = await requirePlace(context, input);
    await requireOrderOf(context, input.materialId, input.purchaseOrderId);
    const books = await openBooks(context, { batchIds: [], occurredAt: at });
    const row = await named('MaterialLot', 'name', () =>
      context.tx.materialLot.create({
        data: {
          ...context.fresh(),
          ...defined(columns),
          ...place,
          usageCyclesLimit: input.usageCyclesLimit ?? material.usageCyclesLimit,
          deliveredAt: at,
          receivedById: received ? context.caller.userId : null,
          fullQuantity: containers ? sizeOf(containers, material) : '0',
        },
      }),
    );
    context.record('MaterialLotCreated', 'MaterialLot', null, row, at ? { occurredAt: at } : {});
    const made = containers ? await makeContainers(context, row, material, containers) : [];
    await books.post({
      type: received ? 'RECEIVE_LOT' : 'ORDER_LOT',
      lotId: row.id,
      quantity: row.fullQuantity,
      notes: input.notes ?? null,
      movements: received ? arrivals(row, made) : [],
    });
    await books.close();
    return { lotId: row.id };
  },
});

type Containers = z.output<typeof containersInput>;

/** What that many containers of that size hold together. */
function sizeOf({ count, size }: Containers, material: Parameters<typeof coreQuantity>[1]): string {
  const each = quanta(coreQuantity(size, material, ['containers', 'size']));
  return decimalOf(each * BigInt(count)).toFixed();
}

async function requireMaterial(context: CommandContext, materialId: string) {
  await requireReferences(context, reference('Material', materialId, 'materialId'));
  const material = await context.tx.material.findUniqueOrThrow({ where: context.key(materialId) });
  requireCounted(material);
  return material;
}

/** A lot is delivered for an order of the same material. */
async function requireOrderOf(
  context: CommandContext,
  materialId: string,
  purchaseOrderId: string | null | undefined,
): Promise<void> {
  const [order] = await requireReferences(
    context,
    reference('MaterialPurchaseOrder', purchaseOrderId, 'purchaseOrderId'),
  );
  if (order && order.materialId !== materialId)
    throw InvalidInputError.at('purchaseOrderId', 'names a purchase order of another material.');
}

export const updateMaterialLot = command('updateMaterialLot', {
  description:
    'Changes details of a lot. What is left out stays; null clears what may be empty. A new expiry or usage limit holds for what is opened from now on: batches that were made of the lot keep theirs. Unopened containers that stand where the lot does go along to another place.',
  right: 'work',
  input: {
    ...onLot,
    name: line().optional().describe('Unique in the organization.'),
    locationId: idOf('Location').optional().describe('Where it is to be used.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area where it is stored.'),
    expiresAt: expiresAt.describe('From when on what is still unopened may not be loaded into a machine.'),
    usageCyclesLimit: usageCyclesLimit.describe('How often what is still unopened may be in a build.'),
    ...details,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const {
      lotId,
      expectedVersion: _,
      clientMutationId: __,
      ...given
    } = input as typeof input & {
      clientMutationId?: string | null;
    };
    const { books, lot, unopened } = await openLot(context, input, 'UPDATE_MATERIAL_LOT');
    const changes = defined(given);
    if (changes.purchaseOrderId && changes.purchaseOrderId !== lot.purchaseOrderId)
      await requireOrderOf(context, lot.materialId, changes.purchaseOrderId);
    const place = await newPlace(context, lot, changes);
    const after = await named('MaterialLot', 'name', () =>
      changeLot(context, lot, { ...changes, ...(place ?? {}) }),
    );
    if (place) {
      const beside = unopened.filter((each) => standsWith(each, lot) && each.workstationId === null);
      for (const each of beside) books.changeContainer(each.id, place);
    }
    await books.close();
    return { lotId: after.id };
  },
});

/** Where the lot goes; null where it stays. An area goes with its location. */
async function newPlace(
  context: CommandContext,
  lot: MaterialLot,
  given: { locationId?: string; subLocationId?: string | null },
) {
  if (given.locationId === undefined && given.subLocationId === undefined) return null;
  const locationId = given.locationId ?? lot.locationId;
  const stays = locationId === lot.locationId ? lot.subLocationId : null;
  const subLocationId = given.subLocationId === undefined ? stays : given.subLocationId;
  if (locationId === lot.locationId && subLocationId === lot.subLocationId) return null;
  return requirePlace(context, { locationId, subLocationId });
}

const standsWith = (container: MaterialContainer, lot: MaterialLot): boolean =>
  container.locationId === lot.locationId && container.subLocationId === lot.subLocationId;

export const receiveMaterialLot = command('receiveMaterialLot', {
  description:
    'A lot that was on order has arrived: its containers are here, and counted. What a container really holds may be told; one with 0 did not come, and is archived.',
  right: 'work',
  input: {
    ...onLot,
    deliveredAt,
    deliveryId: line().nullish().describe('The number of the delivery; as it was unless given.'),
    supplierLotNumber: line().nullish().describe("The supplier's number of it; as it was unless given."),
    containers: z
      .array(containerQuantity({ min: 0 }))
      .max(1_000)
      .default([])
      .describe('Containers that came with another quantity than was ordered, at most 1000.'),
    notes: text(2_000).min(1, 'must not be empty').describe('What was noted of the delivery.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const at = observedAt(input.deliveredAt, context.now, ['deliveredAt']);
    const opened = await openLot(context, input, 'RECEIVE_MATERIAL_LOT', at);
    const { books, lot, material, unopened } = opened;
    const path = (place: number) => ['containers', String(place)];
    const told = ownUnopened(
      opened,
      input.containers.map((each) => each.containerId),
      (place) => [...path(place), 'containerId'],
    );
    for (const [place, container] of told.entries()) {
      const given = (input.containers[place] as (typeof input.containers)[number]).quantity;
      const quantity = decimalOf(quanta(coreQuantity(given, material, [...path(place), 'quantity'])));
      books.changeContainer(
        container.id,
        quantity.isZero() ? { ...emptied, archivedAt: context.now } : { quantity, fullQuantity: quantity },
      );
    }
    const arrived = unopened.map((each) => books.container(each.id)).filter((each) => !each.archivedAt);
    if (unopened.length > 0 && arrived.length === 0) {
      throw InvalidInputError.at('containers', 'leave nothing that arrived. Scrap the lot instead.');
    }
    const after = await changeLot(
      context,
      lot,
      {
        ...defined({
          deliveryId: input.deliveryId ?? undefined,
          supplierLotNumber: input.supplierLotNumber ?? undefined,
        }),
        status: 'RECEIVED',
        deliveredAt: at,
        receivedById: context.caller.userId,
        fullQuantity: fullAfter(lot, held(arrived) - held(unopened)),
      },
      { occurredAt: at },
    );
    await books.post({
      type: 'RECEIVE_LOT',
      lotId: lot.id,
      quantity: decimalOf(held(arrived)),
      notes: input.notes,
      movements: arrivals(after, arrived),
    });
    await books.close();
    return { lotId: lot.id };
  },
});
