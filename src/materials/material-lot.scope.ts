/** What the commands of lots share: the lot locked with its unopened containers, and the ways to change both. */
import { z } from 'zod';
import type {
  Material,
  MaterialContainer,
  MaterialLot,
  Prisma,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line, whole } from '../commands/input.ts';
import { isUniqueViolation, StaleScopeError } from '../database/errors.ts';
import { InvalidInputError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import { type Books, type MovementDraft, openBooks } from './books.ts';
import { type MaterialLotAction, materialLotStates } from './material-lot.state.ts';
import { quanta } from './mixture.ts';
import { coreQuantity, quantity } from './quantity.input.ts';
import { dimensionOf } from './units.ts';

/** The most containers that are added to a lot at once. */
const mostContainers = 1_000;

/** What every command on a lot has. */
export const onLot = {
  lotId: idOf('MaterialLot').describe('The lot.'),
  expectedVersion: expectedVersion(),
};

export const containersInput = z
  .object({
    count: whole(1, mostContainers).describe(`How many: 1 to ${mostContainers}.`),
    size: quantity({ above: 0 }).describe('How much is in each.'),
    names: z
      .array(line())
      .max(mostContainers)
      .nullish()
      .describe('A name for each, unique in the organization; numbered after the lot unless given.'),
  })
  .meta({ input: 'LotContainersInput', description: 'Containers of one size that a lot comes in.' });

export const containerQuantity = (min: { min: number } | { above: number }) =>
  z
    .object({
      containerId: idOf('MaterialContainer').describe('An unopened container of the lot.'),
      quantity: quantity(min).describe('How much is in it.'),
    })
    .meta({ input: 'ContainerQuantityInput', description: 'A container, and how much is in it.' });

/** A lot with its material and its unopened containers, all locked. */
export interface OpenedLot {
  books: Books;
  lot: MaterialLot;
  material: Material;
  unopened: MaterialContainer[];
}

/**
 * Locks a lot with its unopened containers, and checks that it allows the action.
 *
 * @throws NotFoundError, ConflictError, TransitionError
 */
export async function openLot(
  context: CommandContext,
  { lotId, expectedVersion: expected }: { lotId: string; expectedVersion?: number | null | undefined },
  action: MaterialLotAction,
  occurredAt: Date | null = null,
): Promise<OpenedLot> {
  const { tx, organizationId } = context;
  const find = async () => {
    const rows = await tx.materialContainer.findMany({
      where: { organizationId, lotId, status: 'NEW', archivedAt: null },
      select: { id: true },
    });
    return rows.map((row) => row.id);
  };
  const containerIds = await find();
  const also = { MaterialLot: [lotId] };
  const books = await openBooks(context, { batchIds: [], containerIds, also, occurredAt });
  const known = new Set(containerIds);
  // Containers are added under the lock of their lot: what came in between is seen now.
  if ((await find()).some((id) => !known.has(id))) throw new StaleScopeError();
  const { material, ...lot } = await tx.materialLot.findUniqueOrThrow({
    where: context.key(lotId),
    include: { material: true },
  });
  context.expectVersion('MaterialLot', lot, expected);
  materialLotStates.require(lot.status, action);
  const unopened = containerIds.map((id) => books.container(id)).filter(isUnopened);
  return { books, lot, material, unopened };
}

/** Whether a container is as it came, with a lot. */
export const isUnopened = (row: MaterialContainer): boolean =>
  row.status === 'NEW' && row.lotId !== null && row.archivedAt === null;

/** Whether the lot's material is here: what is done to its containers then moves material. */
export const hasArrived = (lot: MaterialLot): boolean => lot.status !== 'ON_ORDER';

/** The sum of what containers hold, in quanta. */
export const held = (containers: readonly MaterialContainer[]): bigint =>
  containers.reduce((sum, each) => sum + quanta(each.quantity), 0n);

/** The lot's own containers that an input names, each once, and unopened. Throws InvalidInputError at their place. */
export function ownUnopened(
  { unopened, lot }: OpenedLot,
  ids: readonly string[],
  pathOf: (place: number) => string[],
): MaterialContainer[] {
  const known = new Map(unopened.map((each) => [each.id, each]));
  const issues = ids.flatMap((id, place) => {
    if (!known.has(id))
      return [{ path: pathOf(place), message: `names no unopened container of lot ${lot.name}.` }];
    if (ids.indexOf(id) < place) return [{ path: pathOf(place), message: 'names the container again.' }];
    return [];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
  return ids.map((id) => known.get(id) as MaterialContainer);
}

/** What a movement tells of the container of a lot. */
export const ofLot = (container: MaterialContainer, lot: MaterialLot) => ({
  id: container.id,
  lotId: lot.id,
  expiresAt: lot.expiresAt,
  usageCyclesLimit: lot.usageCyclesLimit,
});

/** Containers arrive from the supplier. */
export const arrivals = (lot: MaterialLot, containers: readonly MaterialContainer[]): MovementDraft[] =>
  containers.map((container) => ({
    from: 'SUPPLIER',
    to: 'CONTAINER',
    quantity: container.quantity,
    container: ofLot(container, lot),
  }));

/** All that is in unopened containers goes elsewhere. */
export const departures = (
  lot: MaterialLot,
  containers: readonly MaterialContainer[],
  to: 'SCRAP' | 'RETURNED' | 'ADJUSTMENT',
): MovementDraft[] =>
  containers.map((container) => ({
    from: 'CONTAINER',
    to,
    quantity: container.quantity,
    container: ofLot(container, lot),
  }));

/** A container of a lot turns out to hold more, or less, than was received. Nothing for no difference. */
export function correction(lot: MaterialLot, container: MaterialContainer, by: bigint): MovementDraft[] {
  if (by === 0n) return [];
  const own = { container: ofLot(container, lot) };
  return by > 0n
    ? [
        {
          from: 'ADJUSTMENT',
          to: 'CONTAINER',
          quantity: decimalOf(by),
          ...own,
        },
      ]
    : [{ from: 'CONTAINER', to: 'ADJUSTMENT', quantity: decimalOf(-by), ...own }];
}

/** Nothing is left in it. */
export const emptied = { quantity: decimalOf(0n), status: 'EMPTY' as const };

/** Makes containers of a lot, and records them. They hold what was ordered or has arrived. */
export async function makeContainers(
  context: CommandContext,
  lot: MaterialLot,
  material: Material,
  { count, size, names }: z.output<typeof containersInput>,
): Promise<MaterialContainer[]> {
  const { tx, organizationId } = context;
  const path = ['containers', 'names'];
  if (names && names.length !== count)
    throw InvalidInputError.at(path, `are ${names.length}, for ${count} containers. Name each, or none.`);
  const each = coreQuantity(size, material, ['containers', 'size']).toFixed();
  const first = names ? 0 : await tx.materialContainer.count({ where: { organizationId, lotId: lot.id } });
  const rows = Array.from({ length: count }, (_, place) => ({
    ...context.fresh(),
    name: names?.[place] ?? `${lot.name}-${first + place + 1}`,
    type: 'DISPOSABLE' as const,
    lotId: lot.id,
    materialId: lot.materialId,
    quantity: each,
    fullQuantity: each,
    locationId: lot.locationId,
    subLocationId: lot.subLocationId,
  }));
  const made = await named('containers', path, () =>
    tx.materialContainer.createManyAndReturn({ data: rows }),
  );
  for (const row of made) context.record('MaterialContainerCreated', 'MaterialContainer', null, row);
  return made;
}

/** A name that is taken is the input's fault. */
export async function named<T>(what: string, path: string | string[], act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw InvalidInputError.at(
      path,
      what === 'containers'
        ? 'hold a name that another MaterialContainer has, or the same name twice. Choose others.'
        : `is taken by another ${what}. Choose another.`,
    );
  }
}

/** Changes a lot, and records it. */
export async function changeLot(
  context: CommandContext,
  before: MaterialLot,
  data: Prisma.MaterialLotUncheckedUpdateInput,
  more: { reason?: string | null; occurredAt?: Date } = {},
): Promise<MaterialLot> {
  const after = await context.tx.materialLot.update({
    where: context.key(before.id),
    data: { ...data, ...context.touched() },
  });
  const kind = after.status === before.status ? 'MaterialLotChanged' : 'MaterialLotStatusChanged';
  context.record(kind, 'MaterialLot', before, after, more);
  return after;
}

/** A full quantity after that many quanta more. */
export const fullAfter = (lot: MaterialLot, by: bigint): string =>
  decimalOf(quanta(lot.fullQuantity) + by).toFixed();

/** Refuses a material whose unit is none of stock: nothing of it can be counted. */
export function requireCounted(material: Pick<Material, 'name' | 'unit'>, path = 'materialId'): void {
  if (dimensionOf(material.unit)) return;
  throw InvalidInputError.at(
    path,
    `names ${material.name}, which is counted in ${material.unit}: no unit of stock. Change its unit first.`,
  );
}
