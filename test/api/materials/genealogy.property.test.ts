import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  edgesFrom,
  type Reader,
  readerOf,
  type Subject,
  wholly,
} from '../../../src/materials/genealogy.graph.ts';
import { genealogy } from '../../../src/materials/genealogy.service.ts';
import { amount, quanta } from '../../../src/materials/mixture.ts';
import { massBalances } from '../../../src/materials/recall.balance.ts';
import { affectedBy } from '../../../src/materials/recall.service.ts';
import { heldBy } from '../../../src/quality/hold.reach.ts';
import { useApp } from '../../support/app.ts';
import { beginHistory, type History, type Step } from './genealogy.histories.ts';

const app = useApp();
const reading = (history: History): Reader =>
  readerOf({ runtime: { database: app().database }, signedIn: { organizationId: history.organizationId } });

const steps = fc.array(
  fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), fc.nat({ max: 1000 })) as fc.Arbitrary<Step>,
  { minLength: 10, maxLength: 60 },
);

async function played(moves: readonly Step[]): Promise<History> {
  const { history } = await beginHistory(app(), { pieces: 20 });
  for (let lot = 0; lot < 4; lot++) history.lot(3, 100 + lot);
  history.play(moves);
  return history.write(app());
}

const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort();

/** Who ever had something of it. */
const heirs = (history: History, id: string) =>
  sorted([...history.ever].filter(([, ancestors]) => ancestors.has(id)).map(([heir]) => heir));

async function everything(reader: Reader, root: Subject, direction: 'ANCESTORS' | 'DESCENDANTS') {
  const nodes: { id: string; depth: number }[] = [];
  const edges: { from: string; to: string }[] = [];
  let after: string | null = null;
  for (;;) {
    const graph = await genealogy(reader, { root, direction, maxDepth: null, until: [], first: 13, after });
    if (!graph) throw new Error('There is no such root.');
    nodes.push(...graph.nodes);
    edges.push(...graph.edges.map(({ edge }) => ({ from: edge.source.id, to: edge.destination.id })));
    if (!graph.hasNextPage) {
      expect(nodes).toHaveLength(graph.totalNodes);
      expect(edges).toHaveLength(graph.totalEdges);
      expect(graph.truncated).toBe(false);
      return { nodes, edges };
    }
    after = graph.endCursor;
  }
}

describe('of any history', () => {
  property.prop([steps], { numRuns: 25 })(
    'genealogy and recall are what a walk by hand finds, and the balance of every lot comes out',
    async (moves) => {
      const history = await played(moves);
      const reader = reading(history);
      for (const lot of history.lots) {
        const found = await everything(reader, { kind: 'LOT', id: lot.id }, 'DESCENDANTS');
        expect(sorted(found.nodes.map((node) => node.id))).toEqual(
          sorted([lot.id, ...heirs(history, lot.id)]),
        );
        const affected = await affectedBy(reader, { lotId: lot.id });
        expect(sorted([...affected.BATCH, ...affected.PIECE, ...affected.CONTAINER])).toEqual(
          heirs(history, lot.id),
        );
      }
      for (const batchId of history.batches.keys()) {
        const up = await everything(reader, { kind: 'BATCH', id: batchId }, 'ANCESTORS');
        expect(sorted(up.nodes.map((node) => node.id))).toEqual(
          sorted([batchId, ...(history.ever.get(batchId) ?? [])]),
        );
        const down = await affectedBy(reader, { batchId });
        expect(sorted([...down.BATCH, ...down.PIECE])).toEqual(sorted([batchId, ...heirs(history, batchId)]));
      }
      for (const pieceId of history.made) {
        const up = await everything(reader, { kind: 'PIECE', id: pieceId }, 'ANCESTORS');
        expect(sorted(up.nodes.map((node) => node.id))).toEqual(
          sorted([pieceId, ...(history.ever.get(pieceId) ?? [])]),
        );
      }
      const balances = await massBalances(
        reader,
        history.lots.map((lot) => lot.id),
      );
      for (const lot of history.lots) {
        const balance = balances.get(lot.id);
        expect(quanta(balance?.received.core ?? amount(-1n))).toBe(
          lot.containers.reduce((sum, each) => sum + each.quantity, 0n),
        );
        expect(balance?.unaccounted.core.toFixed()).toBe('0');
      }
    },
    120_000,
  );

  property.prop([steps, fc.nat({ max: 1000 })], { numRuns: 15 })(
    'exactly what a walk by hand reaches is held, each with a way that leads to it',
    async (moves, chosen) => {
      const history = await played(moves);
      const reader = reading(history);
      const batchIds = [...history.batches.keys()];
      const subjects = [
        ...history.lots.map((lot) => ({ lotId: lot.id })),
        ...batchIds.map((batchId) => ({ batchId })),
        ...history.made.map((pieceId) => ({ pieceId })),
      ];
      const on = subjects[chosen % subjects.length] ?? {};
      const holds = [{ id: 'one', number: 'H-1', reason: 'Oily', ...on }];
      const id = Object.values(on)[0] as string;
      const held = await heldBy(reader, { batchIds, pieceIds: history.made }, { holds });
      const expected = [...batchIds, ...history.made].filter(
        (each) => each === id || history.possible.get(each)?.has(id),
      );
      expect(sorted(held.keys())).toEqual(sorted(expected));
      for (const [item, [first]] of held) {
        const path = first?.path.map((subject) => subject.id) ?? [];
        expect([path[0], path.at(-1)]).toEqual([id, item]);
      }
    },
    120_000,
  );

  property.prop([steps], { numRuns: 10 })(
    'no node descends from itself',
    async (moves) => {
      const history = await played(moves);
      const reader = reading(history);
      const seeds = history.lots.map((lot) => wholly(lot.id));
      const edges = await edgesFrom(reader, seeds, 'DESCENDANTS');
      const waits = new Map<string, number>();
      for (const { to } of edges) waits.set(to, (waits.get(to) ?? 0) + 1);
      const free = seeds.map((seed) => seed.node);
      let removed = 0;
      for (const node of free) {
        for (const { to } of edges.filter((edge) => edge.from === node)) {
          removed += 1;
          waits.set(to, (waits.get(to) ?? 0) - 1);
          if (waits.get(to) === 0) free.push(to);
        }
      }
      expect(removed).toBe(edges.length);
    },
    120_000,
  );
});

it('of nothing is nothing', async () => {
  const { history } = await beginHistory(app(), { pieces: 1 });
  const reader = reading(history);
  expect(
    await genealogy(reader, {
      root: { kind: 'LOT', id: history.pieces[0] as string },
      direction: 'BOTH',
      maxDepth: null,
      until: [],
      first: 10,
      after: null,
    }),
  ).toBeNull();
});
