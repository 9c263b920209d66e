/**
 * What holds block: derived from the genealogy whenever it is asked, and copied nowhere. An item is held where any way
 * leads to it from what an open hold names, however little came along.
 */
import type { Hold } from '../../prisma/generated/client/client.ts';
import {
  type Edge,
  edgesFrom,
  everyNode,
  isWithin,
  meets,
  type NamedSubject,
  namesOf,
  type Reader,
  type Reading,
  readerOf,
  type Seed,
  type Subject,
  wholly,
} from '../materials/genealogy.graph.ts';
import { type Scope, seedsOf } from '../materials/genealogy.seeds.ts';

/** The items that are asked about. */
export interface Items {
  batchIds?: readonly string[];
  pieceIds?: readonly string[];
  containerIds?: readonly string[];
  lotIds?: readonly string[];
}

/** An open hold, as far as blocking needs it. */
export interface OpenHold extends Scope {
  id: string;
  number: string;
  reason: string;
}

/** A hold that reaches an item, with the way that leads from what is held to the item, both included. */
export interface HeldBy {
  hold: OpenHold;
  path: NamedSubject[];
}

/** What a hold stands for, as the genealogy knows it. */
export const scopeOf = (hold: Pick<Hold, keyof Scope & keyof Hold>): Scope => ({
  lotId: hold.lotId,
  batchId: hold.batchId,
  containerId: hold.containerId,
  pieceId: hold.pieceId,
  workstationId: hold.workstationId,
  sensorId: hold.sensorId,
  fromAt: hold.fromAt,
  untilAt: hold.untilAt,
});

/** The organization's open holds, oldest first. There are few: an index of theirs alone answers. */
export async function openHolds(reader: Reader): Promise<OpenHold[]> {
  return reader.query<OpenHold>(
    `SELECT id::text AS id, number, reason, "lotId"::text AS "lotId", "batchId"::text AS "batchId",
       "containerId"::text AS "containerId", "pieceId"::text AS "pieceId", "workstationId"::text AS "workstationId",
       "sensorId"::text AS "sensorId", "fromAt", "untilAt"
     FROM "Hold" WHERE "organizationId" = $1::uuid AND status = 'OPEN' ORDER BY id`,
  );
}

/** How an answer is narrowed. */
export interface ReachOptions {
  /** Only these holds; all open ones unless given. */
  holds?: readonly OpenHold[];
  /** As if these actions had not been. */
  without?: ReadonlySet<string>;
}

/**
 * The open holds that reach each item, by the item's uuid; items that none reaches are left out. A bounded number of
 * statements: one where no hold is open.
 */
export async function heldBy(
  context: Reading | Reader,
  items: Items,
  options: ReachOptions = {},
): Promise<Map<string, HeldBy[]>> {
  const reader = 'query' in context ? context : readerOf(context);
  const asked = [items.batchIds, items.pieceIds, items.containerIds, items.lotIds].some((ids) => ids?.length);
  if (!asked) return new Map();
  const holds = options.holds ?? (await openHolds(reader));
  if (holds.length === 0) return new Map();
  const seeds = await seedsOf(reader, new Map(holds.map((hold) => [hold.id, hold])));
  const places = await placesOf(reader, items);
  const starts = startsOf(places);
  const held = [...seeds.values()].flatMap((each) => each.map((seed) => seed.node));
  const isNamed = places.some(({ item }) => holds.some((hold) => names(hold, item)));
  // Most of what is asked about descends from nothing that is held: then no edge is read.
  if (!isNamed && !(await meets(reader, starts, held))) return new Map();
  const timed = [...seeds.values()].some((each) => each.some((seed) => seed.since !== null));
  const edges = await edgesFrom(reader, starts, 'ANCESTORS', { limit: everyNode, timed });
  const kept = options.without ? await without(reader, edges, options.without) : edges;
  const found = trace(places, kept, holds, seeds);
  return named(reader, found, holds);
}

/** An item with the nodes that it consists of now. */
interface Place {
  item: Subject;
  nodes: { node: string; subject: Subject }[];
}

/** What items consist of now: a batch its current node, a container what it holds and, of a lot, itself. */
async function placesOf(reader: Reader, items: Items): Promise<Place[]> {
  const batchIds = items.batchIds ?? [];
  const containerIds = items.containerIds ?? [];
  const rows =
    batchIds.length + containerIds.length === 0
      ? []
      : await reader.query<{ id: string; batch: string | null; node: string | null; unopened: boolean }>(
          `SELECT id::text AS id, id::text AS batch, "nodeId"::text AS node, false AS unopened FROM "MaterialBatch"
             WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[])
           UNION ALL
           SELECT c.id::text, b.id::text, b."nodeId"::text, c."lotId" IS NOT NULL AND c.status = 'NEW' FROM "MaterialContainer" c
             LEFT JOIN "MaterialBatch" b ON b."organizationId" = c."organizationId" AND b.id = c."batchId"
             WHERE c."organizationId" = $1::uuid AND c.id = ANY($3::uuid[])`,
          [...batchIds],
          [...containerIds],
        );
  const known = new Map(rows.map((row) => [row.id, row]));
  const whole =
    (kind: Subject['kind']) =>
    (id: string): Place => {
      const item = { kind, id };
      return { item, nodes: [{ node: id, subject: item }] };
    };
  return [
    ...[...new Set(batchIds)].map((id): Place => {
      const item: Subject = { kind: 'BATCH', id };
      return { item, nodes: [{ node: known.get(id)?.node ?? id, subject: item }] };
    }),
    ...[...new Set(containerIds)].map((id): Place => {
      const item: Subject = { kind: 'CONTAINER', id };
      const row = known.get(id);
      return {
        item,
        nodes: [
          ...(row?.unopened ? [{ node: id, subject: item }] : []),
          ...(row?.node && row.batch
            ? [{ node: row.node, subject: { kind: 'BATCH' as const, id: row.batch } }]
            : []),
        ],
      };
    }),
    ...[...new Set(items.pieceIds ?? [])].map(whole('PIECE')),
    ...[...new Set(items.lotIds ?? [])].map(whole('LOT')),
  ];
}

