import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, makeLocation, renameLocation } from './acts.ts';
import { decideAnomaly, reportAnomaly, reportBuild, reportMachine } from './machine-acts.ts';

const app = useApp();

const OrderEvents = graphql(`
  subscription FiltersOrder($orderId: ID) {
    orderEvents(orderId: $orderId) { __typename ... on Event { kind subjectId } }
  }
`);
const RunEvents = graphql(`
  subscription FiltersRun($runId: ID!) { runEvents(runId: $runId) { __typename ... on Event { kind subjectId } } }
`);
const BuildEvents = graphql(`
  subscription FiltersBuild($runId: ID, $machineId: ID) {
    buildEvents(runId: $runId, machineId: $machineId) { __typename ... on Event { kind subjectId } }
  }
`);
const MachineEvents = graphql(`
  subscription FiltersMachine($machineId: ID) {
    machineEvents(machineId: $machineId) { __typename ... on Event { kind subjectId } ... on MachineStatusChanged { from to } }
  }
`);
const AnomalyEvents = graphql(`
  subscription FiltersAnomaly($runId: ID, $machineId: ID) {
    anomalyEvents(runId: $runId, machineId: $machineId) { __typename ... on Event { kind subjectId } }
  }
`);

// Each test does what the stream must not tell, then what it must, and expects the latter as the next message.

describe('orderEvents', () => {
  it('tells of its own order, its line items and its pieces, and of no other', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { quantity: 1 });
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    const stream = await subscribe(ours.client, OrderEvents, { orderId: order.orderId });
    await stream.expectNext((message) => message.__typename === 'Position');
    const runOf = (pieceIds: string[]) => makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await makeRun(ours.client, shop.printerId, [other.pieces[0]?.id ?? '']);
    await makeLocation(ours.client);
    await runOf([order.pieces[0]?.id ?? '']);
    // The piece is queued; then it is worked on, and with it its line item and its order.
    const heard = await stream.take(4);
    expect(heard.map((message) => 'subjectId' in message && message.subjectId)).toEqual([
      order.pieces[0]?.id,
      order.pieces[0]?.id,
      order.lineItemId,
      order.orderId,
    ]);
    await stream.close();
  });

  it('tells of all orders where none is named', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const stream = await subscribe(ours.client, OrderEvents, {});
    await stream.expectNext((message) => message.__typename === 'Position');
    const order = await makeOrder(ours.client, shop, { confirmed: false });
    expect(await stream.next()).toMatchObject({ kind: 'OrderCreated', subjectId: order.orderId });
    await stream.close();
  });
});

describe('runEvents', () => {
  it('tells of its own run and of its builds', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client, { inProgressMax: 2 });
    const [one, other] = (await makeOrder(ours.client, shop)).pieces;
    const run = await makeRun(ours.client, shop.printerId, [one?.id ?? ''], 'IN_PROGRESS');
    const stream = await subscribe(ours.client, RunEvents, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await makeRun(ours.client, shop.printerId, [other?.id ?? ''], 'QUEUED');
    await reportBuild(ours.client, { machineId: shop.machineId, name: 'of no run' });
    const build = await reportBuild(ours.client, { machineId: shop.machineId, name: run.number });
    expect(await stream.next()).toMatchObject({ kind: 'BuildCreated', subjectId: build.id });
    await reportBuild(ours.client, { machineId: shop.machineId, name: run.number, status: 'PAUSED' });
    expect((await stream.take(2)).map((message) => message.__typename).sort()).toEqual([
      'BuildStatusChanged',
      'RunStatusChanged',
    ]);
    await stream.close();
  });
});

describe('buildEvents', () => {
  it('tells of the builds of its machine, and of no other', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const stream = await subscribe(ours.client, BuildEvents, { machineId: shop.machineId });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(ours.client, { machineId: other.machineId, name: 'A' });
    const build = await reportBuild(ours.client, { machineId: shop.machineId, name: 'A' });
    expect(await stream.next()).toMatchObject({ kind: 'BuildCreated', subjectId: build.id });
    await stream.close();
  });

  it('tells of the builds of its run, and of no other', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop);
    const run = await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'QUEUED');
    const stream = await subscribe(ours.client, BuildEvents, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(ours.client, { machineId: shop.machineId, name: 'of no run' });
    const build = await reportBuild(ours.client, {
      machineId: shop.machineId,
      name: run.number,
      status: 'NEW',
    });
    expect(await stream.next()).toMatchObject({ kind: 'BuildCreated', subjectId: build.id });
    await stream.close();
  });
});

