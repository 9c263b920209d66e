/**
 * The genealogy as a graph. Its nodes are uuids: of lots, of containers that came with a lot, of pieces, and of what
 * batches consisted of from one mixing to the next. Its edges are the rows of MaterialLink that have both nodes. What
 * can be reached over them may be in it, time included; shares say only how much is expected.
 *
 * The database walks the ids alone; kinds, labels and depths are found outside of the recursion, in statements whose
 * number does not grow.
 */
import type { MaterialPlace } from '../../prisma/generated/client/client.ts';
import type { Transaction } from '../database/client.ts';
import type { Database } from '../database/open.ts';
import type { Noun } from '../ids.ts';

/** Reads rows of one organization, in a command's transaction or outside of one. */
export interface Reader {
  readonly organizationId: string;
  /** `$1` is the organization, `$2` and on the parameters. Cast uuids and decimals to text. */
  query<Row>(sql: string, ...parameters: readonly unknown[]): Promise<Row[]>;
}

/** What a reader is made of: a command's context, or a request's. */
export type Reading =
  | { readonly tx: Transaction; readonly organizationId: string }
  | {
      readonly runtime: { readonly database: Database };
      readonly signedIn: { readonly organizationId: string };
    };

/** The reader of a command or a request. */
export function readerOf(context: Reading): Reader {
  if ('tx' in context) {
    const { tx, organizationId } = context;
    return {
      organizationId,
      query: (sql, ...parameters) => tx.$queryRawUnsafe(sql, organizationId, ...parameters),
    };
  }
  const { runtime, signedIn } = context;
  return {
    organizationId: signedIn.organizationId,
    query: (sql, ...parameters) => runtime.database.query(sql, [signedIn.organizationId, ...parameters]),
  };
}

/** What a node is of. */
export type GenealogyKind = 'LOT' | 'CONTAINER' | 'BATCH' | 'PIECE';

/** The kinds of node: their noun, the column that people call them by, and the places of links where they stand. */
export const genealogyKinds: Readonly<
  Record<GenealogyKind, { noun: Noun; label: string; places: readonly MaterialPlace[] }>
> = {
  LOT: { noun: 'MaterialLot', label: 'name', places: ['SUPPLIER'] },
  CONTAINER: { noun: 'MaterialContainer', label: 'name', places: ['CONTAINER'] },
  BATCH: { noun: 'MaterialBatch', label: 'name', places: ['BATCH', 'LOADED'] },
  PIECE: { noun: 'Piece', label: 'serial', places: ['PIECE'] },
};

const kindOfPlace = new Map(
  Object.entries(genealogyKinds).flatMap(([kind, { places }]) =>
    places.map((place) => [place as string, kind as GenealogyKind] as const),
  ),
);
const kindOfNoun = new Map(
  Object.entries(genealogyKinds).map(([kind, { noun }]) => [noun, kind as GenealogyKind]),
);

/** The kind of a noun's nodes; null for a noun that has none. */
export const kindOf = (noun: Noun): GenealogyKind | null => kindOfNoun.get(noun) ?? null;

/** One object of the genealogy. */
export interface Subject {
  kind: GenealogyKind;
  /** Its uuid. */
  id: string;
}

/** An object as people call it. */
export interface NamedSubject extends Subject {
  label: string;
}

/** Where a walk begins. */
export interface Seed {
  node: string;
  /** The batch whose contents the node is; null for other nodes. */
  batchId: string | null;
  /** Null for all of the node; else only what left it since then, until `until` where that is set. */
  since: Date | string | null;
  until?: Date | string | null;
  /** Only what was in the machine. */
  loaded?: boolean;
  /** Whether what the node is of is reached itself, not only what came of it. */
  itself: boolean;
}

/** A seed that stands for all of a node. */
export const wholly = (node: string, batchId: string | null = null): Seed => ({
  node,
  batchId,
  since: null,
  itself: true,
});

/** Seeds as the parameter that {@link seedRows} reads. */
export const seedsJson = (seeds: readonly Seed[]): string => JSON.stringify(seeds);

/** A carry link, in SQL: a batch that goes on as another node. */
export const carries = (link: string) =>
  `(${link}."sourceBatchId" = ${link}."destinationBatchId" AND ${link}."fromPlace" = 'BATCH' AND ${link}."toPlace" = 'BATCH')`;

