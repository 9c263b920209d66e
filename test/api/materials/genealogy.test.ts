import { describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../../support/database-calls.ts';
import { uuidOf } from '../support.ts';
import { beginHistory, gram, type History } from './genealogy.histories.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

interface Graph {
  root: { label: string; kind: string };
  nodes: {
    id: string;
    kind: string;
    depth: number;
    label?: string;
    subject?: { __typename: string; id: string };
  }[];
  edges: {
    from: string;
    to: string;
    actionType: string;
    action: { id: string; type: string };
    quantity: { value: string; unit: string };
    fractionOfOutput: string;
    occurredAt: string;
    recordedAt: string;
  }[];
  totalNodes: number;
  totalEdges: number;
  depth: number;
  truncated: boolean;
  cursor: string;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const whole = `root { label kind } nodes { id kind depth label subject { __typename id } }
  edges { from to actionType action { id type } quantity { value unit } fractionOfOutput occurredAt recordedAt }
  totalNodes totalEdges depth truncated cursor pageInfo { hasNextPage endCursor }`;

const lot = (id: string) => encodeId('MaterialLot', id);
const batch = (id: string) => encodeId('MaterialBatch', id);
const piece = (id: string) => encodeId('Piece', id);
const container = (id: string) => encodeId('MaterialContainer', id);

async function ask(client: Client, root: string, more: object = {}, selection = whole): Promise<Graph> {
  const answer = await client.sendText(
    `query($root: ID!, $direction: GenealogyDirection! = BOTH, $maxDepth: Int, $until: [GenealogyNodeKind!], $first: Int, $after: String) {
       genealogy(root: $root, direction: $direction, maxDepth: $maxDepth, until: $until, first: $first, after: $after) { ${selection} } }`,
    { root, ...more },
  );
  return answer.data().genealogy as Graph;
}

const ids = (graph: Graph) => graph.nodes.map((node) => node.id).sort();

/** Lot → container → first batch; split, blended with one of another lot, loaded, consumed. */
async function powder(): Promise<{
  client: Client;
  theirs: Client;
  history: History;
  lots: string[];
  first: string;
  second: string;
  child: string;
  blend: string;
  made: string;
}> {
  const { ours, theirs } = await app().organizations();
  const { history } = await beginHistory(app(), { organization: ours, pieces: 2 });
  const lots = [history.lot(2, 100), history.lot(1, 100)];
  const first = history.open(lots[0] as string) as string;
  const second = history.open(lots[1] as string) as string;
  const child = history.split(first, 40n * gram);
  const blend = history.blend([
    { batchId: child, quantity: 20n * gram },
    { batchId: second, quantity: 60n * gram },
  ]);
  history.load(blend, 50n * gram);
  const made = history.consume(10n * gram) as string;
  await history.write(app());
  return { client: ours.client, theirs: theirs.client, history, lots, first, second, child, blend, made };
}

describe('the genealogy', () => {
  it('of a piece leads back to its lots, with actions, quantities and fractions', async () => {
    const { client, lots, first, second, child, blend, made } = await powder();
    const graph = await ask(client, piece(made), { direction: 'ANCESTORS' });
    expect(graph).toMatchObject({
      truncated: false,
      depth: 5,
      totalNodes: 9,
      totalEdges: 8,
      root: { kind: 'PIECE' },
    });
    const depths = new Map(graph.nodes.map((node) => [node.id, node.depth]));
    expect(
      [piece(made), batch(blend), batch(child), batch(first), lot(lots[0] as string)].map((id) =>
        depths.get(id),
      ),
    ).toEqual([0, 1, 2, 3, 5]);
    expect([batch(second), lot(lots[1] as string)].map((id) => depths.get(id))).toEqual([2, 4]);
    const into = graph.edges.filter((edge) => edge.to === batch(blend));
    expect(
      into.map(({ from, fractionOfOutput, quantity }) => [from, fractionOfOutput, quantity.value]).sort(),
    ).toEqual(
      [
        [batch(child), '0.25', '0.02'],
        [batch(second), '0.75', '0.06'],
      ].sort(),
    );
    expect(into[0]).toMatchObject({
      actionType: 'BLEND',
      action: { type: 'BLEND' },
      quantity: { unit: 'kg' },
    });
    for (const node of graph.nodes) expect(node.subject?.id).toBe(node.id);
  });

  it('of a lot leads to everything made of it, and of a batch both ways', async () => {
    const { client, history, lots, first, second, child, blend, made } = await powder();
    const [mine, other] = history.lots;
    const down = await ask(client, lot(lots[1] as string), { direction: 'DESCENDANTS' });
    expect(ids(down)).toEqual(
      [
        lot(lots[1] as string),
        container(other?.containers[0]?.id as string),
        ...[second, blend].map(batch),
        piece(made),
      ].sort(),
    );
    const both = await ask(client, batch(child));
    expect(ids(both)).toEqual(
      [
        lot(lots[0] as string),
        container(mine?.containers[0]?.id as string),
        ...[first, child, blend].map(batch),
        piece(made),
      ].sort(),
    );
  });

  it('is one node for a batch, whatever was added to it, and knows what was before', async () => {
    const { ours } = await app().organizations();
    const { history } = await beginHistory(app(), { organization: ours, pieces: 1 });
    const [one, two] = [history.lot(1, 100), history.lot(1, 100)];
    const kept = history.open(one) as string;
    const early = history.split(kept, 10n * gram);
    history.open(two, kept);
    const late = history.split(kept, 10n * gram);
    await history.write(app());
    const ofTwo = await ask(ours.client, lot(two), { direction: 'DESCENDANTS' });
    expect(ids(ofTwo)).toContain(batch(late));
    expect(ids(ofTwo)).not.toContain(batch(early));
    expect(ofTwo.nodes.filter((node) => node.id === batch(kept))).toHaveLength(1);
    const early2 = await ask(ours.client, batch(early), { direction: 'ANCESTORS' });
    expect(ids(early2)).not.toContain(lot(two));
    // What was there before has its part too.
    const into = ofTwo.edges.find((edge) => edge.to === batch(kept));
    expect(into?.fractionOfOutput).toBe('0.526315789473684211');
  });

  it('says when a limit cut it, and only then', async () => {
    const { client, lots, first, made } = await powder();
    const root = lot(lots[0] as string);
    const near = await ask(client, root, { direction: 'DESCENDANTS', maxDepth: 2 });
    expect(near).toMatchObject({ truncated: true, depth: 2 });
    // A container unopened and one that was opened, and the batch.
    expect(ids(near)).toContain(batch(first));
    const stopped = await ask(client, root, { direction: 'DESCENDANTS', until: ['BATCH'] });
    expect(stopped).toMatchObject({ truncated: true, totalNodes: 4 });
    const all = await ask(client, root, { direction: 'DESCENDANTS', maxDepth: 60, until: ['PIECE'] });
    expect(all.truncated).toBe(false);
    expect(ids(all)).toContain(piece(made));
    expect(await ask(client, root, { direction: 'DESCENDANTS', maxDepth: 0 })).toMatchObject({
      totalNodes: 1,
      truncated: true,
    });
  });

  it('comes in pages that hold everything once, each edge after its nodes', async () => {
    const { client, blend } = await powder();
    const all = await ask(client, batch(blend));
    const seen: string[] = [];
    let [nodes, edges] = [0, 0];
    let after: string | null = null;
    for (;;) {
      const page: Graph = await ask(client, batch(blend), { first: 3, after });
      expect(page.nodes.length + page.edges.length).toBeLessThanOrEqual(3);
      nodes += page.nodes.length;
      edges += page.edges.length;
      seen.push(...page.nodes.map((node) => node.id));
      for (const edge of page.edges) expect(seen).toEqual(expect.arrayContaining([edge.from, edge.to]));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect([nodes, edges]).toEqual([all.totalNodes, all.totalEdges]);
    expect(new Set(seen).size).toBe(nodes);
  });

  it('of a container of the shop is of all that it held, from when it held it', async () => {
    const { ours } = await app().organizations();
    const { history, shop } = await beginHistory(app(), { organization: ours, pieces: 1 });
    const source = history.lot(1, 100);
    const held = history.open(source) as string;
    const before = history.split(held, 10n * gram);
    const startedAt = history.at;
    const after = history.split(held, 10n * gram);
    await history.write(app());
    const id = newId();
    const stamps = { version: 1, createdAt: new Date(), updatedAt: new Date() };
    await app().app.prisma.materialContainer.create({
      data: {
        organizationId: ours.organizationId,
        id,
        name: `Bin ${id}`,
        type: 'PERMANENT',
        locationId: uuidOf(shop.locationId),
        ...stamps,
      },
    });
    await app().app.prisma.materialContainerFilling.create({
      data: {
        organizationId: ours.organizationId,
        id: newId(),
        containerId: id,
        batchId: held,
        nodeId: held,
        startedAt: new Date(startedAt.getTime() + 1),
        endedAt: null,
      },
    });
    const down = await ask(ours.client, container(id), { direction: 'DESCENDANTS' });
    expect(ids(down)).toEqual([container(id), batch(held), batch(after)].sort());
    expect(ids(down)).not.toContain(batch(before));
    const up = await ask(ours.client, container(id), { direction: 'ANCESTORS' });
    expect(ids(up)).toContain(lot(source));
  });

  it('of a foreign root, or of none, is null; of what has none it is refused', async () => {
    const { client, theirs, blend, history } = await powder();
    expect(await ask(theirs, batch(blend))).toBeNull();
    expect(await ask(client, batch(newId()))).toBeNull();
    for (const variables of [
      { root: history.shop.locationId },
      { root: 'nonsense' },
      { root: batch(blend), first: 0 },
      { root: batch(blend), first: 1001 },
      { root: batch(blend), maxDepth: -1 },
      { root: batch(blend), after: 'nonsense' },
    ]) {
      const answer = await client.sendText(
        'query($root: ID!, $first: Int, $maxDepth: Int, $after: String) { genealogy(root: $root, first: $first, maxDepth: $maxDepth, after: $after) { totalNodes } }',
        variables,
      );
      expect(answer.graphqlErrors()).toHaveLength(1);
    }
  });

  it('takes as many statements for much as for little', async () => {
    const { client, lots, made } = await powder();
    const statements = async (root: string) => {
      if (!calls) throw new Error('The server has not started.');
      const { statements } = await calls.during(() => ask(client, root, {}, whole));
      return statements.filter((sql) => !/UPDATE .*"ApiToken"|CommandReceipt|^(BEGIN|COMMIT|SET)/.test(sql));
    };
    const [one, many] = [await statements(lot(lots[1] as string)), await statements(piece(made))];
    expect(one.length).toBeLessThanOrEqual(14);
    expect(many.length).toBeLessThanOrEqual(14);
  });
});

describe('a piece', () => {
  it('knows what it is made of, and what may be in it', async () => {
    const { client, lots, made } = await powder();
    const answer = await client.sendText(
      `query($id: ID!) { piece(id: $id) { materialMass { value unit } composition { lot { id } fraction quantity { value } }
         usageCycleShares { cycles fraction } lots { id kind label } } }`,
      { id: piece(made) },
    );
    expect(answer.data().piece).toMatchObject({
      materialMass: { value: '0.01', unit: 'kg' },
      composition: [
        { lot: { id: lot(lots[1] as string) }, fraction: '0.75' },
        { lot: { id: lot(lots[0] as string) }, fraction: '0.25' },
      ],
      usageCycleShares: [{ cycles: 0, fraction: '1' }],
      lots: [{ kind: 'LOT' }, { kind: 'LOT' }],
    });
  });
});