describe('machineEvents', () => {
  it('tells the states of its machine, and of no other', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const stream = await subscribe(ours.client, MachineEvents, { machineId: shop.machineId });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportMachine(ours.client, other.machineId, 'ERROR');
    await reportMachine(ours.client, shop.machineId, 'IDLE');
    expect(await stream.next()).toMatchObject({
      kind: 'MachineStatusChanged',
      subjectId: shop.machineId,
      from: 'NOT_CONNECTED',
      to: 'IDLE',
    });
    await stream.close();
  });

  it('is silent where a machine repeats its state', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    await reportMachine(ours.client, shop.machineId, 'IDLE');
    const stream = await subscribe(ours.client, MachineEvents, {});
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportMachine(ours.client, shop.machineId, 'IDLE');
    await reportMachine(ours.client, shop.machineId, 'PRINTING');
    expect(await stream.next()).toMatchObject({ from: 'IDLE', to: 'PRINTING' });
    await stream.close();
  });
});

describe('anomalyEvents', () => {
  it('tells of the finds in its run, and of what is decided about them', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop);
    const run = await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const stream = await subscribe(ours.client, AnomalyEvents, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportAnomaly(ours.client, { machineId: shop.machineId });
    const build = await reportBuild(ours.client, { machineId: shop.machineId, name: run.number });
    const anomaly = await reportAnomaly(ours.client, { buildId: build.id });
    expect(await stream.next()).toMatchObject({ kind: 'AnomalyDetected', subjectId: anomaly });
    await decideAnomaly(ours.client, anomaly);
    expect(await stream.next()).toMatchObject({ kind: 'AnomalyAddressed', subjectId: anomaly });
    await stream.close();
  });

  it('tells of the finds at its machine, and at no other', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const stream = await subscribe(ours.client, AnomalyEvents, { machineId: shop.machineId });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportAnomaly(ours.client, { machineId: other.machineId });
    await reportAnomaly(ours.client);
    const anomaly = await reportAnomaly(ours.client, { machineId: shop.machineId });
    expect(await stream.next()).toMatchObject({ subjectId: anomaly });
    await stream.close();
  });
});

describe('events', () => {
  it('tells of the kinds that are asked for', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribe(ours.client, AllEvents, { filter: { kinds: ['LocationChanged'] } });
    await stream.expectNext((message) => message.__typename === 'Position');
    const place = await makeLocation(ours.client);
    await renameLocation(ours.client, place.id);
    expect(await stream.next()).toMatchObject({ kind: 'LocationChanged', subjectId: place.id });
    await stream.close();
  });

  it('tells of the objects that are asked for, and of what belongs to them', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { quantity: 1 });
    const stream = await subscribe(ours.client, AllEvents, { filter: { about: [shop.printerId] } });
    await stream.expectNext((message) => message.__typename === 'Position');
    await makeLocation(ours.client);
    const run = await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? '']);
    expect(await stream.next()).toMatchObject({ kind: 'RunCreated', subjectId: run.id });
    await stream.close();
  });
});

const PieceEvents = graphql(`
  subscription FiltersPiece($pieceIds: [ID!], $orderId: ID, $workstationId: ID, $locationId: ID) {
    pieceEvents(pieceIds: $pieceIds, orderId: $orderId, workstationId: $workstationId, locationId: $locationId) {
      __typename
      ... on Event { kind subjectId }
      ... on PieceStatusChanged { to }
    }
  }
`);
const OperationEvents = graphql(`
  subscription FiltersOperation($runId: ID, $orderId: ID, $locationId: ID) {
    operationEvents(runId: $runId, orderId: $orderId, locationId: $locationId) {
      __typename
      ... on OperationStatusChanged { kind operation { piece { id } } to }
    }
  }
`);
const WorkstationQueue = graphql(`
  subscription FiltersQueue($workstationId: ID!) {
    workstationQueue(workstationId: $workstationId) {
      __typename
      ... on Event { kind subjectId }
      ... on RunStatusChanged { to run { queuePosition workstation { id } } }
    }
  }
`);

