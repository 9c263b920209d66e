/** Stocks: which material is kept where, and between which levels. */
import { z } from 'zod';
import type { MaterialContainer } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { type blockWhileUsed, namedBlockers } from '../commands/references.ts';
import { type Blocker, InvalidInputError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { locationCommands } from '../identity/location.service.ts';
import { subLocationCommands } from '../identity/sub-location.service.ts';
import { workstationCommands } from '../machines/workstation.service.ts';
import { materialCommands } from './material.service.ts';
import { containerSubject } from './material-container.guards.ts';
import { requireCounted } from './material-lot.scope.ts';
import { coreQuantity, type QuantityInput, quantity } from './quantity.input.ts';

export const stockCommands = plainNoun('Stock', {
  fields: {
    materialId: idOf('Material').describe('The material. It has one stock at a location.'),
    locationId: idOf('Location').describe('Where it is kept.'),
    workstationId: idOf('Workstation').nullish().describe('The workstation that it is kept for.'),
    trackQuantity: z
      .boolean()
      .default(true)
      .describe('False makes the material available there without counting it: no levels, no alerts.'),
    minimum: quantity({ min: 0 })
      .nullish()
      .describe('The least that should be at hand. Falling below it is told as StockFellBelowMinimum.'),
    maximum: quantity({ min: 0 }).nullish().describe('The most that is ordered up to.'),
    onOrderQuantity: quantity({ min: 0 })
      .nullish()
      .describe('How much is on order besides lots that are; for shops that do not track lots.'),
  },
  unique: 'materialId',
  fixed: ['materialId', 'locationId'],
  check: async (row, context) => {
    if (typeof row.workstationId !== 'string') return;
    const workstation = await context.tx.workstation.findUniqueOrThrow({
      where: context.key(row.workstationId),
    });
    if (workstation.locationId !== row.locationId)
      throw InvalidInputError.at('workstationId', 'names a workstation of another location.');
  },
  columns: async ({ onOrderQuantity, ...given }, context, before) => {
    const material = await context.tx.material.findUniqueOrThrow({
      where: context.key((before ?? given).materialId as string),
    });
    requireCounted(material);
    const core = (value: unknown, path: string) =>
      value ? coreQuantity(value as QuantityInput, material, path) : value;
    const columns = {
      ...given,
      ...('minimum' in given ? { minimum: core(given.minimum, 'minimum') } : {}),
      ...('maximum' in given ? { maximum: core(given.maximum, 'maximum') } : {}),
      ...(onOrderQuantity === undefined
        ? {}
        : { countedOnOrder: core(onOrderQuantity, 'onOrderQuantity') ?? '0' }),
    };
    requireLevels({ ...before, ...columns });
    return columns;
  },
});

interface Level {
  gt(other: Level): boolean;
}

function requireLevels({ minimum, maximum, trackQuantity }: Row): void {
  if (minimum && maximum && (minimum as Level).gt(maximum as Level))
    throw InvalidInputError.at('maximum', 'is less than the minimum.');
  if (minimum && trackQuantity === false)
    throw InvalidInputError.at('minimum', 'is for a stock that is counted: set trackQuantity.');
}

stockCommands.archiving.add('stock.isEmpty', async (context, { id }) => {
  const stock = await context.tx.stock.findUniqueOrThrow({ where: context.key(id) });
  if (stock.countedQuantity.isZero()) return [];
  return [
    {
      rule: 'stock.isEmpty',
      message: 'Some of it is counted there by hand. Consume it, or reconcile it to 0, first.',
      subject: null,
    },
  ];
});

blockWhileStocked(locationCommands.archiving, 'location.noStocks', 'locationId');
blockWhileStocked(materialCommands.archiving, 'material.noStocks', 'materialId');
blockWhileStocked(workstationCommands.archiving, 'workstation.noStocks', 'workstationId');

type Archiving = Parameters<typeof blockWhileUsed>[0];

/** A stock has no name of its own: its material's is told. */
function blockWhileStocked(
  archiving: Archiving,
  rule: string,
  column: 'locationId' | 'materialId' | 'workstationId',
): void {
  archiving.add(rule, async (context, { id }) => {
    const stocks = await context.tx.stock.findMany({
      where: { [column]: id, archivedAt: null },
      orderBy: { id: 'asc' },
      take: namedBlockers,
      include: { material: { select: { name: true } }, location: { select: { name: true } } },
    });
    return stocks.map(({ id: uuid, material, location }) => ({
      rule,
      message: `A stock of ${material.name} is kept at ${location.name}. Archive the stock first.`,
      subject: { noun: 'Stock', uuid, label: `${material.name}, ${location.name}` },
    }));
  });
}

blockWhileHeld(locationCommands.archiving, 'location.noMaterial', (id) => ({
  locationId: id,
  quantity: { gt: 0 },
}));
blockWhileHeld(subLocationCommands.archiving, 'subLocation.noMaterial', (id) => ({
  subLocationId: id,
  quantity: { gt: 0 },
}));
blockWhileHeld(workstationCommands.archiving, 'workstation.noContainers', (id) => ({ workstationId: id }));

/** Names containers that are still there. */
function blockWhileHeld(archiving: Archiving, rule: string, where: (id: string) => object): void {
  archiving.add(rule, async (context: CommandContext, { id }): Promise<Blocker[]> => {
    const found: MaterialContainer[] = await context.tx.materialContainer.findMany({
      where: { ...where(id), archivedAt: null },
      orderBy: { name: 'asc' },
      take: namedBlockers,
    });
    return found.map((container) => ({
      rule,
      message: `Container ${container.name} is there. Take it elsewhere first.`,
      subject: containerSubject(container),
    }));
  });
}
