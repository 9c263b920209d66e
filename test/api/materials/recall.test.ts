import { describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../../support/database-calls.ts';
import { makeOrder, makeRun } from '../../support/factories.ts';
import { create, uuidOf } from '../support.ts';
import { beginHistory, gram, type History } from './genealogy.histories.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

const lot = (id: string) => encodeId('MaterialLot', id);
const batch = (id: string) => encodeId('MaterialBatch', id);
const piece = (id: string) => encodeId('Piece', id);

const all = `cursor
  batches { totalCount nodes { batch { id } onHand { value } inMachine { value } expectedQuantity { value } expectedFraction } }
  pieces { totalCount nodes { piece { id status } expectedQuantity { value } } }
  orders { totalCount nodes { order { id } pieceCount } }
  customers { totalCount nodes { name reference orderCount pieceCount } }
  shipments { totalCount nodes { piece { id } operation { id } trackingId shippedAt } }
  lots { totalCount nodes { lot { id } } }
  containers { totalCount nodes { container { id } } }
  runs { totalCount nodes { run { id } } }
  massBalance { received { value unit } onHand { value } inMachines { value } inPieces { value } scrapped { value } sieveLoss { value }
    processLoss { value } sampled { value } returned { value } adjusted { value } unaccounted { value } unaccountedPpm withinTolerance }`;

interface List<Item> {
  totalCount: number;
  nodes: Item[];
}
interface Answer {
  batches: List<{ batch: { id: string }; expectedFraction: string }>;
  pieces: List<{ piece: { id: string } }>;
  runs: List<{ run: { id: string } }>;
  [list: string]: unknown;
}

async function recall(client: Client, scope: object, selection = all): Promise<Answer> {
  const answer = await client.sendText(
    `query($scope: RecallScope!) { recall(scope: $scope) { ${selection} } }`,
    { scope },
  );
  return answer.data().recall as Answer;
}

const batchIds = (answer: Answer) => answer.batches.nodes.map((each) => each.batch.id).sort();
const pieceIds = (answer: Answer) => answer.pieces.nodes.map((each) => each.piece.id).sort();

async function begin(
  pieces = 4,
): Promise<{ ours: TestOrganization; theirs: TestOrganization; history: History }> {
  const { ours, theirs } = await app().organizations();
  const { history } = await beginHistory(app(), { organization: ours, pieces });
  return { ours, theirs, history };
}

describe('a recall of a lot', () => {
  it('names batches, pieces, orders, customers and shipments, and where all of it went', async () => {
    const { ours, history } = await begin(2);
    const source = history.lot(2, 100);
    const first = history.open(source) as string;
    history.lose('SCRAP', first, 5n * gram);
    history.lose('SAMPLE', first, 1n * gram);
    history.lose('SIEVE', first, 2n * gram);
    history.lose('ADJUST', first, 3n * gram);
    history.find(first, 1n * gram);
    history.load(first, 50n * gram);
    const made = history.consume(20n * gram) as string;
    await history.write(app());
    await app().app.prisma.order.updateMany({
      where: { organizationId: ours.organizationId },
      data: { customerName: 'Acme', customerReference: 'PO 7' },
    });
    await makeRun(ours.client, history.shop.printerId, [piece(made)], 'COMPLETE');
    await makeRun(ours.client, history.shop.dockId, [piece(made)], 'COMPLETE');
    const answer = await recall(ours.client, { lotId: lot(source) });
    expect(answer).toMatchObject({
      batches: {
        totalCount: 1,
        nodes: [
          {
            onHand: { value: '0.04' },
            inMachine: { value: '0.03' },
            expectedQuantity: { value: '0.07' },
            expectedFraction: '1',
          },
        ],
      },
      pieces: {
        totalCount: 1,
        nodes: [{ piece: { id: piece(made), status: 'COMPLETE' }, expectedQuantity: { value: '0.02' } }],
      },
      orders: { totalCount: 1, nodes: [{ pieceCount: 1 }] },
      customers: {
        totalCount: 1,
        nodes: [{ name: 'Acme', reference: 'PO 7', orderCount: 1, pieceCount: 1 }],
      },
      shipments: { totalCount: 1, nodes: [{ piece: { id: piece(made) } }] },
      lots: { totalCount: 1, nodes: [{ lot: { id: lot(source) } }] },
      containers: { totalCount: 2 },
      runs: { totalCount: 0 },
      massBalance: {
        received: { value: '0.2', unit: 'kg' },
        onHand: { value: '0.14' },
        inMachines: { value: '0.03' },
        inPieces: { value: '0.02' },
        scrapped: { value: '0.005' },
        sieveLoss: { value: '0.002' },
        processLoss: { value: '0' },
        sampled: { value: '0.001' },
        returned: { value: '0' },
        adjusted: { value: '0.002' },
        unaccounted: { value: '0' },
        unaccountedPpm: '0',
        withinTolerance: true,
      },
    });
  });

  it('says what is unaccounted for where the records and the shelves differ', async () => {
    const { ours, history } = await begin(1);
    const source = history.lot(1, 100);
    const first = history.open(source) as string;
    await history.write(app());
    await app().app.prisma.materialBatch.updateMany({
      where: { id: first },
      data: { quantity: '97', lots: { [source]: '97' } },
    });
    const answer = await recall(ours.client, { lotId: lot(source) });
    expect(answer.massBalance).toMatchObject({
      unaccounted: { value: '0.003' },
      unaccountedPpm: '30000',
      withinTolerance: false,
    });
  });

  it('is paged by keys', async () => {
    const { ours, history } = await begin(1);
    const source = history.lot(1, 1000);
    const first = history.open(source) as string;
    for (let part = 0; part < 6; part++) history.split(first, 10n * gram);
    await history.write(app());
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await ours.client.sendText(
        `query($scope: RecallScope!, $after: String) { recall(scope: $scope) {
           batches(first: 3, after: $after) { edges { cursor node { batch { id } } } pageInfo { hasNextPage endCursor } } } }`,
        { scope: { lotId: lot(source) }, after },
      );
      const { batches } = page.data().recall as {
        batches: {
          edges: { node: { batch: { id: string } } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
      seen.push(...batches.edges.map((edge) => edge.node.batch.id));
      if (!batches.pageInfo.hasNextPage) break;
      after = batches.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });
});

describe('a recall of what was in a machine', () => {
  it('is of what came out of it in that time, and not of what stood on the shelf', async () => {
    const { ours, history } = await begin(4);
    const source = history.lot(1, 1000);
    const first = history.open(source) as string;
    history.load(first, 100n * gram);
    const early = history.consume(10n * gram) as string;
    const from = new Date(history.at.getTime() + 30_000);
    const shelf = history.split(first, 10n * gram);
    const within = history.consume(10n * gram) as string;
    const chamber = history.unload('UNLOAD_CHAMBER', 80n * gram);
    const until = new Date(history.at.getTime() + 30_000);
    // Loaded again, from the shelf: what is in the machine now was not in it then.
    history.load(first, 100n * gram);
    const late = history.consume(10n * gram) as string;
    await history.write(app());
    const scope = {
      workstationId: history.shop.printerId,
      from: from.toISOString(),
      until: until.toISOString(),
    };
    const answer = await recall(ours.client, { workstation: scope });
    expect(batchIds(answer)).toEqual([batch(chamber)]);
    expect(pieceIds(answer)).toEqual([piece(within)]);
    expect(answer.massBalance).toBeNull();
    const open = await recall(ours.client, { workstation: { ...scope, until: null } });
    expect(batchIds(open)).toEqual([batch(first), batch(chamber)].sort());
    expect(pieceIds(open)).toEqual([piece(within), piece(late)].sort());
    void [early, shelf];
  });

  it('names the runs that are at risk', async () => {
    const { ours, history } = await begin(2);
    const source = history.lot(1, 1000);
    const first = history.open(source) as string;
    history.load(first, 100n * gram);
    await history.write(app());
    const order = await makeOrder(ours.client, history.shop, { quantity: 1 });
    const run = await makeRun(
      ours.client,
      history.shop.printerId,
      [order.pieces[0]?.id as string],
      'IN_PROGRESS',
    );
    const answer = await recall(ours.client, { batchId: batch(first) });
    expect(answer.runs.nodes).toEqual([{ run: { id: run.id } }]);
  });
});

describe('a recall of what was near a sensor', () => {
  it('is of what stood in its area in that time, and what came of it since', async () => {
    const { ours, history } = await begin(1);
    const source = history.lot(1, 1000);
    const first = history.open(source) as string;
    const before = history.split(first, 10n * gram);
    const startedAt = new Date(history.at.getTime() + 30_000);
    const after = history.split(first, 10n * gram);
    await history.write(app());
    const subLocationId = await create(ours.client, 'SubLocation', {
      name: 'Shelf',
      locationId: history.shop.locationId,
    });
    const sensorId = await create(ours.client, 'Sensor', {
      name: 'Moisture',
      quantity: 'humidity',
      unit: '%',
      subLocationId,
    });
    // It hung there before anybody told us.
    await app().app.prisma.sensorPlacement.updateMany({
      where: { organizationId: ours.organizationId },
      data: { startedAt: new Date('2025-01-01T00:00:00Z') },
    });
    await app().app.prisma.materialStay.create({
      data: {
        organizationId: ours.organizationId,
        id: newId(),
        batchId: first,
        nodeId: first,
        locationId: uuidOf(history.shop.locationId),
        subLocationId: uuidOf(subLocationId),
        startedAt,
        endedAt: null,
      },
    });
    const answer = await recall(ours.client, { sensor: { sensorId, from: startedAt.toISOString() } });
    expect(batchIds(answer)).toEqual([batch(first), batch(after)].sort());
    const earlier = { sensorId, from: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' };
    expect(batchIds(await recall(ours.client, { sensor: earlier }))).toEqual([]);
    void before;
  });
});

describe('any recall', () => {
  it('of a foreign or absent thing is null', async () => {
    const { theirs, history } = await begin(1);
    const source = history.lot(1, 10);
    const first = history.open(source) as string;
    await history.write(app());
    for (const scope of [
      { lotId: lot(source) },
      { batchId: batch(first) },
      { pieceId: piece(history.pieces[0] as string) },
      { containerId: encodeId('MaterialContainer', history.lots[0]?.containers[0]?.id as string) },
      { workstation: { workstationId: history.shop.printerId, from: '2020-01-01T00:00:00Z' } },
    ]) {
      expect(await recall(theirs.client, scope)).toBeNull();
    }
  });

  it('names exactly one thing', async () => {
    const { ours } = await begin(1);
    for (const scope of [{}, { lotId: lot(newId()), batchId: batch(newId()) }, { lotId: batch(newId()) }]) {
      const answer = await ours.client.sendText(
        'query($scope: RecallScope!) { recall(scope: $scope) { cursor } }',
        { scope },
      );
      expect(answer.graphqlErrors().length).toBeGreaterThan(0);
    }
  });

  it('takes as many statements for much as for little', async () => {
    const { ours, history } = await begin(3);
    const [small, large] = [history.lot(1, 100), history.lot(1, 1000)];
    history.open(small);
    const first = history.open(large) as string;
    for (let part = 0; part < 10; part++) history.split(first, 10n * gram);
    history.load(first, 100n * gram);
    for (let made = 0; made < 3; made++) history.consume(gram);
    await history.write(app());
    const cost = async (id: string) => {
      if (!calls) throw new Error('The server has not started.');
      const { statements } = await calls.during(() => recall(ours.client, { lotId: lot(id) }));
      return statements.filter((sql) => !/UPDATE .*"ApiToken"|CommandReceipt|^(BEGIN|COMMIT|SET)/.test(sql))
        .length;
    };
    const [little, much] = [await cost(small), await cost(large)];
    expect(little).toBeLessThanOrEqual(much);
    expect(much).toBeLessThanOrEqual(24);
  });
});