describe('pieceEvents', () => {
  it('tells of its own pieces, of its order, and of what is worked on at its workstation and location', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const [here, there] = [await makeOrder(ours.client, shop), await makeOrder(ours.client, other)];
    const [first, second] = here.pieces;
    const streams = await Promise.all([
      subscribe(ours.client, PieceEvents, { pieceIds: [first?.id ?? '', second?.id ?? ''] }),
      subscribe(ours.client, PieceEvents, { orderId: here.orderId }),
      subscribe(ours.client, PieceEvents, { workstationId: shop.printerId }),
      subscribe(ours.client, PieceEvents, { locationId: shop.locationId }),
      subscribe(ours.client, PieceEvents, { locationId: shop.locationId, orderId: here.orderId }),
    ]);
    for (const stream of streams) await stream.expectNext((message) => message.__typename === 'Position');
    await makeRun(ours.client, other.printerId, [there.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    await makeRun(ours.client, shop.printerId, [first?.id ?? ''], 'IN_PROGRESS');
    for (const stream of streams) {
      expect(await stream.take(2)).toMatchObject([
        { subjectId: first?.id, to: 'QUEUED' },
        { subjectId: first?.id, to: 'IN_PROGRESS' },
      ]);
      await stream.close();
    }
  });

  it('refuses more than 250 pieces, and ids of another kind', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const [piece] = (await makeOrder(ours.client, shop)).pieces;
    const many = await subscribe(ours.client, PieceEvents, {
      pieceIds: Array.from({ length: 251 }, () => piece?.id ?? ''),
    });
    await expect(many.next()).rejects.toThrow('at most 250');
    const wrong = await subscribe(ours.client, PieceEvents, { orderId: piece?.id ?? '' });
    await expect(wrong.next()).rejects.toThrow('orderId');
    await many.close();
    await wrong.close();
  });
});

describe('operationEvents', () => {
  it('tells of the steps in its run, of its order and at its location', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const [here, there] = [await makeOrder(ours.client, shop), await makeOrder(ours.client, other)];
    const piece = here.pieces[0]?.id ?? '';
    const streams = await Promise.all([
      subscribe(ours.client, OperationEvents, { orderId: here.orderId }),
      subscribe(ours.client, OperationEvents, { locationId: shop.locationId }),
    ]);
    for (const stream of streams) await stream.expectNext((message) => message.__typename === 'Position');
    await makeRun(ours.client, other.printerId, [there.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    await makeRun(ours.client, shop.printerId, [piece], 'IN_PROGRESS');
    for (const stream of streams) {
      expect(await stream.take(2)).toMatchObject([
        { operation: { piece: { id: piece } }, to: 'QUEUED' },
        { operation: { piece: { id: piece } }, to: 'IN_PROGRESS' },
      ]);
      await stream.close();
    }
  });
});

describe('workstationQueue', () => {
  it('tells of the runs that come, begin and leave, at its workstation only', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const [here, there] = [await makeOrder(ours.client, shop), await makeOrder(ours.client, other)];
    const stream = await subscribe(ours.client, WorkstationQueue, { workstationId: shop.printerId });
    await stream.expectNext((message) => message.__typename === 'Position');
    await makeRun(ours.client, other.printerId, [there.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const run = await makeRun(ours.client, shop.printerId, [here.pieces[0]?.id ?? ''], 'QUEUED');
    expect(await stream.take(2)).toMatchObject([
      { kind: 'RunCreated', subjectId: run.id },
      { kind: 'RunStatusChanged', subjectId: run.id, run: { queuePosition: 1 } },
    ]);
    await stream.close();
  });
});

describe('a location', () => {
  it('narrows every stream to what happens there, and to what leaves it', async () => {
    const { ours } = await app().organizations();
    const [shop, other] = [await makeShop(ours.client), await makeShop(ours.client)];
    const stream = await subscribe(ours.client, AllEvents, { filter: { about: [shop.locationId] } });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportMachine(ours.client, other.machineId, 'IDLE');
    await reportMachine(ours.client, shop.machineId, 'IDLE');
    expect(await stream.next()).toMatchObject({ kind: 'MachineStatusChanged', subjectId: shop.machineId });
    const build = await reportBuild(ours.client, { machineId: shop.machineId, name: 'A' });
    expect(await stream.next()).toMatchObject({ kind: 'BuildCreated', subjectId: build.id });
    await ours.client.success(
      MoveMachine,
      { input: { machineId: shop.machineId, workstationId: other.printerId } },
      'UpdateMachineSuccess',
    );
    expect(await stream.next()).toMatchObject({ kind: 'MachineChanged', subjectId: shop.machineId });
    await reportMachine(ours.client, shop.machineId, 'ERROR');
    await renameLocation(ours.client, shop.locationId);
    expect(await stream.next()).toMatchObject({ kind: 'LocationChanged', subjectId: shop.locationId });
    await stream.close();
  });
});

const MoveMachine = graphql(`
  mutation FiltersMoveMachine($input: UpdateMachineInput!) {
    updateMachine(input: $input) { __typename ... on UpdateMachineSuccess { machine { id } } }
  }
`);
