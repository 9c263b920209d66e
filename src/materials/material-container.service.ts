/** The shop's own containers: what they are, and what may be put in them. */
import { z } from 'zod';
import { MaterialContainerType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, defined, idOf, line, oneOf, text } from '../commands/input.ts';
import { type Reference, requireReferences } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { holdsSomething, requireKept, stillDocked, stillHolds } from './material-container.guards.ts';
import { onContainer, openContainer } from './material-container.scope.ts';
import { named } from './material-lot.scope.ts';
import { requirePlace } from './place.ts';

/** How many materials a container may be kept for: their list is not paged. */
const mostRestrictions = 250;

const notes = text(2_000).nullish();
const note = notes.describe('What there is to note.');
const tare = decimal({ min: 0, max: 1_000_000_000, places: 6 });
const type = oneOf('MaterialContainerType', MaterialContainerType)
  .refine(
    (value) => value !== 'DISPOSABLE',
    'must be a type that is filled again: disposable containers come with a lot',
  )
  .meta({ enum: 'MaterialContainerType' });
const restrictions = z
  .array(idOf('Material'))
  .max(mostRestrictions, `must be at most ${mostRestrictions} materials`)
  .describe(
    `The only materials that may be put in it, at most ${mostRestrictions}; any where there are none.`,
  );

export const createMaterialContainer = command('createMaterialContainer', {
  description:
    "Creates a container of the shop's own, empty. Those that a lot comes in are made with the lot.",
  right: 'work',
  input: {
    name: line().describe('Unique in the organization.'),
    type: type.describe('What kind of container it is; not DISPOSABLE.'),
    locationId: idOf('Location').describe('Where it is.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area where it stands.'),
    tare: tare.nullish().describe('The mass of the empty container in g, to six places.'),
    materialRestrictionIds: restrictions.default([]),
    notes: notes.describe('Anything worth knowing.'),
  },
  refusals: [],
  run: async (context, input) => {
    const {
      materialRestrictionIds: ids,
      clientMutationId: _,
      ...columns
    } = input as typeof input & {
      clientMutationId?: string | null;
    };
    const place = await requirePlace(context, input);
    await requireReferences(context, restrictionReferences(ids));
    const row = await named('MaterialContainer', 'name', () =>
      context.tx.materialContainer.create({
        data: { ...context.fresh(), ...defined(columns), ...place },
      }),
    );
    await restrict(context, row.id, ids);
    context.record('MaterialContainerCreated', 'MaterialContainer', null, {
      ...row,
      materialRestrictionIds: [...new Set(ids)].sort(),
    });
    return { containerId: row.id };
  },
});

const restrictionReferences = (ids: readonly string[]): Reference[] =>
  ids.map((id, place) => ({ noun: 'Material', id, path: ['materialRestrictionIds', String(place)] }));

async function restrict(context: CommandContext, containerId: string, ids: readonly string[]): Promise<void> {
  const { tx, organizationId } = context;
  await tx.materialContainerRestriction.deleteMany({ where: { organizationId, containerId } });
  await tx.materialContainerRestriction.createMany({
    data: [...new Set(ids)].map((materialId) => ({ organizationId, containerId, materialId })),
  });
}

export const updateMaterialContainer = command('updateMaterialContainer', {
  description:
    'Changes the name, the notes or the restrictions of a container. What is left out stays. Where it is and what it holds is changed by actions.',
  right: 'work',
  input: {
    ...onContainer,
    name: line().optional().describe('Unique in the organization.'),
    materialRestrictionIds: restrictions.optional(),
    notes: notes.describe('Anything worth knowing.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const { containerId, materialRestrictionIds: ids } = input;
    const { tx, organizationId } = context;
    await context.lock({ MaterialContainer: [containerId] });
    const before = await tx.materialContainer.findUniqueOrThrow({ where: context.key(containerId) });
    context.expectVersion('MaterialContainer', before, input.expectedVersion);
    requireKept(before, 'UPDATE_MATERIAL_CONTAINER');
    const were = await tx.materialContainerRestriction.findMany({ where: { organizationId, containerId } });
    const had = were.map((each) => each.materialId).sort();
    const has = ids ? [...new Set(ids)].sort() : had;
    if (ids) {
      await requireReferences(
        context,
        restrictionReferences(ids).filter((each) => !had.includes(each.id)),
      );
      if (ids.length > 0 && holdsSomething(before) && !ids.includes(before.materialId ?? ''))
        throw InvalidInputError.at('materialRestrictionIds', 'leave out what it holds now.');
      await restrict(context, containerId, ids);
    }
    const after = await named('MaterialContainer', 'name', () =>
      tx.materialContainer.update({
        where: context.key(containerId),
        data: { ...defined({ name: input.name, notes: input.notes }), ...context.touched() },
      }),
    );
    context.record(
      'MaterialContainerChanged',
      'MaterialContainer',
      { ...before, materialRestrictionIds: had },
      { ...after, materialRestrictionIds: has },
    );
    return { containerId };
  },
});

export const archiveMaterialContainer = command('archiveMaterialContainer', {
  description:
    'Archives an empty container that is docked nowhere: history keeps it, nothing is filled in it.',
  right: 'work',
  input: onContainer,
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'ARCHIVE_MATERIAL_CONTAINER');
    const blockers = [...stillHolds(container), ...stillDocked(container)];
    if (blockers.length > 0) throw new BlockedError(blockers);
    books.changeContainer(container.id, { archivedAt: context.now });
    await books.close();
    return { containerId: container.id };
  },
});

export const setContainerTare = command('setContainerTare', {
  description: 'Tells what a container weighs when it is empty. Weighings are counted from it from now on.',
  right: 'work',
  input: { ...onContainer, tare: tare.describe('In g, to six places.'), notes: note },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'SET_CONTAINER_TARE');
    const after = { tare: input.tare as unknown as typeof container.tare };
    await books.post({
      type: 'SET_TARE',
      containerId: container.id,
      notes: input.notes ?? null,
      data: { tare: input.tare.toFixed(), before: container.tare?.toFixed() ?? null },
    });
    books.changeContainer(container.id, after);
    await books.close();
    return { containerId: container.id };
  },
});

export const reclassifyContainer = command('reclassifyContainer', {
  description: 'Makes a container one of another type. Not while it is docked.',
  right: 'work',
  input: {
    ...onContainer,
    type: type.describe('What it is from now on; not DISPOSABLE.'),
    notes: note,
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'RECLASSIFY_CONTAINER');
    const blockers = stillDocked(container);
    if (blockers.length > 0) throw new BlockedError(blockers);
    await books.post({
      type: 'RECLASSIFY',
      containerId: container.id,
      notes: input.notes ?? null,
      data: { type: input.type, before: container.type },
    });
    books.changeContainer(container.id, { type: input.type });
    await books.close();
    return { containerId: container.id };
  },
});

export const cleanContainer = command('cleanContainer', {
  description:
    'Notes that an empty container was cleaned: anything that it is meant for may be filled in it.',
  right: 'work',
  input: { ...onContainer, notes: note },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'CLEAN_CONTAINER');
    const blockers = stillHolds(container);
    if (blockers.length > 0) throw new BlockedError(blockers);
    await books.post({ type: 'CLEAN_CONTAINER', containerId: container.id, notes: input.notes ?? null });
    books.changeContainer(container.id, { cleanedAt: books.occurredAt });
    await books.close();
    return { containerId: container.id };
  },
});