/** The seeds as rows, of the parameter `$2`. */
const seedRows = `seed AS MATERIALIZED (
  SELECT node, "batchId", since, until, coalesce(loaded, false) AS loaded, itself
  FROM jsonb_to_recordset($2::jsonb) AS x(
    node uuid, "batchId" uuid, since timestamptz, until timestamptz, loaded boolean, itself boolean))`;

/** Whether a link of the node of a seed `s` belongs to what the seed stands for. */
const ofSeed = `(s.since IS NULL OR (l."occurredAt" >= s.since AND (s.until IS NULL OR l."occurredAt" <= s.until)
  AND (NOT s.loaded OR l."fromPlace" = 'LOADED' OR ${carries('l')})))`;

// OFFSET 0 keeps the planner from joining by a scan of all links, whose number it cannot relate to that of the nodes.
const next = (from: 'fromNode' | 'toNode', to: 'fromNode' | 'toNode', node: string, more = '') => `LATERAL (
  SELECT l."${to}" AS id FROM "MaterialLink" l
  WHERE l."organizationId" = $1::uuid AND l."${from}" = ${node} AND l."${to}" IS NOT NULL ${more} OFFSET 0) l`;

/** All that may hold something of the seeds `$2`: a chain of CTEs that ends in `down(id)`. */
export const downward = `WITH RECURSIVE ${seedRows}, down(id) AS (
  SELECT node FROM seed WHERE since IS NULL
  UNION SELECT l.id FROM seed s CROSS JOIN ${next('fromNode', 'toNode', 's.node', `AND s.since IS NOT NULL AND ${ofSeed}`)}
  UNION SELECT l.id FROM down CROSS JOIN ${next('fromNode', 'toNode', 'down.id')})`;

/** All that the seeds `$2` may hold something of: ends in `up(id)`. */
export const upward = `WITH RECURSIVE ${seedRows}, up(id) AS (
  SELECT node FROM seed
  UNION SELECT l.id FROM up CROSS JOIN ${next('toNode', 'fromNode', 'up.id')})`;

// A link to a node says what the node is of: the walk reads nothing but the index hm_MaterialLink_down.
const reached = (node: string, more = '') => `LATERAL (
  SELECT l."toNode" AS id,
    CASE l."toPlace" WHEN 'PIECE' THEN 'PIECE' WHEN 'CONTAINER' THEN 'CONTAINER' ELSE 'BATCH' END AS kind,
    coalesce(l."destinationBatchId", l."toNode") AS item
  FROM "MaterialLink" l
  WHERE l."organizationId" = $1::uuid AND l."fromNode" = ${node} AND l."toNode" IS NOT NULL ${more} OFFSET 0) l`;

/**
 * What the seeds `$2` reach, with what it is of: ends in `down(id, kind, item)`. Kind and item are null for seeds
 * that are of no batch.
 */
export const downwardItems = `WITH RECURSIVE ${seedRows}, down(id, kind, item) AS (
  SELECT node, CASE WHEN "batchId" IS NOT NULL THEN 'BATCH' END, "batchId" FROM seed WHERE since IS NULL
  UNION SELECT l.id, l.kind, l.item FROM seed s
    CROSS JOIN ${reached('s.node', `AND s.since IS NOT NULL AND ${ofSeed}`)}
  UNION SELECT l.id, l.kind, l.item FROM down CROSS JOIN ${reached('down.id')})`;

/** An edge between two nodes, without what only a page needs. */
export interface Edge {
  /** The id of its link. */
  id: string;
  from: string;
  to: string;
  source: Subject;
  destination: Subject;
  /** Where it came from, in the machine or not. */
  place: string;
  /** When it was; null where no seed asks for it. */
  at: Date | null;
}

/** An edge within one object: what a batch consists of goes on. */
export const isWithin = (edge: Edge): boolean => edge.source.id === edge.destination.id;

// One text for all edges: reading it costs half of what as many rows cost.
const edgeLine = `concat_ws(' ', l.id, l."fromNode", l."toNode", l."fromPlace", l."toPlace", coalesce(l."sourceBatchId"::text, '-'),
  coalesce(l."destinationBatchId"::text, '-'), CASE WHEN $4::boolean THEN (extract(epoch FROM l."occurredAt") * 1000)::bigint END)`;

