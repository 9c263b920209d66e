/** The genealogy of one object: where it came from and what became of it, to any depth, a page at a time. */
import type { Decimal } from 'decimal.js';
import { MalformedInputError } from '../errors.ts';
import {
  type Edge,
  edgesFrom,
  type GenealogyKind,
  mostNodes,
  type NamedSubject,
  namesOf,
  type Reader,
  type Subject,
  wholly,
} from './genealogy.graph.ts';
import { endsOfBatch, seedsOf } from './genealogy.seeds.ts';
import { type Start, together, type Walk, walk } from './genealogy.walk.ts';
import { fractionsOf, quanta } from './mixture.ts';
import { Quantity } from './quantity.ts';

export type GenealogyDirection = 'ANCESTORS' | 'DESCENDANTS' | 'BOTH';

export interface GenealogyRequest {
  root: Subject;
  direction: GenealogyDirection;
  maxDepth: number | null;
  until: readonly GenealogyKind[];
  /** How many nodes and edges together. */
  first: number;
  after: string | null;
}

/** A node of a page. */
export interface GenealogyNode extends Subject {
  depth: number;
}

/** An edge of a page, with what its link and its action say. */
export interface GenealogyEdge {
  edge: Edge;
  actionId: string;
  actionType: string;
  quantity: Quantity;
  occurredAt: Date;
  recordedAt: Date;
}

export interface GenealogyGraph {
  root: NamedSubject;
  nodes: GenealogyNode[];
  edges: GenealogyEdge[];
  totalNodes: number;
  totalEdges: number;
  /** Of the object that is furthest from the root. */
  depth: number;
  truncated: boolean;
  hasNextPage: boolean;
  endCursor: string | null;
}

/**
 * One page of a genealogy; null where the root is not there. Nodes come in the order of their depth, and each edge
 * after the nodes that it joins. A bounded number of statements, whatever the depth.
 *
 * @throws MalformedInputError for a cursor of another genealogy
 */
export async function genealogy(reader: Reader, request: GenealogyRequest): Promise<GenealogyGraph | null> {
  const { root, direction } = request;
  const limits = { maxDepth: request.maxDepth, until: new Set(request.until) };
  const ways = (['ANCESTORS', 'DESCENDANTS'] as const).filter(
    (way) => direction === 'BOTH' || direction === way,
  );
  // Side by side: each waits for the database and not for the others.
  const [names, ...walks] = await Promise.all([
    namesOf(reader, [root]),
    ...ways.map(async (way): Promise<Walk> => {
      const starts = await startsOf(reader, root, way);
      return walk(await edgesFrom(reader, starts, way), starts, way, limits);
    }),
  ]);
  const named = names.get(root.id);
  if (!named) return null;
  const [first, second] = walks as [Walk, Walk?];
  const found = second ? together(first, second) : first;
  if (!found.depths.has(root.id)) found.depths.set(root.id, { ...root, depth: 0 });
  const page = pageOf(found, request);
  const edges = await detailsOf(reader, page.edges);
  const depths = [...found.depths.values()];
  return {
    root: named,
    nodes: page.nodes,
    edges,
    totalNodes: depths.length,
    totalEdges: found.edges.length,
    depth: depths.reduce((most, node) => Math.max(most, node.depth), 0),
    truncated: found.truncated || depths.length > mostNodes,
    hasNextPage: page.hasNextPage,
    endCursor: page.endCursor,
  };
}

/**
 * Where the walk from a root begins. What a container of the shop's own held stands one step from it: no link joins
 * them, for a batch is in its container without having been moved into it.
 */
