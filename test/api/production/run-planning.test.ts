import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, create, logOf } from '../support.ts';

const app = useApp();

const Create = graphql(`
  mutation PlanningCreate($input: CreateRunInput!) {
    createRun(input: $input) {
      __typename
      ... on CreateRunSuccess {
        run {
          id number status kind priority pieceCount queuePosition piecesLocked allowedActions
          workstation { id }
          operations { nodes { position status piece { id status } } }
        }
      }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on InvalidInputError { issues { path message } }
      ... on NotFoundError { id }
    }
  }
`);
const Add = graphql(`
  mutation PlanningAdd($input: AddRunPiecesInput!) {
    addRunPieces(input: $input) {
      __typename
      ... on AddRunPiecesSuccess { run { status pieceCount priority version } }
      ... on BlockedError { blockedBy { rule subject { label } } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from action }
    }
  }
`);
const Remove = graphql(`
  mutation PlanningRemove($input: RemoveRunPiecesInput!) {
    removeRunPieces(input: $input) {
      __typename
      ... on RemoveRunPiecesSuccess { run { status pieceCount priority } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
    }
  }
`);
const Update = graphql(`
  mutation PlanningUpdate($input: UpdateRunInput!) {
    updateRun(input: $input) {
      __typename
      ... on UpdateRunSuccess { run { name notes piecesLocked priority } }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const Cancel = graphql(`
  mutation PlanningCancel($input: CancelRunInput!) {
    cancelRun(input: $input) {
      __typename
      ... on CancelRunSuccess { run { status endedAt pieceCount queuePosition allowedActions } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Pieces = graphql(`
  query PlanningPieces($orderId: ID!) {
    pieces(filter: { order: { equals: $orderId } }, orderBy: [{ field: COPY }]) {
      nodes { id status stepPosition currentOperation { position status run { id } } }
    }
  }
`);

const ids = (pieces: { id: string }[]) => pieces.map((piece) => piece.id);

/** A shop with an order of `quantity` pieces. */
async function planning(client: Client, quantity = 2) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity });
  return { shop, order, pieceIds: ids(order.pieces) };
}

describe('createRun', () => {
  it('plans the next step of each piece that the workstation can do', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const input = { workstationId: shop.printerId, pieceIds };
    const { run } = await ours.client.success(Create, { input }, 'CreateRunSuccess');
    expect(run).toMatchObject({
      number: 'R-000001',
      status: 'CALCULATED',
      kind: 'PRINTER',
      pieceCount: 2,
      queuePosition: null,
      piecesLocked: false,
      workstation: { id: shop.printerId },
      allowedActions: ['UPDATE_RUN', 'ADD_RUN_PIECES', 'REMOVE_RUN_PIECES', 'QUEUE_RUN', 'CANCEL_RUN'],
    });
    for (const operation of run.operations.nodes) {
      expect(operation).toMatchObject({ position: 1, status: 'QUEUED', piece: { status: 'QUEUED' } });
    }
  });

  it('takes every waiting piece of a line item', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client, 3);
    await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    const input = { workstationId: shop.printerId, lineItemIds: [order.lineItemId] };
    const { run } = await ours.client.success(Create, { input }, 'CreateRunSuccess');
    expect(run.operations.nodes.map(({ piece }) => piece.id).sort()).toEqual(pieceIds.slice(1).sort());
  });

  it('may plan a step ahead while the one before is open', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    const input = { workstationId: shop.dockId, pieceIds };
    const { run } = await ours.client.success(Create, { input }, 'CreateRunSuccess');
    expect(run.operations.nodes.map((operation) => operation.position)).toEqual([2, 2]);
    const { pieces } = await ours.client.query(Pieces, { orderId: order.orderId });
    // The piece itself still waits for its first step.
    expect(pieces.nodes[0]).toMatchObject({ status: 'CONFIRMED', stepPosition: 1 });
  });

  it('has the highest priority of its pieces unless given', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const low = await makeOrder(ours.client, shop, { priority: 10, quantity: 1 });
    const high = await makeOrder(ours.client, shop, { priority: 90, quantity: 2 });
    const [first, second] = ids(high.pieces) as [string, string];
    const priority = async (pieceIds: string[], given?: number) => {
      const input = {
        workstationId: shop.printerId,
        pieceIds,
        ...(given === undefined ? {} : { priority: given }),
      };
      return (await ours.client.success(Create, { input }, 'CreateRunSuccess')).run.priority;
    };
    expect(await priority([...ids(low.pieces), first])).toBe(90);
    expect(await priority([second], 5)).toBe(5);
  });

  it('does not take a piece that is in another open run, and names both', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    const other = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    const input = { workstationId: shop.printerId, pieceIds };
    const { blockedBy } = await ours.client.refused(Create, { input }, 'BlockedError');
    const { id, serial } = order.pieces[0] as { id: string; serial: string };
    expect(blockedBy).toEqual([
      {
        rule: 'piece.notInAnotherRun',
        message: `Step 1 of piece ${serial} is in run ${other.number} already.`,
        subject: { id, label: serial },
      },
    ]);
  });

  it('does not take a piece to a workstation of a type that no open step wants', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const workstationTypeId = await create(ours.client, 'WorkstationType', {
      name: 'Furnace',
      kind: 'POST_PROCESSOR',
    });
    const furnace = { name: 'Furnace', workstationTypeId, locationId: shop.locationId };
    const workstationId = await create(ours.client, 'Workstation', furnace);
    const { blockedBy } = await ours.client.refused(
      Create,
      { input: { workstationId, pieceIds } },
      'BlockedError',
    );
    expect(blockedBy.map((blocker) => blocker.rule)).toEqual([
      'piece.wantsWorkstation',
      'piece.wantsWorkstation',
    ]);
  });

  it('does not take a piece that is cancelled, nor one whose steps are all done', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'COMPLETE');
    await makeRun(ours.client, shop.dockId, pieceIds.slice(0, 1), 'COMPLETE');
    await ours.client.sendText(
      `mutation { cancelLineItem(input: { lineItemId: "${order.lineItemId}", reason: "No" }) { __typename } }`,
    );
    const input = { workstationId: shop.printerId, pieceIds };
    const { blockedBy } = await ours.client.refused(Create, { input }, 'BlockedError');
    expect(blockedBy.map((blocker) => blocker.message.replace(/^Piece \S+/, 'Piece'))).toEqual([
      expect.stringContaining('Piece (COMPLETE) has no open step'),
      expect.stringContaining('Piece (CANCELLED) has no open step'),
    ]);
  });

  it('is not planned for a workstation that is archived', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    await ours.client.sendText(
      `mutation { archiveWorkstation(input: { workstationId: "${shop.dockId}" }) { __typename } }`,
    );
    const input = { workstationId: shop.dockId, pieceIds };
    const { blockedBy } = await ours.client.refused(Create, { input }, 'BlockedError');
    expect(blockedBy.map((blocker) => blocker.rule)).toEqual(['workstation.inUse']);
  });

  it('needs at least one piece', async () => {
    const { ours } = await app().organizations();
    const { printerId } = await makeShop(ours.client);
    const { issues } = await ours.client.refused(
      Create,
      { input: { workstationId: printerId } },
      'InvalidInputError',
    );
    expect(issues.map((issue) => issue.path)).toEqual([['pieceIds']]);
  });

  it("names each line item that is not there or another organization's", async () => {
    const { ours, theirs } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    const foreign = await planning(theirs.client);
    const lineItemIds = [absentId('LineItem'), order.lineItemId, foreign.order.lineItemId];
    const message = 'names no LineItem that is visible to you.';
    const wrong = [
      { path: ['lineItemIds', '0'], message },
      { path: ['lineItemIds', '2'], message },
    ];
    const input = { workstationId: shop.printerId, lineItemIds };
    const created = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(created.issues).toEqual(wrong);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    const added = await ours.client.refused(Add, { input: { runId, lineItemIds } }, 'InvalidInputError');
    expect(added.issues).toEqual(wrong);
  });

  it("answers another organization's piece as one that is not there", async () => {
    const { ours, theirs } = await app().organizations();
    const { printerId } = await makeShop(ours.client);
    const foreign = (await planning(theirs.client)).pieceIds[0] as string;
    for (const id of [foreign, absentId('Piece')]) {
      const input = { workstationId: printerId, pieceIds: [id] };
      expect((await ours.client.refused(Create, { input }, 'NotFoundError')).id).toBe(id);
    }
  });
});

