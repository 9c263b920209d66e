import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { act } from '../support.ts';

const app = useApp();

interface Subjects {
  events: { nodes: { subject: Record<string, unknown> | null }[] };
}

async function subjects(
  client: Client,
  selection: string,
  kinds: string,
): Promise<Record<string, unknown>[]> {
  const answer = await client.sendText(
    `{ events(first: 100, filter: { kinds: [${kinds}] }) { nodes { subject { __typename ${selection} } } } }`,
  );
  const { nodes } = (answer.data() as unknown as Subjects).events;
  return nodes.flatMap(({ subject }) => (subject ? [subject] : []));
}

describe('one name selected differently', () => {
  it('below two types of one list gives each type its own children', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    await act(
      ours.client,
      'reportBuild',
      { machineId: shop.machineId, name: 'Plate', status: 'NEW' },
      '__typename',
    );
    const found = await subjects(
      ours.client,
      '... on Location { workstations(first: 1) { totalCount nodes { id } } } ... on WorkstationType { workstations(first: 5) { totalCount nodes { name id } } }',
      'LocationCreated, WorkstationTypeCreated',
    );
    expect(found).toMatchObject([
      { __typename: 'Location', workstations: { totalCount: 2, nodes: [{ id: shop.dockId }] } },
      { __typename: 'WorkstationType', workstations: { totalCount: 1, nodes: [{ id: shop.printerId }] } },
      { __typename: 'WorkstationType', workstations: { totalCount: 1, nodes: [{ id: shop.dockId }] } },
    ]);
  });

  it('below the same type, reached by two ways, gives each way its own', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId } = await makeOrder(ours.client, shop, { quantity: 3 });
    await act(ours.client, 'updateLocation', { locationId: shop.locationId, name: 'Renamed' }, '__typename');
    const text = `query($order: ID!) {
      events(first: 100, filter: { kinds: [OrderCreated, LineItemCreated], about: [$order] }) { nodes { subject {
        ... on Order { pieces(first: 1) { nodes { serial operations(first: 1) { nodes { id } } } } }
        ... on LineItem { pieces(first: 2) { nodes { id operations(first: 2) { nodes { position } } } } }
      } } }
    }`;
    const answer = await ours.client.sendText(text, { order: orderId });
    interface Branches {
      events: { nodes: { subject: { pieces: { nodes: { operations: { nodes: object[] } }[] } } }[] };
    }
    const { nodes } = (answer.data() as unknown as Branches).events;
    const shape = nodes.map(({ subject }) =>
      subject.pieces.nodes.map((piece) => piece.operations.nodes.map((operation) => Object.keys(operation))),
    );
    expect(shape).toEqual([
      [[['id']]],
      [
        [['position'], ['position']],
        [['position'], ['position']],
      ],
    ]);
  });

  it('by fragments on several events gives each event what it selected', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'COMPLETE');
    const answer = await ours.client.sendText(
      `query($run: ID!) { events(filter: { about: [$run], kinds: [RunCreated, RunStatusChanged] }) { nodes {
        __typename
        ... on RunCreated { run { id } }
        ... on RunStatusChanged { to run { workstation { id location { id } } pieceCount } }
      } } }`,
      { run: run.id },
    );
    const changed = {
      __typename: 'RunStatusChanged',
      run: { workstation: { id: shop.printerId, location: { id: shop.locationId } }, pieceCount: 1 },
    };
    expect((answer.data() as unknown as { events: { nodes: object[] } }).events.nodes).toEqual([
      { __typename: 'RunCreated', run: { id: run.id } },
      { ...changed, to: 'QUEUED' },
      { ...changed, to: 'QUEUED_WORK_READY' },
      { ...changed, to: 'IN_PROGRESS' },
      { ...changed, to: 'COMPLETE' },
    ]);
  });

  it('under two aliases gives each alias its own page', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { quantity: 3 });
    const answer = await ours.client.sendText(
      `query($id: ID!) { order(id: $id) {
        first: pieces(first: 1, orderBy: [{ field: COPY }]) { nodes { copy } }
        last: pieces(first: 2, orderBy: [{ field: COPY, direction: DESC }]) { nodes { copy } }
      } }`,
      { id: orderId },
    );
    expect(answer.data()).toEqual({
      order: { first: { nodes: [{ copy: 1 }] }, last: { nodes: [{ copy: 3 }, { copy: 2 }] } },
    });
  });
});

