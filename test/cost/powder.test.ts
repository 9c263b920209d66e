import { beforeAll, describe, expect, it } from 'vitest';
import { type Cell, columns, decimalText, sharesText, type Table } from '../../bench/powder.rows.ts';
import { PowderNetwork, type PowderSummary } from '../../bench/powder.ts';
import type { Database } from '../../src/database/open.ts';
import { readerOf } from '../../src/materials/genealogy.graph.ts';
import { genealogy } from '../../src/materials/genealogy.service.ts';
import { amount, fromJson, toJson, totalOf } from '../../src/materials/mixture.ts';
import { massBalances } from '../../src/materials/recall.balance.ts';
import { affectedBy } from '../../src/materials/recall.service.ts';
import { type TestOrganization, useApp } from '../support/app.ts';

type Row = Readonly<Record<string, Cell>>;

/** A network, its rows by table. */
function network(
  organization: Pick<TestOrganization, 'organizationId' | 'tokenId'>,
  batches: number,
  seed = 1,
) {
  const rows = new Map<Table, (readonly Cell[])[]>(
    (Object.keys(columns) as Table[]).map((table) => [table, []]),
  );
  const made = new PowderNetwork({
    ...organization,
    batches,
    seed,
    sink: (table, row) => rows.get(table)?.push(row),
  });
  while (made.step());
  const of = (table: Table): Row[] =>
    (rows.get(table) ?? []).map((row) =>
      Object.fromEntries(columns[table].map((column, place) => [column, row[place] ?? null])),
    );
  return { rows, of, summary: made.summary };
}