const startsOf = (places: readonly Place[]): Seed[] =>
  [...new Set(places.flatMap(({ nodes }) => nodes.map(({ node }) => node)))].map((node) => wholly(node));

/** The edges that would be there if these actions had not been: one statement. */
async function without(
  reader: Reader,
  edges: readonly Edge[],
  actions: ReadonlySet<string>,
): Promise<Edge[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id::text AS id FROM "MaterialLink" WHERE "organizationId" = $1::uuid AND "actionId" = ANY($2::uuid[])`,
    [...actions],
  );
  const gone = new Set(rows.map((row) => row.id));
  return edges.filter((edge) => !gone.has(edge.id));
}

/** A way back from an item to what is held, by hold. */
type Ways = Map<string, { item: Subject; hold: OpenHold; subjects: Subject[] }[]>;

/** Walks back from each item until every hold has been met, or nothing is left: the shortest way to each. */
function trace(
  places: readonly Place[],
  edges: readonly Edge[],
  holds: readonly OpenHold[],
  seeds: ReadonlyMap<string, readonly Seed[]>,
): Ways {
  const into = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = into.get(edge.to);
    if (known) known.push(edge);
    else into.set(edge.to, [edge]);
  }
  const holdsAt = new Map<string, { hold: OpenHold; seed: Seed }[]>();
  for (const hold of holds) {
    for (const seed of seeds.get(hold.id) ?? []) {
      const known = holdsAt.get(seed.node);
      if (known) known.push({ hold, seed });
      else holdsAt.set(seed.node, [{ hold, seed }]);
    }
  }
  const ways: Ways = new Map();
  for (const { item, nodes } of places) {
    const met = new Map<string, Subject[]>();
    for (const hold of holds) if (names(hold, item)) met.set(hold.id, [item]);
    // The way from each node to the item, as the step that led to it.
    const came = new Map<string, { edge: Edge | null; subject: Subject }>();
    for (const { node, subject } of nodes) came.set(node, { edge: null, subject });
    for (const [node, { edge, subject }] of came) {
      for (const { hold, seed } of holdsAt.get(node) ?? []) {
        // What left before the span of the hold is not held; what is there still is.
        if (met.has(hold.id) || (edge ? !leftWith(edge, seed) : !seed.itself)) continue;
        met.set(hold.id, wayOf(node, subject, came, item));
      }
      if (met.size === holds.length) break;
      for (const each of into.get(node) ?? []) {
        if (!came.has(each.from)) came.set(each.from, { edge: each, subject: each.source });
        else if (holdsAt.has(each.from)) {
          // Reached before by an edge outside of a span, and now perhaps by one within.
          for (const { hold, seed } of holdsAt.get(each.from) ?? []) {
            if (!met.has(hold.id) && leftWith(each, seed))
              met.set(hold.id, [each.source, ...wayOf(node, subject, came, item)]);
          }
        }
      }
    }
    const found = holds.flatMap((hold) => {
      const subjects = met.get(hold.id);
      return subjects ? [{ item, hold, subjects }] : [];
    });
    if (found.length > 0) ways.set(item.id, found);
  }
  return ways;
}

/** Whether a hold names the item itself. */
const names = (hold: OpenHold, { id }: Subject): boolean =>
  [hold.lotId, hold.batchId, hold.containerId, hold.pieceId].includes(id);

/** Whether an edge carries what a seed stands for: the same as the database asks when it goes down. */
function leftWith(edge: Edge, { since, until, loaded }: Seed): boolean {
  if (since === null) return true;
  const at = edge.at?.getTime() ?? 0;
  if (at < new Date(since).getTime() || (until && at > new Date(until).getTime())) return false;
  return !loaded || edge.place === 'LOADED' || isWithin(edge);
}

/** The objects from a node to the item, each once where they follow each other. */
function wayOf(
  node: string,
  subject: Subject,
  came: ReadonlyMap<string, { edge: Edge | null; subject: Subject }>,
  item: Subject,
): Subject[] {
  const subjects = [subject];
  for (let at = came.get(node)?.edge; at; at = came.get(at.to)?.edge) subjects.push(at.destination);
  subjects.push(item);
  return subjects.filter((each, place) => each.id !== subjects[place - 1]?.id);
}

/** The ways with the names of their objects, and what the hold names at their beginning: one statement. */
async function named(reader: Reader, ways: Ways, holds: readonly OpenHold[]): Promise<Map<string, HeldBy[]>> {
  if (ways.size === 0) return new Map();
  const containers = holds.flatMap((hold) => hold.containerId ?? []);
  const subjects = [...ways.values()].flatMap((found) => found.flatMap((way) => way.subjects));
  const known = await namesOf(reader, [
    ...new Map(
      [...subjects, ...containers.map((id) => ({ kind: 'CONTAINER' as const, id }))].map((each) => [
        each.id,
        each,
      ]),
    ).values(),
  ]);
  return new Map(
    [...ways].map(([id, found]) => [
      id,
      found.map(({ hold, subjects }) => {
        const held = hold.containerId && subjects[0]?.id !== hold.containerId ? [hold.containerId] : [];
        return {
          hold,
          path: [...held, ...subjects.map((each) => each.id)].flatMap((each) => known.get(each) ?? []),
        };
      }),
    ]),
  );
}