describe('addRunPieces', () => {
  it('adds pieces, and those that are in the run already stay', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    const { run } = await ours.client.success(Add, { input: { runId, pieceIds } }, 'AddRunPiecesSuccess');
    expect(run.pieceCount).toBe(2);
  });

  it('and removing them move the priority of a run that has no other of its own', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const low = ids((await makeOrder(ours.client, shop, { priority: 10, quantity: 2 })).pieces);
    const high = ids((await makeOrder(ours.client, shop, { priority: 90, quantity: 2 })).pieces);
    const priorities = async (runId: string, pieceId: string) => {
      const input = { runId, pieceIds: [pieceId] };
      const added = await ours.client.success(Add, { input }, 'AddRunPiecesSuccess');
      const removed = await ours.client.success(Remove, { input }, 'RemoveRunPiecesSuccess');
      return [added.run.priority, removed.run.priority];
    };
    const run = await makeRun(ours.client, shop.printerId, low.slice(0, 1));
    expect(await priorities(run.id, high[0] ?? '')).toEqual([90, 10]);
    const own = await makeRun(ours.client, shop.printerId, low.slice(1));
    await ours.client.success(Update, { input: { runId: own.id, priority: 3 } }, 'UpdateRunSuccess');
    expect(await priorities(own.id, high[1] ?? '')).toEqual([3, 3]);
  });

  it('is refused while the pieces of the run are locked', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const run = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    await ours.client.success(Update, { input: { runId: run.id, piecesLocked: true } }, 'UpdateRunSuccess');
    const input = { runId: run.id, pieceIds: pieceIds.slice(1) };
    const { blockedBy } = await ours.client.refused(Add, { input }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'run.notLocked', subject: { label: run.number } }]);
    await ours.client.success(Update, { input: { runId: run.id, piecesLocked: false } }, 'UpdateRunSuccess');
    await ours.client.success(Add, { input }, 'AddRunPiecesSuccess');
  });

  it('is not possible once the run has begun', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'IN_PROGRESS');
    const input = { runId, pieceIds: pieceIds.slice(1) };
    const refused = await ours.client.refused(Add, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'IN_PROGRESS', action: 'ADD_RUN_PIECES' });
  });

  it('takes back the readiness of a run when a piece comes that is not ready', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'COMPLETE');
    const { id: runId } = await makeRun(ours.client, shop.dockId, pieceIds.slice(0, 1), 'QUEUED');
    const added = await ours.client.success(Add, { input: { runId, pieceIds } }, 'AddRunPiecesSuccess');
    expect(added.run.status).toBe('QUEUED');
    const input = { runId, pieceIds: pieceIds.slice(1) };
    const removed = await ours.client.success(Remove, { input }, 'RemoveRunPiecesSuccess');
    expect(removed.run.status).toBe('QUEUED_WORK_READY');
  });
});