/** All rows in one statement, at whose end the database checks every foreign key. */
async function insert(database: Database, rows: ReadonlyMap<Table, (readonly Cell[])[]>): Promise<void> {
  const found = await database.query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, udt_name AS type FROM information_schema.columns
     WHERE table_schema = 'public'`,
  );
  const types = new Map(found.map(({ table, column, type }) => [`${table}.${column}`, type]));
  const parts = [...rows.keys()].map((table, place) => {
    const names = columns[table];
    const values = names.map((name, index) => `(r->>${index})::"${types.get(`${table}.${name}`)}"`);
    return `t${place} AS (INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
      SELECT ${values.join(', ')} FROM jsonb_array_elements($${place + 1}::jsonb) WITH ORDINALITY AS x(r, n) ORDER BY n)`;
  });
  await database.query(
    `WITH ${parts.join(', ')} SELECT 1`,
    [...rows.values()].map((each) => JSON.stringify(each)),
  );
}

const json = (cell: Cell | undefined) => fromJson(JSON.parse(String(cell)));
const quanta = (cell: Cell | undefined) => totalOf(fromJson({ all: String(cell) }));

describe('a generated powder network', () => {
  const app = useApp();
  let powder: ReturnType<typeof network>;
  let summary: PowderSummary;
  let reader: ReturnType<typeof readerOf>;

  beforeAll(async () => {
    const { ours } = await app().organizations();
    powder = network(ours, 200);
    summary = powder.summary;
    await insert(app().database, powder.rows);
    reader = readerOf({ runtime: app().app.runtime, signedIn: { organizationId: ours.organizationId } });
  });

  it('is the same for the same seed, and another for another', () => {
    const whose = {
      organizationId: '00000000-0000-7000-8000-000000000001',
      tokenId: '00000000-0000-7000-8000-000000000002',
    };
    const [one, same, other] = [network(whose, 50), network(whose, 50), network(whose, 50, 2)];
    expect(one.rows).toEqual(same.rows);
    expect(one.rows).not.toEqual(other.rows);
  });

  it('writes decimals and shares as the books do', () => {
    for (const value of [0n, 1n, 10n ** 12n, 1_500_000_000_000n, -25n * 10n ** 10n]) {
      expect(decimalText(value)).toBe(amount(value).toFixed());
    }
    const shares = new Map([
      ['b', 3n],
      ['a', 7n * 10n ** 13n],
    ]);
    expect(JSON.parse(sharesText(shares))).toEqual(toJson(shares));
  });

  it('holds as many batches as were asked for, and about half as many links again', () => {
    const batches = powder.of('MaterialBatch');
    expect(batches.length).toBe(summary.batches);
    expect(summary.batches).toBeGreaterThanOrEqual(200);
    expect(summary.batchLinks / summary.batches).toBeGreaterThan(1.2);
  });

  it('has shares that add up to each quantity, and postings that end in it', () => {
    const after = new Map(powder.of('MaterialPosting').map((row) => [row.batchId, row]));
    for (const batch of powder.of('MaterialBatch')) {
      const reserved = totalOf(json(batch.reservedLots));
      expect(totalOf(json(batch.lots)) + reserved).toBe(quanta(batch.quantity));
      expect(totalOf(json(batch.cycles)) + totalOf(json(batch.reservedCycles))).toBe(quanta(batch.quantity));
      expect(reserved).toBe(quanta(batch.reserved));
      expect(after.get(batch.id)).toMatchObject({
        quantityAfter: batch.quantity,
        reservedAfter: batch.reserved,
      });
    }
    for (const link of powder.of('MaterialLink')) {
      expect(totalOf(json(link.lots))).toBe(quanta(link.quantity));
      expect(totalOf(json(link.cycles))).toBe(quanta(link.quantity));
    }
  });

  it('has links between nodes that exist only', () => {
    const links = powder.of('MaterialLink');
    const nodes = new Set(
      [
        ...powder.of('MaterialLot'),
        ...powder.of('MaterialContainer'),
        ...powder.of('MaterialBatch'),
        ...powder.of('Piece'),
        // What a batch consists of from a mixing on has the id of the link that began it.
        ...links.filter((link) => link.destinationBatchId),
      ].map((row) => row.id),
    );
    const missing = links
      .flatMap((link) => [link.fromNode, link.toNode])
      .filter((id) => id && !nodes.has(id));
    expect(missing).toEqual([]);
  });

  /** The objects that a root's genealogy reaches, by walking the generated rows. */
  function reach(roots: readonly Cell[], down: boolean): Set<Cell> {
    const [near, far] = down ? (['fromNode', 'toNode'] as const) : (['toNode', 'fromNode'] as const);
    const batch = down ? 'destinationBatchId' : 'sourceBatchId';
    const edges = powder.of('MaterialLink').filter((link) => link.fromNode && link.toNode);
    const nodes = new Set(roots);
    const found = new Set<Cell>();
    for (const node of nodes) {
      for (const edge of edges) {
        if (edge[near] !== node) continue;
        nodes.add(edge[far] as Cell);
        found.add((edge[batch] ?? edge[far]) as Cell);
      }
    }
    return found;
  }

  /** All that a batch ever consisted of. */
  const nodesOf = (batchId: Cell): Cell[] => [
    batchId,
    ...powder
      .of('MaterialLink')
      .flatMap((link) => (link.destinationBatchId === batchId && link.toNode ? [link.toNode] : [])),
  ];

  it('has the genealogies that a walk over its links gives', async () => {
    const batches = powder.of('MaterialBatch');
    const some = [0.3, 0.5, 0.7, 0.9, 0.97].map((part) =>
      String(batches[Math.floor(batches.length * part)]?.id),
    );
    for (const direction of ['ANCESTORS', 'DESCENDANTS'] as const) {
      for (const id of [...some, summary.busyBatchId]) {
        const graph = await genealogy(reader, {
          root: { kind: 'BATCH', id },
          direction,
          maxDepth: null,
          until: [],
          first: 10_000,
          after: null,
        });
        const expected = reach(nodesOf(id), direction === 'DESCENDANTS').add(id);
        expect(new Set(graph?.nodes.map((node) => node.id))).toEqual(expected);
      }
    }
  });

  it('has a lot that a good part descends from, with a balance that adds up', async () => {
    const lotId = summary.recalledLotId;
    const affected = await affectedBy(reader, { lotId });
    const expected = reach([lotId], true);
    const found = [...affected.CONTAINER, ...affected.BATCH, ...affected.PIECE];
    expect(new Set(found)).toEqual(expected);
    expect(affected.BATCH.length + affected.PIECE.length).toBeGreaterThan(10);
    const balance = (await massBalances(reader, [lotId])).get(lotId);
    expect(balance?.unaccountedPpm.toFixed()).toBe('0');
  });
});
