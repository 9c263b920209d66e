/** What a lot, a batch, a container, a piece, a machine's hours or a sensor's window stand for: nodes, and since when. */
import { carries, type Reader, type Seed, wholly } from './genealogy.graph.ts';

/** One thing that can be traced. Exactly one of the ids is set; the instants go with a machine or a sensor. */
export interface Scope {
  lotId?: string | null;
  batchId?: string | null;
  containerId?: string | null;
  pieceId?: string | null;
  workstationId?: string | null;
  sensorId?: string | null;
  fromAt?: Date | null;
  /** Null: up to now. */
  untilAt?: Date | null;
}

/**
 * The nodes of a batch that no other of its nodes leads to (`toNode`), or that lead to none (`fromNode`): a batch that
 * was never empty has one. From these all others are reached, however often something was mixed in.
 */
const ends = (batch: string, end: 'toNode' | 'fromNode') => `
  SELECT n.node FROM (
    SELECT ${batch} AS node
    UNION SELECT l."toNode" FROM "MaterialLink" l WHERE l."organizationId" = $1::uuid AND l."destinationBatchId" = ${batch}
      AND l."toNode" IS NOT NULL AND l."toPlace" IN ('BATCH', 'LOADED')) n
  WHERE NOT EXISTS (SELECT 1 FROM "MaterialLink" c WHERE c."organizationId" = $1::uuid AND c."${end}" = n.node
    AND ${carries('c')})`;

/** Where a walk from a batch begins, so that it goes through all that the batch ever was: one statement. */
export async function endsOfBatch(
  reader: Reader,
  batchId: string,
  direction: 'ANCESTORS' | 'DESCENDANTS',
): Promise<Seed[]> {
  const rows = await reader.query<{ node: string }>(
    `SELECT node::text AS node FROM (${ends('$2::uuid', direction === 'DESCENDANTS' ? 'toNode' : 'fromNode')}) e`,
    batchId,
  );
  return rows.map(({ node }) => wholly(node, batchId));
}

const row = (
  values: Partial<Record<'node' | 'batch' | 'since' | 'until' | 'loaded' | 'itself', string>>,
): string =>
  `SELECT key, ${values.node} AS node, ${values.batch ?? 'NULL::uuid'} AS "batchId", ${values.since ?? 'NULL::timestamptz'} AS since,
     ${values.until ?? 'NULL::timestamptz'} AS until, ${values.loaded ?? 'false'} AS loaded, ${values.itself ?? 'true'} AS itself`;

/** A span of time, as columns. Without an end it goes on. */
interface Span {
  from: string;
  until: string;
}
const scopeSpan: Span = { from: 'scope."from"', until: `coalesce(scope.until, 'infinity')` };
/** The span of the scope, as far as the sensor stood at its place `p` then. */
const sensorSpan: Span = {
  from: `greatest(${scopeSpan.from}, p."startedAt")`,
  until: `least(${scopeSpan.until}, coalesce(p."endedAt", 'infinity'))`,
};

// A stay that begins or ends with the span touches it: what came at its last instant was there.
const overlaps = ({ from, until }: Span) =>
  `s."startedAt" <= ${until} AND coalesce(s."endedAt", 'infinity') >= ${from} AND ${from} <= ${until}`;
const sinceIn = ({ from }: Span) => `greatest(s."startedAt", ${from})`;

/** What was in the machine `machine`, a column of `scope` or of `join`: what came out of it, and what is in it still. */
const inMachine = (machine: string, span: Span, join = '') => [
  // What left the machine while the stay lasted. The batch itself is reached only while its material is still there:
  // what was on the shelf meanwhile was not in the machine.
  `${row({ node: 's."nodeId"', batch: 's."batchId"', since: sinceIn(span), until: 's."endedAt"', loaded: 'true', itself: 's."endedAt" IS NULL' })}
   FROM scope ${join} JOIN "MaterialStay" s ON s."organizationId" = $1::uuid AND s."workstationId" = ${machine} AND ${overlaps(span)}`,
  // Loaded and used up at once: no stay tells of it, the action does.
  `${row({ node: 'l."toNode"' })} FROM scope ${join}
   JOIN "MaterialAction" a ON a."organizationId" = $1::uuid AND a."workstationId" = ${machine}
     AND a."occurredAt" >= ${span.from} AND a."occurredAt" <= ${span.until}
   JOIN "MaterialLink" l ON l."organizationId" = $1::uuid AND l."actionId" = a.id AND l."fromPlace" = 'LOADED' AND l."toNode" IS NOT NULL`,
];

