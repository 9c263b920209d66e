import type {
  Excursion,
  ExcursionDirection,
  ThresholdSeverity,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, text } from '../commands/input.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { newId } from '../ids.ts';
import { excursionStates, excursionStatus } from './excursion.state.ts';
import type { Measurement } from './reading.rollup.ts';
import { judge, type Limits, type Sample, type Span } from './threshold.judge.ts';

interface ThresholdRow extends Limits {
  id: string;
  sensorId: string;
  severity: ThresholdSeverity;
  judgedAt: Date | null;
  direction: ExcursionDirection | null;
  outsideSince: Date | null;
  extreme: number | null;
  extremeAt: Date | null;
  readings: number | null;
}

/**
 * Judges readings that were stored in this transaction by the thresholds of their sensors, and records the excursions
 * that begin and end. UNAVAILABLE says nothing: it neither begins nor ends one. The statements are the same number,
 * whatever that of readings and thresholds.
 */
export async function judgeReadings(
  context: CommandContext,
  measurements: readonly Measurement[],
): Promise<void> {
  const samples = new Map<string, Sample[]>();
  for (const { sensorId, value, observedAt } of measurements) {
    if (value === null) continue;
    const known = samples.get(sensorId);
    if (known) known.push({ value, observedAt });
    else samples.set(sensorId, [{ value, observedAt }]);
  }
  if (samples.size === 0) return;
  const thresholds = await thresholdsOf(context, [...samples.keys()]);
  if (thresholds.length === 0) return;
  const oldest = Math.min(
    ...[...samples.values()].map((each) => Math.min(...each.map(({ observedAt }) => observedAt.getTime()))),
  );
  const known = await excursionsSince(context, thresholds, new Date(oldest));
  const judgements = thresholds.map((threshold) => ({
    threshold,
    ...judge(
      threshold,
      { until: threshold.judgedAt, pending: pendingOf(threshold) },
      (known.get(threshold.id) ?? []).map((row) => ({ ...row, changed: false })),
      samples.get(threshold.sensorId) ?? [],
    ),
  }));
  await saveProgress(context, judgements);
  const changes = judgements.flatMap(({ threshold, spans }) =>
    spans.filter(({ changed }) => changed).map((span) => rowsOf(context, threshold, span, known)),
  );
  await saveExcursions(context, changes);
  recordExcursions(context, changes);
}

/** The thresholds of sensors, held against changes of their limits until the commit. */
function thresholdsOf({ tx, organizationId }: CommandContext, sensorIds: string[]): Promise<ThresholdRow[]> {
  return tx.$queryRawUnsafe<ThresholdRow[]>(
    `SELECT t.id::text AS id, t."sensorId"::text AS "sensorId", t.low, t.high, t.hysteresis, t.delay,
       t.severity::text AS severity, s."judgedAt", s.direction::text AS direction, s."outsideSince", s.extreme,
       s."extremeAt", s.readings
     FROM "SensorThreshold" t
     LEFT JOIN "SensorThresholdState" s ON s."organizationId" = t."organizationId" AND s."thresholdId" = t.id
     WHERE t."organizationId" = $1::uuid AND t."sensorId" = ANY($2::uuid[]) AND t."archivedAt" IS NULL
     ORDER BY t.id FOR SHARE OF t`,
    organizationId,
    sensorIds,
  );
}

function pendingOf({ direction, outsideSince, extreme, extremeAt, readings }: ThresholdRow) {
  if (!direction || !outsideSince || extreme === null || !extremeAt) return null;
  return { direction, startedAt: outsideSince, extreme, extremeAt, readings: readings ?? 0 };
}

/** The excursions that were open at an instant or later, by threshold. */
async function excursionsSince(
  { tx, organizationId }: CommandContext,
  thresholds: readonly ThresholdRow[],
  since: Date,
): Promise<Map<string, Excursion[]>> {
  const rows = await tx.excursion.findMany({
    where: {
      organizationId,
      thresholdId: { in: thresholds.map(({ id }) => id) },
      OR: [{ endedAt: null }, { endedAt: { gt: since } }],
    },
  });
  const byThreshold = new Map<string, Excursion[]>();
  for (const row of rows)
    byThreshold.set(row.thresholdId, [...(byThreshold.get(row.thresholdId) ?? []), row]);
  return byThreshold;
}

