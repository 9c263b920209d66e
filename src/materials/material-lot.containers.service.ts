/** The unopened containers of a lot: more of them, other quantities, fewer. */
import { z } from 'zod';
import { command } from '../commands/command.ts';
import { idOf, line, text } from '../commands/input.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import {
  arrivals,
  changeLot,
  containerQuantity,
  containersInput,
  correction,
  departures,
  emptied,
  fullAfter,
  hasArrived,
  held,
  makeContainers,
  onLot,
  openLot,
  ownUnopened,
} from './material-lot.scope.ts';
import { quanta } from './mixture.ts';
import { coreQuantity } from './quantity.input.ts';
import { settleLotStatuses } from './settle.ts';

const reason = line(500).describe('Why. It stays in the history.');

export const addLotContainers = command('addLotContainers', {
  description:
    'Adds containers to a lot: more was ordered or, once it has arrived, more came. They stand where the lot does.',
  right: 'work',
  input: {
    ...onLot,
    containers: containersInput.describe('The containers.'),
    notes: text(2_000).nullish().describe('What there is to note.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const { books, lot, material } = await openLot(context, input, 'ADD_LOT_CONTAINERS');
    const made = await makeContainers(context, lot, material, input.containers);
    await changeLot(context, lot, { fullQuantity: fullAfter(lot, held(made)) });
    await books.post({
      type: 'ADD_CONTAINERS',
      lotId: lot.id,
      quantity: decimalOf(held(made)),
      notes: input.notes ?? null,
      movements: hasArrived(lot) ? arrivals(lot, made) : [],
    });
    await books.close();
    return { lotId: lot.id };
  },
});

export const editLotContainers = command('editLotContainers', {
  description:
    'Corrects how much is in unopened containers of a lot. Once it has arrived, the differences are adjustments in its balance.',
  right: 'work',
  input: {
    ...onLot,
    containers: z
      .array(containerQuantity({ above: 0 }))
      .min(1, 'must name at least one')
      .max(1_000)
      .describe('The containers, 1 to 1000. To take one off the lot, use `removeLotContainers`.'),
    reason,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const opened = await openLot(context, input, 'EDIT_LOT_CONTAINERS');
    const { books, lot, material } = opened;
    const path = (place: number) => ['containers', String(place)];
    const containers = ownUnopened(
      opened,
      input.containers.map((each) => each.containerId),
      (place) => [...path(place), 'containerId'],
    );
    const changes = containers.map((container, place) => {
      const given = (input.containers[place] as (typeof input.containers)[number]).quantity;
      const next = quanta(coreQuantity(given, material, [...path(place), 'quantity']));
      return { container, next, by: next - quanta(container.quantity) };
    });
    const sum = changes.reduce((total, each) => total + each.by, 0n);
    for (const { container, next } of changes) {
      books.changeContainer(container.id, { quantity: decimalOf(next), fullQuantity: decimalOf(next) });
    }
    await changeLot(context, lot, { fullQuantity: fullAfter(lot, sum) }, { reason: input.reason });
    await books.post({
      type: 'EDIT_CONTAINERS',
      lotId: lot.id,
      quantity: decimalOf(sum),
      reason: input.reason,
      movements: hasArrived(lot)
        ? changes.flatMap(({ container, by }) => correction(lot, container, by))
        : [],
    });
    await books.close();
    return { lotId: lot.id };
  },
});

export const removeLotContainers = command('removeLotContainers', {
  description:
    'Takes unopened containers off a lot, as if they had never been ordered or delivered. They are archived. What was thrown away is scrapped instead.',
  right: 'work',
  input: {
    ...onLot,
    containerIds: z
      .array(idOf('MaterialContainer'))
      .min(1, 'must name at least one')
      .max(1_000)
      .describe('The containers, 1 to 1000.'),
    reason,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const opened = await openLot(context, input, 'REMOVE_LOT_CONTAINERS');
    const { books, lot } = opened;
    const leaving = ownUnopened(opened, input.containerIds, (place) => ['containerIds', String(place)]);
    for (const { id } of leaving) {
      books.changeContainer(id, { ...emptied, workstationId: null, archivedAt: context.now });
    }
    await changeLot(context, lot, { fullQuantity: fullAfter(lot, -held(leaving)) }, { reason: input.reason });
    await books.post({
      type: 'REMOVE_CONTAINERS',
      lotId: lot.id,
      quantity: decimalOf(held(leaving)),
      reason: input.reason,
      movements: hasArrived(lot) ? departures(lot, leaving, 'ADJUSTMENT') : [],
    });
    await books.close();
    await settleLotStatuses(context, [lot.id]);
    return { lotId: lot.id };
  },
});