async function startsOf(
  reader: Reader,
  root: Subject,
  direction: 'ANCESTORS' | 'DESCENDANTS',
): Promise<Start[]> {
  if (root.kind === 'LOT' || root.kind === 'PIECE') return [{ ...wholly(root.id), subject: root, depth: 0 }];
  const seeds =
    root.kind === 'BATCH'
      ? await endsOfBatch(reader, root.id, direction)
      : ((await seedsOf(reader, new Map([['root', { containerId: root.id }]]))).get('root') ?? []);
  const starts = seeds.map((seed): Start => {
    const isRoot = root.kind === 'BATCH' || seed.node === root.id;
    const subject: Subject = isRoot ? root : { kind: 'BATCH', id: seed.batchId ?? seed.node };
    return { ...seed, since: direction === 'ANCESTORS' ? null : seed.since, subject, depth: isRoot ? 0 : 1 };
  });
  if (root.kind === 'BATCH' || direction === 'DESCENDANTS') return starts;
  // What came into a batch while the container held it was in the container too.
  const later = await reader.query<{ node: string; batch: string }>(
    `SELECT DISTINCT l."toNode"::text AS node, f."batchId"::text AS batch FROM "MaterialContainerFilling" f
     JOIN "MaterialLink" l ON l."organizationId" = $1::uuid AND l."destinationBatchId" = f."batchId"
       AND l."toNode" IS NOT NULL AND l."toPlace" IN ('BATCH', 'LOADED') AND l."occurredAt" >= f."startedAt"
       AND l."occurredAt" <= coalesce(f."endedAt", 'infinity')
     WHERE f."organizationId" = $1::uuid AND f."containerId" = $2::uuid`,
    root.id,
  );
  return [
    ...starts,
    ...later.map(({ node, batch }) => ({
      ...wholly(node, batch),
      subject: { kind: 'BATCH' as const, id: batch },
      depth: 1,
    })),
  ];
}

/** A place in a genealogy: nodes of a depth come before the edges that end at it. */
type Place = readonly [depth: number, rank: 0 | 1, id: string];

const isAfter = (place: Place, after: Place): boolean =>
  (place[0] - after[0] || place[1] - after[1] || (place[2] > after[2] ? 1 : -1)) > 0 && place[2] !== after[2];

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** Nodes and edges by depth: only the depths that a page needs are put in order. */
function pageOf(
  { depths, edges }: Walk,
  request: GenealogyRequest,
): { nodes: GenealogyNode[]; edges: Edge[]; hasNextPage: boolean; endCursor: string | null } {
  const after = request.after === null ? null : decodePlace(request, request.after);
  const levels: { nodes: GenealogyNode[]; edges: Edge[] }[] = [];
  const at = (depth: number) => {
    levels[depth] ??= { nodes: [], edges: [] };
    return levels[depth];
  };
  for (const node of depths.values()) at(node.depth).nodes.push(node);
  const depthOf = (subject: Subject) => depths.get(subject.id)?.depth ?? 0;
  for (const edge of edges) at(Math.max(depthOf(edge.source), depthOf(edge.destination))).edges.push(edge);
  const page = { nodes: [] as GenealogyNode[], edges: [] as Edge[] };
  let last: Place | null = null;
  for (let depth = after?.[0] ?? 0; depth < levels.length; depth++) {
    const level = levels[depth];
    if (!level) continue;
    const items = [
      ...level.nodes.sort(byId).map((node) => ({ place: [depth, 0, node.id] as Place, node, edge: null })),
      ...level.edges.sort(byId).map((edge) => ({ place: [depth, 1, edge.id] as Place, node: null, edge })),
    ];
    for (const { place, node, edge } of items) {
      if (after && !isAfter(place, after)) continue;
      if (page.nodes.length + page.edges.length === request.first) {
        return { ...page, hasNextPage: true, endCursor: last && encodePlace(request, last) };
      }
      if (node) page.nodes.push(node);
      if (edge) page.edges.push(edge);
      last = place;
    }
  }
  return { ...page, hasNextPage: false, endCursor: last ? encodePlace(request, last) : request.after };
}

/** What a cursor begins with: a place in one genealogy is none in another. */
const shapeOf = ({ root, direction }: GenealogyRequest) => `${direction}:${root.id}`;

