import type { Decimal } from 'decimal.js';
import { z } from 'zod';
import { type Cassette, CassetteStatus } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { day, decimal, defined, idOf, line, oneOf, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { BlockedError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { requireEnabledCollector } from './collector.health.ts';
import { requireDistinct, writeEach } from './rows.ts';

/** The most cassettes that one machine reports. */
const mostCassettes = 100;

const amount = () => decimal({ min: 0, max: 1e12, places: 6 });

/** What a machine can tell of a cassette. */
const told = {
  spool: line().nullish().describe('Its spool, as the machine tells it.'),
  initialAmount: amount()
    .nullish()
    .describe("How much was in it when it was new, in its maker's measure: 0 or more, without a unit."),
  remainingAmount: amount()
    .nullish()
    .describe('How much is left in it, in the same measure: at most initialAmount.'),
  manufacturedOn: day().nullish().describe('The day on which it was made.'),
  manufacturedLot: line().nullish().describe('The lot that it was made in.'),
};

export const cassetteCommands = plainNoun('Cassette', {
  fields: {
    name: line().describe('What people or the machine call it. Need not be unique.'),
    description: text().nullish().describe('What it is.'),
    serialNumber: line().nullish().describe("The maker's serial number, by which machines report it."),
    ...told,
    materialId: idOf('Material').nullish().describe('The material in it.'),
    materialLotId: idOf('MaterialLot').nullish().describe('The lot that the material is of.'),
    machineId: idOf('Machine').nullish().describe('The machine that it is loaded in.'),
    status: oneOf('CassetteStatus', CassetteStatus).default('UNKNOWN').describe('Whether it is in use.'),
  },
  unique: 'serialNumber',
  check: async (row, context) => {
    requireEnough(row);
    await requireOwnLot(context, row);
  },
});

/** There is never more in a cassette than there was. */
function requireEnough({ initialAmount, remainingAmount }: Row, ...path: string[]): void {
  const [initial, remaining] = [initialAmount as Decimal | null, remainingAmount as Decimal | null];
  if (!initial || !remaining || remaining.lte(initial)) return;
  throw InvalidInputError.at(
    [...path, 'remainingAmount'],
    `is more than the ${initial.toFixed()} that were in it at first.`,
  );
}

async function requireOwnLot(context: CommandContext, { materialId, materialLotId }: Row): Promise<void> {
  if (typeof materialLotId !== 'string' || typeof materialId !== 'string') return;
  const lot = await context.tx.materialLot.findUniqueOrThrow({ where: context.key(materialLotId) });
  if (lot.materialId === materialId) return;
  throw InvalidInputError.at('materialLotId', 'names a lot of another material. Choose one of its own.');
}

const loaded = z
  .object({
    serialNumber: line().describe("The maker's serial number."),
    name: line().nullish().describe('What the machine calls it; its serial number unless given.'),
    status: oneOf('CassetteStatus', CassetteStatus).default('LOADED').describe('Whether it is in use.'),
    ...told,
  })
  .meta({ input: 'LoadedCassetteInput', description: 'A cassette as the machine tells it that holds it.' });

/** A cassette as the machine tells it that holds it. */
export type LoadedCassette = z.output<typeof loaded>;

export const reportCassettes = command('reportCassettes', {
  description:
    'Says which cassettes a machine holds now, all of them, by serial number: new ones are added, known ones take what is told and leave the machine they were in, and those that are missing are not loaded any more.',
  right: 'report',
  input: {
    machineId: idOf('Machine').describe('The machine that holds them.'),
    cassettes: loaded
      .array()
      .max(mostCassettes, `must be at most ${mostCassettes} cassettes`)
      .describe(`All that it holds, at most ${mostCassettes}.`),
  },
  refusals: [NotFoundError, BlockedError],
  run: async (context, { machineId, cassettes }) => {
    await context.lock({ Machine: [machineId] });
    const machine = await context.tx.machine.findUniqueOrThrow({ where: context.key(machineId) });
    await requireEnabledCollector(context, machine.collectorId);
    await applyCassettes(context, machineId, cassettes);
    return { machineId };
  },
});

/**
 * Writes which cassettes a machine, which is locked, holds.
 * @throws InvalidInputError where a serial number is told twice, or more is left than there was
 */
export async function applyCassettes(
  context: CommandContext,
  machineId: string,
  cassettes: readonly LoadedCassette[],
): Promise<void> {
  requireDistinct('cassettes', cassettes, ({ serialNumber }) => serialNumber, 'serialNumber');
  const { tx, organizationId } = context;
  // Serial numbers are not unique in the table, as two makers may use the same: two machines that report a new one at
  // once would each add it.
  await tx.$executeRawUnsafe(
    'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    `cassettes ${organizationId}`,
  );
  const serialNumbers = cassettes.map(({ serialNumber }) => serialNumber);
  const concerned = await tx.cassette.findMany({
    where: {
      organizationId,
      archivedAt: null,
      OR: [{ machineId }, { serialNumber: { in: serialNumbers } }],
    },
    select: { id: true },
  });
  await context.lock({ Cassette: concerned.map(({ id }) => id) });
  const rows = await tx.cassette.findMany({
    where: { organizationId, id: { in: concerned.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  // Of several with one serial number the one in this machine is meant, else the newest.
  const known = new Map<string | null, Cassette>();
  for (const row of rows) {
    const other = known.get(row.serialNumber);
    if (!other || other.machineId !== machineId) known.set(row.serialNumber, row);
  }

  const added: Cassette[] = [];
  const changed: { before: Cassette; after: Cassette }[] = [];
  for (const [place, { serialNumber, name, status, ...rest }] of cassettes.entries()) {
    const before = known.get(serialNumber);
    const after = {
      ...(before ?? blank(context, name ?? serialNumber, serialNumber)),
      ...defined(rest),
      ...(name ? { name } : {}),
      status,
      machineId,
    } as Cassette;
    requireEnough(after, 'cassettes', String(place));
    if (!before) added.push(after);
    else if (!isSame(before, after)) changed.push({ before, after });
  }
  const wanted = new Set(serialNumbers);
  const held = rows.filter(
    (row) => row.machineId === machineId && !(row.serialNumber && wanted.has(row.serialNumber)),
  );
  const unloaded = held.map((before) => ({
    before,
    after: { ...before, machineId: null, status: 'UNKNOWN' as const },
  }));

  await tx.cassette.createMany({ data: added });
  await writeEach(
    context,
    'Cassette',
    written,
    changed.map(({ after }) => asJson(after)),
  );
  await tx.cassette.updateMany({
    where: { organizationId, id: { in: unloaded.map(({ before }) => before.id) } },
    data: { machineId: null, status: 'UNKNOWN', ...context.touched() },
  });
  for (const row of added) context.record('CassetteCreated', 'Cassette', null, row);
  for (const { before, after } of [...changed, ...unloaded]) {
    const next = { ...after, version: before.version + 1 };
    context.record('CassetteChanged', 'Cassette', before, next, { related: [before.machineId] });
  }
}

const blank = (context: CommandContext, name: string, serialNumber: string) => ({
  ...context.fresh(),
  name,
  serialNumber,
  description: null,
  spool: null,
  materialId: null,
  materialLotId: null,
  initialAmount: null,
  remainingAmount: null,
  manufacturedOn: null,
  manufacturedLot: null,
  archivedAt: null,
});

/** The columns that a machine tells, with their SQL types. */
const written = {
  name: 'text',
  spool: 'text',
  status: '"CassetteStatus"',
  machineId: 'uuid',
  initialAmount: 'numeric',
  remainingAmount: 'numeric',
  manufacturedOn: 'date',
  manufacturedLot: 'text',
} as const;

const asJson = (cassette: Cassette): Row => ({
  id: cassette.id,
  ...Object.fromEntries(
    (Object.keys(written) as (keyof typeof written)[]).map((name) => [name, cassette[name] ?? null]),
  ),
});

const isSame = (before: Cassette, after: Cassette): boolean =>
  JSON.stringify(asJson(before)) === JSON.stringify(asJson(after));