const placement = `JOIN "SensorPlacement" p ON p."organizationId" = $1::uuid AND p."sensorId" = scope.sensor`;
const sensorsMachine = `${placement} JOIN "Machine" m ON m."organizationId" = $1::uuid AND m.id = p."machineId" AND m."workstationId" IS NOT NULL`;

/** The rows of seeds of each kind of scope. Only those that are asked for are put into a statement. */
const branches: Readonly<Record<string, readonly string[]>> = {
  batch: [
    `${row({ node: 'n.node', batch: 'scope.batch' })} FROM scope
     CROSS JOIN LATERAL (${ends('scope.batch', 'toNode')}) n WHERE scope.batch IS NOT NULL`,
  ],
  container: [
    `${row({ node: 'c.id' })} FROM scope JOIN "MaterialContainer" c
       ON c."organizationId" = $1::uuid AND c.id = scope.container AND c."lotId" IS NOT NULL`,
    // What it held, from when it held it.
    `${row({ node: 's."nodeId"', batch: 's."batchId"', since: 's."startedAt"' })} FROM scope
       JOIN "MaterialContainerFilling" s ON s."organizationId" = $1::uuid AND s."containerId" = scope.container`,
  ],
  workstation: inMachine('scope.workstation', scopeSpan),
  sensor: [
    `${row({ node: 's."nodeId"', batch: 's."batchId"', since: sinceIn(sensorSpan) })} FROM scope ${placement}
       JOIN "MaterialStay" s ON s."organizationId" = $1::uuid AND s."subLocationId" = p."subLocationId"
         AND s."workstationId" IS NULL AND ${overlaps(sensorSpan)}`,
    ...inMachine('m."workstationId"', sensorSpan, sensorsMachine),
  ],
};

/**
 * The seeds of scopes, by the keys that they were given under: at most one statement.
 *
 * A batch, and a lot, a piece or a container of a lot, stands for all that it ever was. A container of the shop's own
 * stands for what it held, from when it held it. Machines and sensors stand for what was there within the span, and
 * what left it since: what left before the span is not reached.
 */
export async function seedsOf(
  reader: Reader,
  scopes: ReadonlyMap<string, Scope>,
): Promise<Map<string, Seed[]>> {
  const seeds = new Map<string, Seed[]>([...scopes.keys()].map((key) => [key, []]));
  // A lot and a piece are their own nodes.
  for (const [key, { lotId, pieceId }] of scopes) {
    for (const node of [lotId, pieceId]) if (node) seeds.get(key)?.push(wholly(node));
  }
  const given = [...scopes].map(([key, scope]) => ({
    key,
    batch: scope.batchId ?? null,
    container: scope.containerId ?? null,
    workstation: scope.workstationId ?? null,
    sensor: scope.sensorId ?? null,
    from: scope.fromAt ?? null,
    until: scope.untilAt ?? null,
  }));
  const wanted = Object.entries(branches).flatMap(([column, rows]) =>
    given.some((scope) => scope[column as 'batch'] !== null) ? rows : [],
  );
  if (wanted.length === 0) return seeds;
  const rows = await reader.query<Seed & { key: string }>(
    `WITH scope AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS x(key text, batch uuid, container uuid,
       workstation uuid, sensor uuid, "from" timestamptz, until timestamptz))
     SELECT key, node::text AS node, "batchId"::text AS "batchId", since, until, loaded, itself
     FROM (${wanted.join('\nUNION ALL ')}) seeds`,
    JSON.stringify(given),
  );
  for (const { key, ...seed } of rows) seeds.get(key)?.push(seed);
  return seeds;
}