const encodePlace = (request: GenealogyRequest, place: Place): string =>
  Buffer.from(JSON.stringify([shapeOf(request), ...place]), 'utf8').toString('base64url');

function decodePlace(request: GenealogyRequest, cursor: string): Place {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = null;
  }
  const [shape, depth, rank, id] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  if (
    shape !== shapeOf(request) ||
    typeof depth !== 'number' ||
    (rank !== 0 && rank !== 1) ||
    typeof id !== 'string'
  ) {
    throw new MalformedInputError(
      'after: this cursor is none of this genealogy. Use the endCursor of a page of the same root and direction.',
    );
  }
  return [depth, rank, id];
}

/** What a page shows of its edges: one statement. */
async function detailsOf(reader: Reader, edges: readonly Edge[]): Promise<GenealogyEdge[]> {
  if (edges.length === 0) return [];
  const rows = await reader.query<{
    id: string;
    quantity: string;
    actionId: string;
    actionType: string;
    occurredAt: Date;
    recordedAt: Date;
    unit: string;
    density: string | null;
  }>(
    `SELECT l.id::text AS id, l.quantity::text AS quantity, a.id::text AS "actionId", a.type::text AS "actionType",
       l."occurredAt", a."createdAt" AS "recordedAt", m.unit, m.density::text AS density
     FROM "MaterialLink" l
     JOIN "MaterialAction" a ON a."organizationId" = l."organizationId" AND a.id = l."actionId"
     LEFT JOIN "MaterialBatch" s ON s."organizationId" = l."organizationId" AND s.id = l."sourceBatchId"
     LEFT JOIN "MaterialBatch" d ON d."organizationId" = l."organizationId" AND d.id = l."destinationBatchId"
     LEFT JOIN "MaterialContainer" c ON c."organizationId" = l."organizationId" AND c.id = l."containerId"
     LEFT JOIN "Material" m ON m."organizationId" = l."organizationId"
       AND m.id = coalesce(s."materialId", d."materialId", c."materialId")
     WHERE l."organizationId" = $1::uuid AND l.id = ANY($2::uuid[])`,
    edges.map((edge) => edge.id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return edges.flatMap((edge) => {
    const row = byId.get(edge.id);
    // Gone since: a recomputation has written the edge anew.
    if (!row) return [];
    const { unit, density, actionId, actionType, occurredAt, recordedAt } = row;
    const material = { unit, density: density === null ? null : { toFixed: () => density } };
    return [
      {
        edge,
        actionId,
        actionType,
        occurredAt: new Date(occurredAt),
        recordedAt: new Date(recordedAt),
        quantity: new Quantity({ toFixed: () => row.quantity }, material),
      },
    ];
  });
}

/**
 * How much of what each edge ends in is of that edge: the fractions of all that were mixed, with what was there
 * before, add up to exactly 1. By the edge's id; one statement.
 */
export async function fractionsOfOutput(
  reader: Reader,
  edges: readonly Edge[],
): Promise<Map<string, Decimal>> {
  const rows = await reader.query<{ id: string; node: string; quantity: string }>(
    `SELECT l.id::text AS id, l."toNode"::text AS node, l.quantity::text AS quantity FROM "MaterialLink" l
     WHERE l."organizationId" = $1::uuid AND l."toNode" = ANY($2::uuid[]) AND l."fromNode" IS NOT NULL`,
    [...new Set(edges.map((edge) => edge.to))],
  );
  const mixed = new Map<string, Map<string, bigint>>();
  for (const { id, node, quantity } of rows) {
    const shares = mixed.get(node) ?? new Map<string, bigint>();
    mixed.set(node, shares.set(id, quanta({ toFixed: () => quantity })));
  }
  const fractions = new Map<string, Decimal>();
  for (const shares of mixed.values()) {
    for (const { key, fraction } of fractionsOf(shares)) fractions.set(key, fraction);
  }
  return fractions;
}
