import { z } from 'zod';
import { command } from '../commands/command.ts';
import { idOf, instant } from '../commands/input.ts';
import { observedAt } from '../commands/observed.ts';
import { InvalidInputError } from '../errors.ts';

/** The most readings that one mutation takes. */
export const largestIngest = 1_000;

const reading = z
  .object({
    sensorId: idOf('Sensor').describe('The sensor.'),
    value: z
      .number()
      .nullish()
      .describe("The value in the sensor's unit; null where it said that it has none (not zero)."),
    observedAt: instant().describe('When it was measured.'),
  })
  .meta({ input: 'SensorReadingInput', description: 'One measurement of one sensor.' });

export const ingestReadings = command('ingestReadings', {
  description: `Stores measurements of sensors, at most ${largestIngest}, late and out of order as they come. With a clientMutationId a batch can be sent again without effect.`,
  right: 'report',
  input: {
    readings: z
      .array(reading)
      .min(1)
      .max(largestIngest)
      .describe(`The measurements, 1 to ${largestIngest}, in the order of their arrival.`),
  },
  refusals: [],
  run: async (context, { readings }) => {
    const { tx, organizationId } = context;
    const sensorIds = [...new Set(readings.map((each) => each.sensorId))];
    const sensors = await tx.sensor.findMany({
      where: { organizationId, id: { in: sensorIds } },
      select: { id: true, state: true },
    });
    const known = new Set(sensors.map((sensor) => sensor.id));
    const issues = readings.flatMap((each, place) =>
      known.has(each.sensorId)
        ? []
        : [
            {
              path: ['readings', String(place), 'sensorId'],
              message: 'names no Sensor that is visible to you.',
            },
          ],
    );
    if (issues.length > 0) throw new InvalidInputError(issues.slice(0, 25));
    for (const [place, each] of readings.entries()) {
      observedAt(each.observedAt, context.now, ['readings', String(place), 'observedAt']);
    }
    const silent = sensors.filter((sensor) => sensor.state === 'NEW').map((sensor) => sensor.id);
    if (silent.length > 0) {
      await tx.sensor.updateMany({
        where: { organizationId, id: { in: silent }, state: 'NEW' },
        data: { state: 'IDLE', updatedAt: context.now },
      });
    }
    // Positions come from the head's row, whose lock lasts until the commit: a later commit never gets an earlier
    // position, so a follower cannot miss one.
    await tx.$executeRawUnsafe(
      `WITH head AS (
         UPDATE "ReadingHead" SET "position" = "position" + $5::int WHERE "organizationId" = $1::uuid
         RETURNING "position" - $5::int AS base
       )
       INSERT INTO "SensorReading" ("organizationId", "position", "sensorId", value, "observedAt", "recordedAt")
       SELECT $1::uuid, head.base + r.place, r."sensorId", r.value, r."observedAt",
              date_trunc('milliseconds', clock_timestamp())
       FROM head, unnest($2::uuid[], $3::float8[], $4::timestamptz[]) WITH ORDINALITY AS r("sensorId", value, "observedAt", place)`,
      organizationId,
      readings.map((each) => each.sensorId),
      readings.map((each) => each.value ?? null),
      readings.map((each) => each.observedAt.toISOString()),
      readings.length,
    );
    context.readingsStored = true;
    return { stored: readings.length };
  },
});