interface Judgement {
  threshold: ThresholdRow;
  judged: ReturnType<typeof judge>['judged'];
}

async function saveProgress(
  { tx, organizationId }: CommandContext,
  judgements: readonly Judgement[],
): Promise<void> {
  const iso = (instant: Date | null | undefined) => instant?.toISOString() ?? null;
  const pending = judgements.map(({ judged }) => judged.pending);
  await tx.$executeRawUnsafe(
    `INSERT INTO "SensorThresholdState" ("organizationId", "thresholdId", "judgedAt", direction, "outsideSince", extreme,
       "extremeAt", readings)
     SELECT $1::uuid, u.id, u.judged, u.direction::"ExcursionDirection", u.since, u.extreme, u.at, u.readings
     FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::float8[], $7::timestamptz[], $8::int[])
       AS u(id, judged, direction, since, extreme, at, readings)
     ON CONFLICT ("organizationId", "thresholdId") DO UPDATE SET "judgedAt" = excluded."judgedAt",
       direction = excluded.direction, "outsideSince" = excluded."outsideSince", extreme = excluded.extreme,
       "extremeAt" = excluded."extremeAt", readings = excluded.readings`,
    organizationId,
    judgements.map(({ threshold }) => threshold.id),
    judgements.map(({ judged }) => iso(judged.until)),
    pending.map((each) => each?.direction ?? null),
    pending.map((each) => iso(each?.startedAt)),
    pending.map((each) => each?.extreme ?? null),
    pending.map((each) => iso(each?.extremeAt)),
    pending.map((each) => each?.readings ?? 0),
  );
}

interface Change {
  before: Excursion | null;
  after: Excursion;
}

function rowsOf(
  context: CommandContext,
  threshold: ThresholdRow,
  span: Span,
  known: ReadonlyMap<string, readonly Excursion[]>,
): Change {
  const { direction, limit, startedAt, endedAt, extreme, extremeAt, readings } = span;
  const before = known.get(threshold.id)?.find(({ id }) => id === span.id) ?? null;
  if (before) {
    const ended = endedAt !== null && before.endedAt === null;
    const after = {
      ...before,
      endedAt,
      extreme,
      extremeAt,
      readings,
      // Only what somebody could have overlooked is a change: a new extreme is none.
      version: before.version + (ended ? 1 : 0),
      updatedAt: context.now,
    };
    return { before, after };
  }
  const after: Excursion = {
    ...context.fresh(newId()),
    sensorId: threshold.sensorId,
    thresholdId: threshold.id,
    direction,
    limit,
    severity: threshold.severity,
    startedAt,
    endedAt,
    extreme,
    extremeAt,
    readings,
    acknowledgedAt: null,
    acknowledgedById: null,
    note: null,
    version: endedAt ? 2 : 1,
  };
  return { before: null, after };
}

