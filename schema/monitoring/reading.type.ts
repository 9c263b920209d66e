import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';
import type { LoggedReading } from '../../src/events/log.ts';
import { encodeId } from '../../src/ids.ts';
import { storedBefore } from '../../src/monitoring/series.ts';
import { builder } from '../builder.ts';
import { rowField } from '../shared/row-field.ts';
import { ReadingStateRef } from './enums.ts';

export const SensorReadingRef = builder.objectRef<LoggedReading>('SensorReading').implement({
  description: 'One measurement of one sensor: a number in its unit, a text, or that it cannot say.',
  fields: (t) => ({
    sensorId: t.id({
      description: 'The sensor.',
      resolve: (reading) => encodeId('Sensor', reading.sensorId),
    }),
    sensor: rowField(t, 'Sensor', 'The sensor.', (reading) => reading.sensorId, { nullable: true }),
    state: t.expose('state', {
      type: ReadingStateRef,
      description: 'MEASURED with a value or a text; UNAVAILABLE with neither.',
    }),
    value: t.float({
      nullable: true,
      description: "The value in the sensor's unit; null where it said a text, or is UNAVAILABLE.",
      resolve: (reading) => reading.value,
    }),
    text: t.exposeString('text', {
      nullable: true,
      description:
        'What a sensor of texts said; null of one that measures numbers, or where it is UNAVAILABLE.',
    }),
    observedAt: t.expose('observedAt', { type: 'DateTime', description: 'When it was measured.' }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      description: 'When it was stored. Never before a reading that was stored earlier.',
    }),
  }),
});

/** The most readings that one list of a sensor holds. */
const largestList = 1_000;

interface Window {
  from: Date | null;
  to: Date | null;
  last: number;
}

/** The newest readings of each sensor within a window: one statement for all sensors of a page. */
function readingsLoader(
  context: RequestContext,
  { from, to, last }: Window,
): DataLoader<string, LoggedReading[]> {
  const key = `readings:${from?.getTime() ?? ''}:${to?.getTime() ?? ''}:${last}`;
  return context.memo.once(
    key,
    () =>
      new DataLoader<string, LoggedReading[]>(async (sensorIds) => {
        const rows = await context.runtime.database.query<LoggedReading>(
          `SELECT r."position"::int8::float8 AS position, r."sensorId", r.value, r.text, r.state, r."observedAt",
             r."recordedAt"
         FROM unnest($2::uuid[]) AS s(id)
         CROSS JOIN LATERAL (
           SELECT * FROM "SensorReading" r
           WHERE r."organizationId" = $1 AND r."sensorId" = s.id AND r."recordedAt" >= $6
             AND r."observedAt" >= $3 AND r."observedAt" < $4
           ORDER BY r."observedAt" DESC, r."position" DESC LIMIT $5
         ) r
         ORDER BY r."observedAt", r."position"`,
          [
            context.signedIn.organizationId,
            [...sensorIds],
            from ?? '-infinity',
            to ?? 'infinity',
            last,
            from ? storedBefore(from) : '-infinity',
          ],
        );
        const bySensor = new Map<string, LoggedReading[]>();
        for (const row of rows) {
          const known = bySensor.get(row.sensorId);
          if (known) known.push(row);
          else bySensor.set(row.sensorId, [row]);
        }
        return sensorIds.map((id) => bySensor.get(id) ?? []);
      }),
  );
}

builder.prismaObjectFields('Sensor', (t) => ({
  latestReading: t.field({
    type: SensorReadingRef,
    nullable: true,
    description:
      'Its newest reading by when it was measured, also where that is UNAVAILABLE. Known however long ago it was.',
    select: { latest: true },
    resolve: ({ latest }) => latest && { ...latest, position: Number(latest.position) },
  }),
  readings: t.field({
    type: [SensorReadingRef],
    description:
      'Its newest measurements within a window, oldest first. They are kept for as long as the installation says, and `series` for good.',
    args: {
      from: t.arg({ type: 'DateTime', required: false, description: 'Measured at this instant or later.' }),
      to: t.arg({ type: 'DateTime', required: false, description: 'Measured before this instant.' }),
      last: t.arg.int({
        required: false,
        defaultValue: 100,
        description: `How many of the newest: 1 to ${largestList}.`,
      }),
    },
    complexity: ({ last }: { last?: number | null | undefined }) => ({
      field: 1,
      multiplier: Math.max(1, Math.min(last ?? 100, largestList)),
    }),
    resolve: (sensor, { from, to, last }, context) => {
      const count = last ?? 100;
      if (count < 1 || count > largestList)
        throw new MalformedInputError(`last must be from 1 to ${largestList}; it is ${count}.`);
      return readingsLoader(context, { from: from ?? null, to: to ?? null, last: count }).load(sensor.id);
    },
  }),
}));
