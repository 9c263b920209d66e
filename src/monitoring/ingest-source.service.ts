/** How far connectors have come: what makes sending again safe, however often and in whatever cuts. */
import type { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { IngestSource } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, line } from '../commands/input.ts';
import { InvalidInputError } from '../errors.ts';
import { SequenceGapError } from './ingest.errors.ts';

export const sourceInput = z
  .object({
    name: line().describe('The name of the connector: its own choice, unique in the organization.'),
    instance: line()
      .nullish()
      .describe(
        'The run of the source that its numbers belong to, where they begin anew (the instanceId of an MTConnect agent). Another instance than the last begins anew, at whatever number it begins.',
      ),
    sequence: decimal({ min: 0, max: 9e18, places: 0 }).describe(
      "The source's own number of the last reading in this message. The readings are numbered one by one up to it.",
    ),
    allowGap: z
      .boolean()
      .default(false)
      .describe('Take a message although numbers before it are missing: they are counted as `missed`.'),
  })
  .meta({
    input: 'IngestSourceInput',
    description:
      'Where a message stands in what a connector has to send: what was stored before is skipped, and what is missing is noticed.',
  });

export interface SourceInput {
  readonly name: string;
  readonly instance?: string | null | undefined;
  readonly sequence: Decimal;
  readonly allowGap: boolean;
}

/** What of a message is new. */
export interface Advance {
  readonly sourceId: string;
  /** How many readings at its beginning were stored before. */
  readonly skipped: number;
  /** How many numbers before it never came. */
  readonly missed: number;
}

/**
 * Moves a source by a message of that many readings. Its row stays locked until the commit, so that a message and its
 * repetition take their turns.
 *
 * @throws SequenceGapError where numbers are missing and it is not allowed; InvalidInputError where the numbers would
 * begin below zero
 */
export async function advanceSource(
  context: CommandContext,
  { name, instance = null, sequence, allowGap }: SourceInput,
  readings: number,
): Promise<Advance> {
  const last = BigInt(sequence.toFixed());
  const first = last - BigInt(readings) + 1n;
  if (first < 0n) {
    throw InvalidInputError.at(
      ['source', 'sequence'],
      `is the number of the last of ${readings} readings: it must be ${readings - 1} or more.`,
    );
  }
  const source = await lockSource(context, name);
  const { tx, organizationId, now } = context;
  if (!source) {
    const { id } = await tx.ingestSource.create({
      data: {
        ...context.fresh(),
        name,
        instance,
        sequence: last,
        lastIngestAt: now,
        observations: BigInt(readings),
      },
    });
    return { sourceId: id, skipped: 0, missed: 0 };
  }
  const goesOn = source.instance === instance;
  const expected = goesOn ? source.sequence + 1n : first;
  if (first > expected && !allowGap) throw new SequenceGapError(name, expected, first);
  const known = first < expected ? expected - first : 0n;
  const skipped = known < BigInt(readings) ? Number(known) : readings;
  const missed = first > expected ? first - expected : 0n;
  await tx.ingestSource.update({
    where: { organizationId_id: { organizationId, id: source.id } },
    data: {
      instance,
      sequence: goesOn && last < source.sequence ? source.sequence : last,
      lastIngestAt: now,
      observations: { increment: BigInt(readings - skipped) },
      missed: { increment: missed },
      ...context.touched(),
    },
  });
  return { sourceId: source.id, skipped, missed: Number(missed) };
}

/** The row of that name, locked; null where there is none, and then none can be made by another until the commit. */
async function lockSource(
  { tx, organizationId }: CommandContext,
  name: string,
): Promise<Pick<IngestSource, 'id' | 'instance' | 'sequence'> | null> {
  const select = () =>
    tx.$queryRawUnsafe<{ id: string; instance: string | null; sequence: string }[]>(
      `SELECT id::text AS id, instance, sequence::text AS sequence FROM "IngestSource"
       WHERE "organizationId" = $1::uuid AND name = $2 FOR UPDATE`,
      organizationId,
      name,
    );
  let [row] = await select();
  if (!row) {
    // Two first messages of one name: the second waits here, and then finds what the first made.
    await tx.$queryRawUnsafe(
      `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS locked`,
      `${organizationId} ${name}`,
    );
    [row] = await select();
  }
  return row ? { ...row, sequence: BigInt(row.sequence) } : null;
}
