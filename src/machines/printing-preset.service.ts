import { z } from 'zod';
import { type PrintingPreset, Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, json, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { BlockedError, NotFoundError, TransitionError } from '../errors.ts';
import { requireEnabledCollector } from './collector.health.ts';
import { requireDistinct, writeEach } from './rows.ts';

/** The most presets of one machine that are told at once. */
const mostPresets = 250;

const described = {
  name: line().describe('Unique among the presets of its machine.'),
  description: text().nullish().describe('A summary of what it does.'),
  steps: json().nullish().describe('Its steps in the words of the machine, as JSON of at most 64 KiB.'),
};

export const printingPresetCommands = plainNoun('PrintingPreset', {
  fields: {
    machineId: idOf('Machine').describe('The machine that offers it. It stays with it.'),
    ...described,
    isActive: z.boolean().default(true).describe('False: it is not offered for new jobs.'),
  },
  unique: 'name',
  fixed: ['machineId'],
  columns: ({ steps, ...columns }) =>
    steps === undefined ? columns : { ...columns, steps: steps ?? Prisma.DbNull },
});

const preset = z
  .object(described)
  .meta({ input: 'PrintingPresetInput', description: 'A preset as its machine tells it.' });
type Told = z.output<typeof preset>;

export const syncPrintingPresets = command('syncPrintingPresets', {
  description:
    'Says which presets a machine offers now, all of them, by name: new ones are added, known ones take what is told, and those that are missing are not active any more.',
  right: 'report',
  input: {
    machineId: idOf('Machine').describe('The machine that offers them.'),
    presets: preset
      .array()
      .max(mostPresets, `must be at most ${mostPresets} presets`)
      .describe(`All that it offers, at most ${mostPresets}.`),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { machineId, presets }) => {
    requireDistinct('presets', presets, ({ name }) => name, 'name');
    await context.lock({ Machine: [machineId] });
    const machine = await context.tx.machine.findUniqueOrThrow({ where: context.key(machineId) });
    if (machine.archivedAt) throw new TransitionError('Machine', 'ARCHIVED', 'SYNC_PRINTING_PRESETS', []);
    await requireEnabledCollector(context, machine.collectorId);
    return sync(context, machineId, presets);
  },
});

async function sync(context: CommandContext, machineId: string, told: readonly Told[]) {
  const { tx, organizationId, now } = context;
  const known = await tx.printingPreset.findMany({ where: { organizationId, machineId } });
  const byName = new Map(known.map((each) => [each.name, each]));
  const names = new Set(told.map(({ name }) => name));

  const added = told
    .filter(({ name }) => !byName.has(name))
    .map((each) => ({
      ...context.fresh(),
      machineId,
      name: each.name,
      description: each.description ?? null,
      isActive: true,
      lastSeenAt: now,
      steps: each.steps ?? null,
    }));
  await tx.printingPreset.createMany({
    data: added.map((row) => ({ ...row, steps: (row.steps ?? Prisma.DbNull) as Prisma.InputJsonValue })),
  });
  for (const row of added) context.record('PrintingPresetCreated', 'PrintingPreset', null, row);

  const changed = told.flatMap((each) => {
    const before = byName.get(each.name);
    const after = before && { ...before, ...saidOf(each), isActive: true };
    return after && !isSame(before, after) ? [{ before, after }] : [];
  });
  await writeEach(
    context,
    'PrintingPreset',
    { description: 'text', steps: 'jsonb', isActive: 'boolean' },
    changed.map(({ after: { id, description, steps, isActive } }) => ({ id, description, steps, isActive })),
  );
  await tx.printingPreset.updateMany({
    where: { organizationId, machineId, name: { in: [...names] } },
    data: { lastSeenAt: now },
  });

  const gone = known.filter(({ name, isActive }) => isActive && !names.has(name));
  await tx.printingPreset.updateMany({
    where: { organizationId, id: { in: gone.map(({ id }) => id) } },
    data: { isActive: false, ...context.touched() },
  });
  const changes = [...changed, ...gone.map((before) => ({ before, after: { ...before, isActive: false } }))];
  for (const { before, after } of changes) {
    const next = { ...after, version: before.version + 1 };
    context.record('PrintingPresetChanged', 'PrintingPreset', before, next);
  }
  return { machineId, added: added.length, changed: changed.length, deactivated: gone.length };
}

const saidOf = ({ description, steps }: Told) => ({
  description: description ?? null,
  steps: (steps ?? null) as Prisma.JsonValue,
});

/** JSON as the database gives it back: with its members in another order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

const isSame = (before: PrintingPreset, after: PrintingPreset): boolean =>
  before.isActive === after.isActive &&
  before.description === after.description &&
  canonical(before.steps) === canonical(after.steps);