describe('two mutations of one request', () => {
  it('each answer what is so after it', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, pieces } = await makeOrder(ours.client, shop, { quantity: 2 });
    const [a, b] = pieces.map((piece) => piece.id) as [string, string];
    const { id: runId } = await makeRun(ours.client, shop.printerId, [a]);
    const answer = await ours.client.sendText(
      `mutation($run: ID!, $order: ID!, $b: ID!) {
        add: addRunPieces(input: { runId: $run, pieceIds: [$b] }) { ... on AddRunPiecesSuccess { run { pieceCount } } }
        remove: removeRunPieces(input: { runId: $run, pieceIds: [$b] }) { ... on RemoveRunPiecesSuccess { run { pieceCount queuePosition } } }
        queue: queueRun(input: { runId: $run }) { ... on QueueRunSuccess { run { queuePosition pieceCount } } }
        start: startRun(input: { runId: $run }) { ... on StartRunSuccess { run { queuePosition } } }
        rename: updateOrder(input: { orderId: $order, name: "x" }) { ... on UpdateOrderSuccess { order { progress { stage count } } } }
        complete: completeRun(input: { runId: $run, otherwise: SUCCESS }) { ... on CompleteRunSuccess { pieces { currentOperation { position } order { progress { stage count } } } } }
      }`,
      { run: runId, order: orderId, b },
    );
    expect(answer.data()).toEqual({
      add: { run: { pieceCount: 2 } },
      remove: { run: { pieceCount: 1, queuePosition: null } },
      queue: { run: { queuePosition: 1, pieceCount: 1 } },
      start: { run: { queuePosition: null } },
      rename: {
        order: {
          progress: [
            { stage: 'WAITING', count: 1 },
            { stage: 'PRINTING', count: 1 },
          ],
        },
      },
      complete: {
        pieces: [
          { currentOperation: { position: 2 }, order: { progress: [{ stage: 'WAITING', count: 2 }] } },
        ],
      },
    });
  });
});

describe('mutations of which only __typename is selected', () => {
  it('do their work, from the order to its last piece', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const send = async (mutation: string, input: object) => {
      const stem = mutation.charAt(0).toUpperCase() + mutation.slice(1);
      const text = `mutation($input: ${stem}Input!) { ${mutation}(input: $input) { __typename } }`;
      const answer = await ours.client.sendText(text, { input });
      expect(answer.data()).toEqual({ [mutation]: { __typename: `${stem}Success` } });
    };
    const read = async (text: string) => (await ours.client.sendText(text)).data();
    const { materialId, workflowId } = shop;
    const lineItems = [{ designName: 'Bracket', quantity: 1, materialId, workflowId }];
    await send('createOrder', { name: 'Brackets', lineItems });
    const { orders } = await read('{ orders { nodes { id lineItems { nodes { id } } } } }');
    const [{ id: orderId, lineItems: items }] = (orders as { nodes: [MadeOrder] }).nodes;
    await send('confirmOrder', { orderId });
    for (const workstationId of [shop.printerId, shop.dockId]) {
      await send('createRun', { workstationId, lineItemIds: [items.nodes[0].id] });
      const { runs } = await read('{ runs(first: 1) { nodes { id } } }');
      const [{ id: runId }] = (runs as { nodes: [{ id: string }] }).nodes;
      await send('queueRun', { runId });
      await send('startRun', { runId });
      await send('completeRun', { runId, otherwise: 'SUCCESS' });
    }
    expect(await read(`{ order(id: "${orderId}") { status } }`)).toEqual({ order: { status: 'COMPLETE' } });
  });
});

interface MadeOrder {
  id: string;
  lineItems: { nodes: [{ id: string }] };
}
