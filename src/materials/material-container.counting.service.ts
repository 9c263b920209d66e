/** How much is in a container: found by weighing it, or thrown away. */
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { line, text } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import type { Books } from './books.ts';
import { materialOf } from './material-batch.guards.ts';
import { inQuanta } from './material-batch.input.ts';
import { containerSubject, requireFilled } from './material-container.guards.ts';
import { filledWith, onContainer, openContainer } from './material-container.scope.ts';
import { departures, emptied, hasArrived, isUnopened } from './material-lot.scope.ts';
import { coreQuantity, quantity } from './quantity.input.ts';
import { settleLotStatuses } from './settle.ts';
import { dimensionOf } from './units.ts';

const refusals = [NotFoundError, ConflictError, TransitionError, BlockedError];

export const weighContainer = command('weighContainer', {
  description:
    'Weighs a container that holds a batch counted by mass. What it weighs less its tare is what is in it; the difference from what was thought is an adjustment of the batch.',
  right: 'work',
  input: {
    ...onContainer,
    gross: quantity({ min: 0 }).describe('What the scale shows, container and all: a mass.'),
    notes: text(2_000).nullish().describe('What there is to note.'),
  },
  refusals,
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'WEIGH_CONTAINER');
    const batch = books.batch(requireFilled(container));
    const material = await materialOf(context, batch.materialId);
    if (dimensionOf(material.unit) !== 'MASS')
      throw InvalidInputError.at('containerId', `holds ${material.name}, which is not counted by mass.`);
    if (dimensionOf(input.gross.unit ?? material.unit) !== 'MASS')
      throw InvalidInputError.at(['gross', 'unit'], 'must be a unit of mass.');
    if (!container.tare)
      throw InvalidInputError.at('containerId', 'has no tare. Weigh it empty, with `setContainerTare`.');
    const gross = inQuanta(coreQuantity(input.gross, material, 'gross'));
    const net = gross - inQuanta(container.tare);
    if (net < 0n)
      throw InvalidInputError.at('gross', `is less than the tare of ${container.tare.toFixed()} g.`);
    const difference = net - inQuanta(container.quantity);
    const ofBatch = { quantity: decimalOf(difference < 0n ? -difference : difference) };
    await books.post({
      type: 'ADJUST',
      containerId: container.id,
      batchId: batch.id,
      quantity: decimalOf(net),
      reason: 'weighed',
      notes: input.notes ?? null,
      data: { gross: decimalOf(gross).toFixed(), tare: container.tare.toFixed() },
      movements:
        difference === 0n
          ? []
          : difference > 0n
            ? [{ from: 'ADJUSTMENT', to: 'BATCH', destinationBatchId: batch.id, ...ofBatch }]
            : [
                {
                  from: 'BATCH',
                  to: 'ADJUSTMENT',
                  sourceBatchId: batch.id,
                  fromContainerId: container.id,
                  ...ofBatch,
                },
              ],
    });
    if (difference > 0n) books.changeContainer(container.id, filledWith(container, batch, net));
    await books.close();
    return {
      containerId: container.id,
      batchId: batch.id,
      difference: decimalOf(difference).toFixed(),
    };
  },
});

export const scrapContainer = command('scrapContainer', {
  description:
    'Throws away what is in a container, or a part of it. Also an unopened container of a lot, whole.',
  right: 'work',
  input: {
    ...onContainer,
    quantity: quantity({ above: 0 }).nullish().describe('How much; all of it unless given.'),
    reason: line(500).describe('Why. It stays in the history.'),
  },
  refusals,
  run: async (context, input) => {
    const lotId = await lotIdOf(context, input.containerId);
    const also = lotId ? { MaterialLot: [lotId] } : {};
    const { books, container } = await openContainer(context, input, 'SCRAP_CONTAINER', { also });
    if (isUnopened(container)) {
      if (input.quantity) {
        throw InvalidInputError.at('quantity', 'must be left out: what was not opened is thrown away whole.');
      }
      await scrapUnopened(context, books, container.id, input.reason);
      return { containerId: container.id, batchId: null };
    }
    const batch = books.batch(requireFilled(container));
    const material = await materialOf(context, batch.materialId);
    const wanted = input.quantity ? coreQuantity(input.quantity, material, 'quantity') : container.quantity;
    if (inQuanta(wanted) > inQuanta(container.quantity)) {
      throw InvalidInputError.at('quantity', `is more than is in it: ${container.quantity.toFixed()}.`);
    }
    await books.post({
      type: 'SCRAP_CONTAINER',
      containerId: container.id,
      batchId: batch.id,
      quantity: wanted,
      reason: input.reason,
      movements: [
        {
          from: 'BATCH',
          to: 'SCRAP',
          sourceBatchId: batch.id,
          quantity: wanted,
          fromContainerId: container.id,
        },
      ],
    });
    await books.close();
    return { containerId: container.id, batchId: batch.id };
  },
});

/** The lot whose unopened container it may be: a container never changes its lot. */
async function lotIdOf(context: CommandContext, containerId: string): Promise<string | null> {
  const found = await context.tx.materialContainer.findUnique({
    where: context.key(containerId),
    select: { lotId: true },
  });
  return found?.lotId ?? null;
}

async function scrapUnopened(
  context: CommandContext,
  books: Books,
  containerId: string,
  reason: string,
): Promise<void> {
  const container = books.container(containerId);
  const lot = await context.tx.materialLot.findUniqueOrThrow({
    where: context.key(container.lotId as string),
  });
  if (!hasArrived(lot)) {
    const message = `Lot ${lot.name} is still on order. Take the container off the lot instead.`;
    throw new BlockedError([{ rule: 'container.hasArrived', message, subject: containerSubject(container) }]);
  }
  await books.post({
    type: 'SCRAP_CONTAINER',
    containerId,
    lotId: lot.id,
    quantity: container.quantity,
    reason,
    movements: departures(lot, [container], 'SCRAP'),
  });
  books.changeContainer(containerId, { ...emptied, workstationId: null });
  await books.close();
  await settleLotStatuses(context, [lot.id]);
}
