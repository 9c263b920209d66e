/** Which pieces an anomaly may harm: those whose outline its boundary overlaps, in its layer. */
import type { Anomaly } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { type Drawing, drawingOf, overlapOf, type Point, rectangleOf } from '../production/outline.ts';
import { onLayout } from '../production/placement.service.ts';
import { onDefects } from './anomaly.reactions.ts';

/** A piece that may be harmed, and how much of it is covered in mm². */
interface Harm {
  pieceId: string;
  overlapArea: number | null;
}

/** What each anomaly may harm; one that harms nothing is missing. */
export type Harms = ReadonlyMap<string, readonly Harm[]>;

interface Placed {
  pieceId: string;
  outline: Drawing;
  firstLayer: number | null;
  lastLayer: number | null;
}

/** The layouts of these runs: one statement. */
async function layoutsOf(
  { tx, organizationId }: CommandContext,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Placed[]>> {
  const rows = await tx.piecePlacement.findMany({
    where: { organizationId, runId: { in: [...runIds] } },
    orderBy: { pieceId: 'asc' },
  });
  const layouts = new Map<string, Placed[]>();
  for (const { runId, pieceId, outline, firstLayer, lastLayer } of rows) {
    const placed = { pieceId, outline: drawingOf(outline as unknown as Point[]), firstLayer, lastLayer };
    const known = layouts.get(runId);
    if (known) known.push(placed);
    else layouts.set(runId, [placed]);
  }
  return layouts;
}

/** Where an anomaly is, as a drawing; null where nobody said. */
function drawn({ boundary, shape }: Pick<Anomaly, 'boundary' | 'shape'>): Drawing | null {
  const points = (boundary ?? []) as unknown as Point[];
  if (points.length === 0) return null;
  return drawingOf(shape === 'RECTANGLE' && points.length === 2 ? rectangleOf(points) : points);
}

/** The pieces of a layout that an anomaly may harm. A piece without layers, or an anomaly without one, is in all. */
function harmOf(anomaly: Anomaly, layout: readonly Placed[]): Harm[] {
  const drawing = drawn(anomaly);
  if (!drawing) return [];
  const { layer } = anomaly;
  return layout.flatMap(({ pieceId, outline, firstLayer, lastLayer }) => {
    if (layer !== null && ((firstLayer ?? 0) > layer || (lastLayer ?? layer) < layer)) return [];
    const overlap = overlapOf(drawing, outline);
    return overlap ? [{ pieceId, overlapArea: overlap.area }] : [];
  });
}

/** What each of these anomalies may harm: by the layout of its run, and the piece that its analysis is of. */
async function harmsOf(context: CommandContext, anomalies: readonly Anomaly[]): Promise<Harms> {
  const layouts = await layoutsOf(context, [...new Set(anomalies.flatMap(({ runId }) => runId ?? []))]);
  const analyses = await context.tx.analysis.findMany({
    where: {
      organizationId: context.organizationId,
      id: { in: [...new Set(anomalies.flatMap(({ analysisId }) => analysisId ?? []))] },
      pieceId: { not: null },
    },
    select: { id: true, pieceId: true },
  });
  const pieces = new Map(analyses.map(({ id, pieceId }) => [id, pieceId]));
  const harms = new Map<string, Harm[]>();
  for (const anomaly of anomalies) {
    const found = harmOf(anomaly, layouts.get(anomaly.runId ?? '') ?? []);
    const judged = pieces.get(anomaly.analysisId ?? '');
    if (judged && !found.some(({ pieceId }) => pieceId === judged))
      found.push({ pieceId: judged, overlapArea: null });
    if (found.length > 0) harms.set(anomaly.id, found);
  }
  return harms;
}

/** Writes what anomalies may harm, over what stands there: one statement. */
async function writeHarms({ tx, organizationId }: CommandContext, harms: Harms): Promise<void> {
  const rows = [...harms].flatMap(([anomalyId, each]) => each.map((harm) => ({ anomalyId, ...harm })));
  if (rows.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO "AnomalyPiece" ("organizationId", "anomalyId", "pieceId", "overlapArea")
     SELECT $1::uuid, r."anomalyId", r."pieceId", r."overlapArea"
     FROM jsonb_to_recordset($2::jsonb) AS r("anomalyId" uuid, "pieceId" uuid, "overlapArea" float8)
     ON CONFLICT ("organizationId", "anomalyId", "pieceId") DO UPDATE SET "overlapArea" = excluded."overlapArea"`,
    organizationId,
    JSON.stringify(rows),
  );
}

/** Finds and writes what new anomalies may harm. Their runs are locked, be it shared: no layout changes meanwhile. */
export async function recordHarms(context: CommandContext, anomalies: readonly Anomaly[]): Promise<Harms> {
  const harms = await harmsOf(context, anomalies);
  await writeHarms(context, harms);
  return harms;
}

/** Finds anew what the anomalies of a run may harm, as its layout is another now. What was decided stays. */
async function reconsider(context: CommandContext, runId: string): Promise<void> {
  const { tx, organizationId } = context;
  const anomalies = await tx.anomaly.findMany({ where: { organizationId, runId }, orderBy: { id: 'asc' } });
  if (anomalies.length === 0) return;
  const ids = anomalies.map(({ id }) => id);
  const standing = await tx.anomalyPiece.findMany({ where: { organizationId, anomaly: { runId } } });
  const harms = await harmsOf(context, anomalies);
  const key = (anomalyId: string, pieceId: string) => `${anomalyId} ${pieceId}`;
  const known = new Set(standing.map((row) => key(row.anomalyId, row.pieceId)));
  const found = new Set([...harms].flatMap(([id, each]) => each.map(({ pieceId }) => key(id, pieceId))));
  const gone = standing.filter((row) => row.decision === null && !found.has(key(row.anomalyId, row.pieceId)));
  if (gone.length > 0)
    await tx.$executeRawUnsafe(
      `DELETE FROM "AnomalyPiece" a USING unnest($2::uuid[], $3::uuid[]) AS r(anomaly, piece)
       WHERE a."organizationId" = $1::uuid AND a."anomalyId" = r.anomaly AND a."pieceId" = r.piece`,
      organizationId,
      gone.map(({ anomalyId }) => anomalyId),
      gone.map(({ pieceId }) => pieceId),
    );
  await writeHarms(context, harms);
  // What changed for each anomaly: the pieces that it may harm since, and those that it may not any more.
  const freshly = new Map<string, Harm[]>();
  for (const [id, each] of harms) {
    const fresh = each.filter(({ pieceId }) => !known.has(key(id, pieceId)));
    if (fresh.length > 0) freshly.set(id, fresh);
  }
  const changed = new Set([...freshly.keys(), ...gone.map(({ anomalyId }) => anomalyId)]);
  if (changed.size === 0) return;
  await tx.anomaly.updateMany({
    where: { organizationId, id: { in: ids.filter((id) => changed.has(id)) } },
    data: context.touched(),
  });
  const touched = anomalies.filter(({ id }) => changed.has(id));
  for (const anomaly of touched) {
    context.record(
      'AnomalyChanged',
      'Anomaly',
      anomaly,
      { ...anomaly, version: anomaly.version + 1 },
      {
        related: [
          ...(harms.get(anomaly.id) ?? []).map(({ pieceId }) => pieceId),
          ...gone.filter(({ anomalyId }) => anomalyId === anomaly.id).map(({ pieceId }) => pieceId),
        ],
      },
    );
  }
  const defects = touched.filter(({ isDefect, status }) => isDefect && status === 'UNADDRESSED');
  await onDefects.tell(
    context,
    defects.map((anomaly) => ({
      anomaly,
      pieceIds: (freshly.get(anomaly.id) ?? []).map(({ pieceId }) => pieceId),
    })),
  );
}

onLayout.push(reconsider);