/** How many nodes one genealogy goes through at most. */
export const mostNodes = 250_000;

const edgesDown = `${downward}, line(line) AS (
  SELECT ${edgeLine} FROM (SELECT id FROM down LIMIT $3) n CROSS JOIN LATERAL (
    SELECT * FROM "MaterialLink" l WHERE l."organizationId" = $1::uuid AND l."fromNode" = n.id AND l."toNode" IS NOT NULL OFFSET 0) l
  UNION ALL SELECT ${edgeLine} FROM seed s CROSS JOIN LATERAL (
    SELECT * FROM "MaterialLink" l WHERE l."organizationId" = $1::uuid AND l."fromNode" = s.node AND l."toNode" IS NOT NULL
      AND s.since IS NOT NULL AND ${ofSeed} OFFSET 0) l)
  SELECT string_agg(line, E'\\n') AS lines FROM line`;

const edgesUp = `${upward}
  SELECT string_agg(${edgeLine}, E'\\n') AS lines FROM (SELECT id FROM up LIMIT $3) n CROSS JOIN LATERAL (
    SELECT * FROM "MaterialLink" l WHERE l."organizationId" = $1::uuid AND l."toNode" = n.id AND l."fromNode" IS NOT NULL OFFSET 0) l`;

/** A limit for where nothing may be left out: the database's own, of time, is the only one then. */
export const everyNode = 2_000_000_000;

/** Whether any of these nodes is one that the seeds may hold something of, or one of the seeds: one statement. */
export async function meets(
  reader: Reader,
  seeds: readonly Seed[],
  nodes: readonly string[],
): Promise<boolean> {
  if (seeds.length === 0 || nodes.length === 0) return false;
  const [row] = await reader.query<{ met: boolean }>(
    `${upward} SELECT EXISTS (SELECT 1 FROM up WHERE id = ANY($3::uuid[])) AS met`,
    seedsJson(seeds),
    [...nodes],
  );
  return row?.met ?? false;
}

/** The edges that a walk from these seeds goes over, in no order: one statement, to any depth. */
export async function edgesFrom(
  reader: Reader,
  seeds: readonly Seed[],
  direction: 'ANCESTORS' | 'DESCENDANTS',
  { limit = mostNodes + 1, timed = seeds.some((seed) => seed.since !== null) } = {},
): Promise<Edge[]> {
  const [row] = await reader.query<{ lines: string | null }>(
    direction === 'DESCENDANTS' ? edgesDown : edgesUp,
    seedsJson(seeds),
    limit,
    // Reading an instant costs as much as reading the rest of an edge.
    timed,
  );
  return row?.lines ? row.lines.split('\n').map(edgeOf) : [];
}

const end = (place: string, node: string, batch: string): Subject => {
  const kind = kindOfPlace.get(place);
  if (!kind) throw new Error(`Nothing of the genealogy stands at ${place}.`);
  return { kind, id: kind === 'BATCH' ? batch : node };
};

function edgeOf(line: string): Edge {
  const [id, from, to, place, toPlace, source, destination, at] = line.split(' ') as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  return {
    id,
    from,
    to,
    source: end(place, from, source),
    destination: end(toPlace, to, destination),
    place,
    at: at ? new Date(Number(at)) : null,
  };
}

/** The names of objects, as people call them: one statement. What is not there is left out. */
export async function namesOf(
  reader: Reader,
  subjects: readonly Subject[],
): Promise<Map<string, NamedSubject>> {
  if (subjects.length === 0) return new Map();
  const kinds = [...new Set(subjects.map((subject) => subject.kind))].sort();
  const rows = await reader.query<NamedSubject>(
    kinds
      .map((kind, place) => {
        const { noun, label } = genealogyKinds[kind];
        return `SELECT '${kind}' AS kind, id::text AS id, ${label} AS label FROM "${noun}"
          WHERE "organizationId" = $1::uuid AND id = ANY($${place + 2}::uuid[])`;
      })
      .join(' UNION ALL '),
    ...kinds.map((kind) => [
      ...new Set(subjects.filter((subject) => subject.kind === kind).map((subject) => subject.id)),
    ]),
  );
  return new Map(rows.map((row) => [row.id, row]));
}
