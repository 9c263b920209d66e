import { z } from 'zod';
import { ReadingState } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, instant, oneOf, text } from '../commands/input.ts';
import { observedAt } from '../commands/observed.ts';
import { type InputIssue, InvalidInputError } from '../errors.ts';
import { judgeReadings } from './excursion.service.ts';
import { SequenceGapError } from './ingest.errors.ts';
import { advanceSource, sourceInput } from './ingest-source.service.ts';
import type { Measurement } from './reading.rollup.ts';
import { storeReadings } from './reading.store.ts';

/** The most readings that one mutation takes. */
export const largestIngest = 10_000;

// How many issues a refusal names.
const namedIssues = 25;
// Beyond what anything measures, and small enough that no sum of readings overflows.
const largestValue = 1e100;

const reading = z
  .object({
    sensorId: idOf('Sensor').describe('The sensor.'),
    value: z
      .number()
      .min(-largestValue, 'must be at least -1e100')
      .max(largestValue, 'must be at most 1e100')
      .nullish()
      .describe("What a sensor of numbers measured, in the sensor's unit."),
    text: text(10_000).nullish().describe('What a sensor of texts said.'),
    state: oneOf('ReadingState', ReadingState)
      .nullish()
      .describe(
        'UNAVAILABLE where the sensor said that it cannot say: then without value and text. Unless given it follows from them.',
      ),
    observedAt: instant().describe('When it was measured.'),
  })
  .meta({ input: 'SensorReadingInput', description: 'One measurement of one sensor.' });

type Reading = z.output<typeof reading>;

export const ingestReadings = command('ingestReadings', {
  description: `Stores measurements of sensors, at most ${largestIngest}, late and out of order as they come. Safe to repeat: with a source, what was stored before is skipped whatever the cut, and what is missing is refused; with a clientMutationId the same message has no second effect.`,
  right: 'report',
  input: {
    source: sourceInput.nullish().describe('Where the message stands in what a connector has to send.'),
    readings: z
      .array(reading)
      .min(1)
      .max(largestIngest)
      .describe(`The measurements, 1 to ${largestIngest}, in the order of their arrival.`),
  },
  refusals: [SequenceGapError],
  run: async (context, { readings, source }) => {
    const sensors = await sensorsOf(context, readings);
    const issues = issuesOf(readings, sensors);
    if (issues.length > 0) throw new InvalidInputError(issues.slice(0, namedIssues));
    for (const [place, each] of readings.entries()) {
      observedAt(each.observedAt, context.now, ['readings', String(place), 'observedAt']);
    }
    const advance = source ? await advanceSource(context, source, readings.length) : null;
    const skipped = advance?.skipped ?? 0;
    const outcome = {
      stored: readings.length - skipped,
      skipped,
      missed: advance?.missed ?? 0,
      sourceId: advance?.sourceId ?? null,
    };
    if (outcome.stored === 0) return outcome;
    const measurements = readings.slice(skipped).map(
      (each): Measurement => ({
        sensorId: each.sensorId,
        value: each.value ?? null,
        text: each.text ?? null,
        observedAt: each.observedAt,
      }),
    );
    await hear(context, measurements, sensors);
    await storeReadings(context, measurements);
    // Behind the store: its lock makes the organization's messages be judged one after the other.
    const judged = measurements.filter(({ sensorId }) => sensors.get(sensorId)?.judged);
    if (judged.length > 0) await judgeReadings(context, judged);
    context.readingsStored = true;
    return outcome;
  },
});

interface KnownSensor {
  id: string;
  valueType: 'NUMBER' | 'TEXT';
  state: string;
  /** Whether it has thresholds. */
  judged: boolean;
}

/** The sensors that readings name, those of them that are there. */
async function sensorsOf(
  { tx, organizationId }: CommandContext,
  readings: readonly Reading[],
): Promise<ReadonlyMap<string, KnownSensor>> {
  const rows = await tx.$queryRawUnsafe<KnownSensor[]>(
    `SELECT s.id::text AS id, s."valueType"::text AS "valueType", s.state::text AS state, EXISTS (
       SELECT 1 FROM "SensorThreshold" t
       WHERE t."organizationId" = s."organizationId" AND t."sensorId" = s.id AND t."archivedAt" IS NULL
     ) AS judged
     FROM "Sensor" s WHERE s."organizationId" = $1::uuid AND s.id = ANY($2::uuid[])`,
    organizationId,
    [...new Set(readings.map((each) => each.sensorId))],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** What is wrong with readings, each by its sensor. */
function issuesOf(readings: readonly Reading[], sensors: ReadonlyMap<string, KnownSensor>): InputIssue[] {
  return readings.flatMap((each, place) => {
    const problem = problemOf(each, sensors.get(each.sensorId));
    return problem ? [{ path: ['readings', String(place), problem.member], message: problem.message }] : [];
  });
}

function problemOf(
  { value, text: said, state }: Reading,
  sensor: KnownSensor | undefined,
): { member: string; message: string } | null {
  if (!sensor) return { member: 'sensorId', message: 'names no Sensor that is visible to you.' };
  const [given, number] = [typeof said === 'string', typeof value === 'number'];
  if (sensor.valueType === 'NUMBER' && given)
    return { member: 'text', message: 'is for a sensor of texts; this one measures numbers.' };
  if (sensor.valueType === 'TEXT' && number)
    return { member: 'value', message: 'is for a sensor of numbers; this one says texts.' };
  if (state === 'UNAVAILABLE' && (given || number))
    return { member: 'state', message: 'is UNAVAILABLE: then there is neither a value nor a text.' };
  if (state === 'MEASURED' && !given && !number)
    return {
      member: 'state',
      message: 'is MEASURED: then there is a value or a text. Say UNAVAILABLE where the sensor has none.',
    };
  return null;
}

/** A sensor that was silent so far is heard from now on. */
async function hear(
  { tx, organizationId, now }: CommandContext,
  measurements: readonly Measurement[],
  sensors: ReadonlyMap<string, KnownSensor>,
): Promise<void> {
  const silent = [...new Set(measurements.map(({ sensorId }) => sensorId))].filter(
    (id) => sensors.get(id)?.state === 'NEW',
  );
  if (silent.length === 0) return;
  await tx.sensor.updateMany({
    where: { organizationId, id: { in: silent }, state: 'NEW' },
    data: { state: 'IDLE', updatedAt: now },
  });
}