async function saveExcursions({ tx, organizationId, now }: CommandContext, changes: readonly Change[]) {
  const known = changes.flatMap(({ before, after }) => (before ? [after] : []));
  const begun = changes.flatMap(({ before, after }) => (before ? [] : [after]));
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  // Ends before beginnings: one excursion of a threshold is open at a time.
  if (known.length > 0) {
    await tx.$executeRawUnsafe(
      `UPDATE "Excursion" e SET "endedAt" = u.ended, extreme = u.extreme, "extremeAt" = u.at, readings = u.readings,
         version = e.version + CASE WHEN e."endedAt" IS NULL AND u.ended IS NOT NULL THEN 1 ELSE 0 END, "updatedAt" = $2::timestamptz
       FROM unnest($3::uuid[], $4::timestamptz[], $5::float8[], $6::timestamptz[], $7::int[])
         AS u(id, ended, extreme, at, readings)
       WHERE e."organizationId" = $1::uuid AND e.id = u.id`,
      organizationId,
      now.toISOString(),
      known.map(({ id }) => id),
      known.map(({ endedAt }) => iso(endedAt)),
      known.map(({ extreme }) => extreme),
      known.map(({ extremeAt }) => iso(extremeAt)),
      known.map(({ readings }) => readings),
    );
  }
  if (begun.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO "Excursion" ("organizationId", id, "sensorId", "thresholdId", direction, "limit", severity, "startedAt",
       "endedAt", extreme, "extremeAt", readings, version, "createdAt", "updatedAt")
     SELECT $1::uuid, u.id, u.sensor, u.threshold, u.direction::"ExcursionDirection", u."limit",
       u.severity::"ThresholdSeverity", u.started, u.ended, u.extreme, u.at, u.readings, u.version, $2::timestamptz, $2::timestamptz
     FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::float8[], $8::text[], $9::timestamptz[],
       $10::timestamptz[], $11::float8[], $12::timestamptz[], $13::int[], $14::int[])
       AS u(id, sensor, threshold, direction, "limit", severity, started, ended, extreme, at, readings, version)`,
    organizationId,
    now.toISOString(),
    begun.map(({ id }) => id),
    begun.map(({ sensorId }) => sensorId),
    begun.map(({ thresholdId }) => thresholdId),
    begun.map(({ direction }) => direction),
    begun.map(({ limit }) => limit),
    begun.map(({ severity }) => severity),
    begun.map(({ startedAt }) => iso(startedAt)),
    begun.map(({ endedAt }) => iso(endedAt)),
    begun.map(({ extreme }) => extreme),
    begun.map(({ extremeAt }) => iso(extremeAt)),
    begun.map(({ readings }) => readings),
    begun.map(({ version }) => version),
  );
}

function recordExcursions(context: CommandContext, changes: readonly Change[]): void {
  const told = changes.filter(({ before, after }) => !before || (after.endedAt && !before.endedAt));
  if (told.length === 0) return;
  for (const { before, after } of told) {
    const begun = { ...after, endedAt: null, version: 1 };
    if (!before)
      context.record('ExcursionStarted', 'Excursion', null, begun, { occurredAt: after.startedAt });
    if (after.endedAt)
      context.record('ExcursionEnded', 'Excursion', before ?? begun, after, { occurredAt: after.endedAt });
  }
}

/** Ends the open excursion of a threshold that judges no more, where there is one. */
export async function endExcursion(context: CommandContext, thresholdId: string): Promise<void> {
  const { tx, organizationId, now } = context;
  const [open] = await tx.excursion.findMany({ where: { organizationId, thresholdId, endedAt: null } });
  if (!open) return;
  await context.lock({ Excursion: [open.id] });
  const before = await tx.excursion.findUniqueOrThrow({ where: context.key(open.id) });
  const after = await tx.excursion.update({
    where: context.key(open.id),
    data: { endedAt: now, ...context.touched() },
  });
  context.record('ExcursionEnded', 'Excursion', before, after);
}

export const acknowledgeExcursion = command('acknowledgeExcursion', {
  description: 'Takes note of an Excursion, open or ended, and says what was found or done.',
  right: 'work',
  input: {
    excursionId: idOf('Excursion').describe('The Excursion.'),
    expectedVersion: expectedVersion(),
    note: text(2_000).nullish().describe('What was found, or done.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { excursionId, expectedVersion: expected, note }) => {
    await context.lock({ Excursion: [excursionId] });
    const before = await context.tx.excursion.findUniqueOrThrow({ where: context.key(excursionId) });
    context.expectVersion('Excursion', before, expected);
    excursionStates.require(excursionStatus(before), 'ACKNOWLEDGE_EXCURSION');
    const after = await context.tx.excursion.update({
      where: context.key(excursionId),
      data: {
        acknowledgedAt: context.now,
        acknowledgedById: context.caller.userId,
        note: note ?? null,
        ...context.touched(),
      },
    });
    context.record('ExcursionAcknowledged', 'Excursion', before, after, { reason: note ?? null });
    return { excursionId };
  },
});
