import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { locationCommands } from './location.service.ts';

export const subLocationCommands = plainNoun('SubLocation', {
  fields: {
    locationId: idOf('Location').describe('The location that it is part of.'),
    name: line().describe('Unique in its location.'),
    description: text().nullish().describe('What it is for.'),
  },
  unique: 'name',
  fixed: ['locationId'],
  derive: async ({ locationId }, context) => ({
    isDefault: (await lockDefault(context, locationId as string)) === null,
  }),
});

export const setDefaultSubLocation = command('setDefaultSubLocation', {
  description: 'Makes an area the default of its location, in place of the one that is.',
  right: 'administer',
  input: {
    subLocationId: idOf('SubLocation').describe('The SubLocation that becomes the default.'),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { subLocationId: id, expectedVersion: expected }) => {
    const found = await context.tx.subLocation.findUnique({ where: context.key(id) });
    if (!found) throw new NotFoundError('SubLocation', id);
    // The location first: its areas become and stop being the default under its lock.
    await context.lock({ Location: [found.locationId] });
    const former = await lockDefault(context, found.locationId, id);
    const before = await context.tx.subLocation.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('SubLocation', before, expected);
    if (before.archivedAt)
      throw new TransitionError('SubLocation', 'ARCHIVED', 'SET_DEFAULT_SUB_LOCATION', []);
    if (before.isDefault) return { id };
    // The former first: two defaults may not stand beside each other even for a moment.
    if (former) await setDefault(context, former, false);
    await setDefault(context, id, true);
    return { id };
  },
});

/**
 * Locks the default area of a location, which is locked, and with it `another`. Answers the default's id, or null
 * where there is none.
 */
async function lockDefault(
  context: CommandContext,
  locationId: string,
  another?: string,
): Promise<string | null> {
  const find = async () => {
    const [row] = await context.tx.subLocation.findMany({
      where: { locationId, isDefault: true, archivedAt: null },
      take: 1,
    });
    return row?.id ?? null;
  };
  const id = await find();
  await context.lock({ SubLocation: [id, another].filter((each) => typeof each === 'string') });
  // Its archiving, which locks the area alone, may have ended meanwhile.
  return id && find();
}

async function setDefault(context: CommandContext, id: string, isDefault: boolean): Promise<void> {
  const before = await context.tx.subLocation.findUniqueOrThrow({ where: context.key(id) });
  const after = await context.tx.subLocation.update({
    where: context.key(id),
    data: { isDefault, ...context.touched() },
  });
  context.record('SubLocationChanged', 'SubLocation', before, after);
}

subLocationCommands.archiving.add('subLocation.notDefault', async (context, { id }) => {
  const area = await context.tx.subLocation.findUniqueOrThrow({ where: context.key(id) });
  if (!area.isDefault) return [];
  const others = await context.tx.subLocation.findMany({
    where: { locationId: area.locationId, archivedAt: null, id: { not: id } },
    orderBy: { name: 'asc' },
    take: 1,
  });
  return others.map((other) => ({
    rule: 'subLocation.notDefault',
    message: `It is the default of its location. Make another the default first, such as ${other.name}.`,
    subject: { noun: 'SubLocation', uuid: other.id, label: other.name },
  }));
});

blockWhileUsed(
  locationCommands.archiving,
  'location.noSubLocations',
  'SubLocation',
  'locationId',
  'Archive the area first.',
);
