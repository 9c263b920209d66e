/** Which readings a batch was exposed to: those of the sensors that stood where it stood, while it stood there. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { builder } from '../builder.ts';
import { rowField } from '../shared/row-field.ts';

/** The most readings that one list of a batch holds. */
const largestList = 1_000;

interface Exposure {
  batchId: string;
  sensorId: string;
  stayId: string;
}
interface ClimateReading extends Exposure {
  value: number | null;
  observedAt: Date;
}
interface ClimateSummary extends Omit<Exposure, 'stayId'> {
  count: number;
  minimum: number | null;
  maximum: number | null;
  mean: number | null;
  firstAt: Date;
  lastAt: Date;
}

// The stays of batches ($2), the sensors that were there meanwhile, and from when to when ($3, $4 narrow it).
const exposures = `
  FROM unnest($2::uuid[]) AS asked(id)
  JOIN "MaterialStay" s ON s."organizationId" = $1 AND s."batchId" = asked.id
  LEFT JOIN "Machine" m ON m."organizationId" = $1 AND m."workstationId" = s."workstationId"
  JOIN "SensorPlacement" p ON p."organizationId" = $1
    AND (p."subLocationId" = s."subLocationId" OR p."machineId" = m.id)
    AND (p."endedAt" IS NULL OR p."endedAt" > s."startedAt")
    AND (s."endedAt" IS NULL OR p."startedAt" < s."endedAt")
  JOIN "SensorReading" r ON r."organizationId" = $1 AND r."sensorId" = p."sensorId"
    AND r."observedAt" >= greatest(s."startedAt", p."startedAt", $3::timestamptz)
    AND r."observedAt" < least(coalesce(s."endedAt", 'infinity'), coalesce(p."endedAt", 'infinity'),
      coalesce($4::timestamptz, 'infinity'))
    -- Leaves out the weeks before: see storedBefore.
    AND r."recordedAt" >= greatest(s."startedAt", p."startedAt", $3::timestamptz) - interval '1 hour'`;

const readings = `SELECT * FROM (
    SELECT asked.id::text AS "batchId", p."sensorId"::text AS "sensorId", s.id::text AS "stayId", r.value, r."observedAt",
      row_number() OVER (PARTITION BY asked.id ORDER BY r."observedAt" DESC, r."position" DESC) AS place
    ${exposures}) AS each
  WHERE place <= $5 ORDER BY "batchId", place`;

const summaries = `SELECT asked.id::text AS "batchId", p."sensorId"::text AS "sensorId", count(*)::int AS count,
    min(r.value) AS minimum, max(r.value) AS maximum, avg(r.value) AS mean,
    min(r."observedAt") AS "firstAt", max(r."observedAt") AS "lastAt"
  ${exposures}
  GROUP BY asked.id, p."sensorId" ORDER BY p."sensorId"`;

/** Rows of one of the statements above, by batch: one statement for all batches of a page. */
function climateLoader<T extends { batchId: string }>(
  context: RequestContext,
  name: 'readings' | 'summaries',
  window: { from: Date | null; to: Date | null },
  ...more: number[]
): DataLoader<string, T[]> {
  const sql = name === 'readings' ? readings : summaries;
  const key = `climate:${name}:${window.from?.getTime() ?? ''}:${window.to?.getTime() ?? ''}:${more.join()}`;
  return context.memo.once(
    key,
    () =>
      new DataLoader<string, T[]>(async (batchIds) => {
        const rows = await context.runtime.database.query<T>(sql, [
          context.signedIn.organizationId,
          [...batchIds],
          window.from,
          window.to,
          ...more,
        ]);
        const byBatch = new Map<string, T[]>();
        for (const row of rows) byBatch.set(row.batchId, [...(byBatch.get(row.batchId) ?? []), row]);
        return batchIds.map((id) => byBatch.get(id) ?? []);
      }),
  );
}

const ClimateReadingRef = builder.objectRef<ClimateReading>('ClimateReading').implement({
  description: 'A reading of a sensor that stood where a batch stood.',
  fields: (t) => ({
    sensor: rowField(t, 'Sensor', 'The sensor, with its quantity and unit.', (row) => row.sensorId),
    stay: rowField(t, 'MaterialStay', 'Where the batch stood.', (row) => row.stayId),
    value: t.float({
      nullable: true,
      description: "The value in the sensor's unit; null where it said that it has none.",
      resolve: (row) => row.value,
    }),
    observedAt: t.expose('observedAt', { type: 'DateTime', description: 'When it was measured.' }),
  }),
});

const ClimateSummaryRef = builder.objectRef<ClimateSummary>('ClimateSummary').implement({
  description: 'What one sensor measured while a batch stood where it stood.',
  fields: (t) => ({
    sensor: rowField(t, 'Sensor', 'The sensor, with its quantity and unit.', (row) => row.sensorId),
    count: t.exposeInt('count', { description: 'How many readings there are.' }),
    minimum: t.float({
      nullable: true,
      description: 'The smallest value; null where none had one.',
      resolve: (row) => row.minimum,
    }),
    maximum: t.float({
      nullable: true,
      description: 'The largest value; null where none had one.',
      resolve: (row) => row.maximum,
    }),
    mean: t.float({
      nullable: true,
      description: 'The mean of the values; null where none had one.',
      resolve: (row) => row.mean,
    }),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'When the first was measured.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'When the last was measured.' }),
  }),
});

builder.prismaObjectFields('MaterialBatch', (t) => {
  const window = {
    from: t.arg({ type: 'DateTime', required: false, description: 'Only what was measured since.' }),
    to: t.arg({ type: 'DateTime', required: false, description: 'Only what was measured before.' }),
  };
  return {
    climate: t.field({
      type: [ClimateReadingRef],
      description: `The newest readings of the sensors that stood where the batch stood, while it did: in its area, or on the machine that it was loaded in. At most ${largestList}.`,
      args: {
        ...window,
        last: t.arg.int({
          required: true,
          defaultValue: 100,
          description: `How many at most, 1 to ${largestList}.`,
        }),
      },
      complexity: (args) => ({ field: 1, multiplier: Math.max(1, Math.min(args.last, largestList)) }),
      resolve: (batch, { from, to, last }, context) => {
        if (last < 1 || last > largestList)
          throw new MalformedInputError(`last must be from 1 to ${largestList}; it is ${last}.`);
        const during = { from: from ?? null, to: to ?? null };
        return climateLoader<ClimateReading>(context, 'readings', during, last).load(batch.id);
      },
    }),
    climateSummary: t.field({
      type: [ClimateSummaryRef],
      description: 'What each of those sensors measured in all while the batch stood there.',
      args: window,
      resolve: (batch, { from, to }, context) =>
        climateLoader<ClimateSummary>(context, 'summaries', { from: from ?? null, to: to ?? null }).load(
          batch.id,
        ),
    }),
  };
});