describe('removeRunPieces', () => {
  it('frees the pieces for other runs', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const input = { runId, pieceIds: pieceIds.slice(1) };
    const { run } = await ours.client.success(Remove, { input }, 'RemoveRunPiecesSuccess');
    expect(run).toMatchObject({ status: 'QUEUED_WORK_READY', pieceCount: 1 });
    const { pieces } = await ours.client.query(Pieces, { orderId: order.orderId });
    expect(pieces.nodes[1]).toMatchObject({
      status: 'CONFIRMED',
      currentOperation: { position: 1, status: 'CREATED', run: null },
    });
    await makeRun(ours.client, shop.printerId, pieceIds.slice(1));
  });

  it('leaves a run without pieces that is not ready', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const { run } = await ours.client.success(
      Remove,
      { input: { runId, pieceIds } },
      'RemoveRunPiecesSuccess',
    );
    expect(run).toMatchObject({ status: 'QUEUED', pieceCount: 0 });
  });

  it('names the piece that is not in the run', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1));
    const { issues } = await ours.client.refused(Remove, { input: { runId, pieceIds } }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['pieceIds', '1'], message: 'is not a piece of this run.' }]);
  });

  it('records a piece that is named twice once', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds);
    const before = (await logOf(app(), ours)).length;
    const [twice] = pieceIds as [string];
    const input = { runId, pieceIds: [twice, twice] };
    await ours.client.success(Remove, { input }, 'RemoveRunPiecesSuccess');
    const events = (await logOf(app(), ours)).slice(before);
    expect(events.filter((event) => event.kind === 'OperationStatusChanged')).toHaveLength(1);
  });

  it('is not possible once the run has begun', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const refused = await ours.client.refused(Remove, { input: { runId, pieceIds } }, 'TransitionError');
    expect(refused.from).toBe('IN_PROGRESS');
  });
});

describe('updateRun', () => {
  it('changes what is given and clears what is null', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds);
    const update = async (changes: object) =>
      (await ours.client.success(Update, { input: { runId, ...changes } }, 'UpdateRunSuccess')).run;
    expect(await update({ name: 'Plate 7', notes: 'Slow', priority: 3 })).toMatchObject({ priority: 3 });
    expect(await update({ notes: null })).toEqual({
      name: 'Plate 7',
      notes: null,
      piecesLocked: false,
      priority: 3,
    });
  });

  it('refuses a priority that is out of bounds', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds);
    const { issues } = await ours.client.refused(
      Update,
      { input: { runId, priority: 101 } },
      'InvalidInputError',
    );
    expect(issues).toEqual([{ path: ['priority'] }]);
  });

  it('is not possible once the run is complete', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    const refused = await ours.client.refused(Update, { input: { runId, name: 'Late' } }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'COMPLETE', allowedActions: [] });
  });
});

describe('cancelRun', () => {
  it('frees its pieces', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const { run } = await ours.client.success(Cancel, { input: { runId } }, 'CancelRunSuccess');
    expect(run).toMatchObject({
      status: 'CANCELLED',
      pieceCount: 0,
      queuePosition: null,
      allowedActions: [],
    });
    expect(run.endedAt).not.toBeNull();
    const { pieces } = await ours.client.query(Pieces, { orderId: order.orderId });
    expect(pieces.nodes.map((piece) => piece.status)).toEqual(['CONFIRMED', 'CONFIRMED']);
  });

  it('is not possible once it has begun', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await planning(ours.client);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const refused = await ours.client.refused(Cancel, { input: { runId } }, 'TransitionError');
    expect(refused).toEqual({
      __typename: 'TransitionError',
      from: 'IN_PROGRESS',
      action: 'CANCEL_RUN',
      allowedActions: ['UPDATE_RUN', 'PAUSE_RUN', 'COMPLETE_RUN', 'FAIL_RUN'],
    });
  });
});
