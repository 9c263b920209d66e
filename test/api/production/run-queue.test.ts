import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId } from '../support.ts';

const app = useApp();

const QueueRun = graphql(`
  mutation QueueQueue($input: QueueRunInput!) {
    queueRun(input: $input) {
      __typename
      ... on QueueRunSuccess { run { status queuePosition } }
      ... on BlockedError { blockedBy { rule } }
      ... on TransitionError { from action }
    }
  }
`);
const Move = graphql(`
  mutation QueueMove($input: MoveRunInput!) {
    moveRun(input: $input) {
      __typename
      ... on MoveRunSuccess { run { queuePosition } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
    }
  }
`);
const Queue = graphql(`
  query QueueOf($workstationId: ID!) {
    workstation(id: $workstationId) {
      runs(filter: { status: { in: [QUEUED, QUEUED_WORK_READY] } }, orderBy: [{ field: QUEUE }]) {
        nodes { id queuePosition }
      }
    }
  }
`);

/** A printer with as many queued runs of one piece each. */
async function queueOf(client: Client, length: number) {
  const shop = await makeShop(client);
  const { pieces } = await makeOrder(client, shop, { quantity: length });
  const runIds: string[] = [];
  for (const piece of pieces) runIds.push((await makeRun(client, shop.printerId, [piece.id], 'QUEUED')).id);
  const order = async () => {
    const { workstation } = await client.query(Queue, { workstationId: shop.printerId });
    const runs = workstation?.runs.nodes ?? [];
    expect(runs.map((run) => run.queuePosition)).toEqual(runs.map((_, place) => place + 1));
    return runs.map((run) => runIds.indexOf(run.id));
  };
  return { shop, pieces, runIds, order };
}

describe('the queue of a workstation', () => {
  it('is in the order in which runs were queued', async () => {
    const { ours } = await app().organizations();
    const { order } = await queueOf(ours.client, 3);
    expect(await order()).toEqual([0, 1, 2]);
  });

  it('closes up when a run starts', async () => {
    const { ours } = await app().organizations();
    const { runIds, order } = await queueOf(ours.client, 3);
    await ours.client.sendText(`mutation { startRun(input: { runId: "${runIds[1]}" }) { __typename } }`);
    expect(await order()).toEqual([0, 2]);
  });

  it('takes a run without pieces only when it has some', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const { id: runId } = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? '']);
    await ours.client.sendText(
      `mutation { removeRunPieces(input: { runId: "${runId}", pieceIds: ["${pieces[0]?.id}"] }) { __typename } }`,
    );
    const { blockedBy } = await ours.client.refused(QueueRun, { input: { runId } }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'run.hasPieces' }]);
  });

  it('takes a run once', async () => {
    const { ours } = await app().organizations();
    const { runIds } = await queueOf(ours.client, 1);
    const input = { runId: runIds[0] ?? '' };
    const refused = await ours.client.refused(QueueRun, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'QUEUED_WORK_READY', action: 'QUEUE_RUN' });
  });
});

describe('moveRun', () => {
  it('moves a run to the front', async () => {
    const { ours } = await app().organizations();
    const { runIds, order } = await queueOf(ours.client, 3);
    const { run } = await ours.client.success(Move, { input: { runId: runIds[2] ?? '' } }, 'MoveRunSuccess');
    expect(run.queuePosition).toBe(1);
    expect(await order()).toEqual([2, 0, 1]);
  });

  it('moves a run behind another, forwards and backwards', async () => {
    const { ours } = await app().organizations();
    const { runIds, order } = await queueOf(ours.client, 4);
    const move = (run: number, after: number) =>
      ours.client.success(
        Move,
        { input: { runId: runIds[run] ?? '', afterRunId: runIds[after] ?? '' } },
        'MoveRunSuccess',
      );
    await move(3, 0);
    expect(await order()).toEqual([0, 3, 1, 2]);
    await move(0, 2);
    expect(await order()).toEqual([3, 1, 2, 0]);
    // Where it is already.
    await move(1, 3);
    expect(await order()).toEqual([3, 1, 2, 0]);
  });

  it('still moves after fifty moves into one gap', async () => {
    const { ours } = await app().organizations();
    const { runIds, order } = await queueOf(ours.client, 3);
    const [first, ...others] = runIds as [string, string, string];
    for (let turn = 0; turn < 50; turn++) {
      const runId = others[turn % 2] as string;
      await ours.client.success(Move, { input: { runId, afterRunId: first } }, 'MoveRunSuccess');
      expect(await order()).toEqual(turn % 2 === 0 ? [0, 1, 2] : [0, 2, 1]);
    }
  });

  it('refuses a run behind itself, behind one of another workstation, or behind none', async () => {
    const { ours } = await app().organizations();
    const { shop, pieces, runIds } = await queueOf(ours.client, 1);
    const elsewhere = await makeRun(ours.client, shop.dockId, [pieces[0]?.id ?? ''], 'QUEUED');
    const [runId] = runIds as [string];
    for (const afterRunId of [runId, elsewhere.id, absentId('Run')]) {
      const { issues } = await ours.client.refused(
        Move,
        { input: { runId, afterRunId } },
        'InvalidInputError',
      );
      expect(issues).toEqual([{ path: ['afterRunId'], message: 'is not queued at the same workstation.' }]);
    }
  });

  it('is not possible once the run has begun', async () => {
    const { ours } = await app().organizations();
    const { runIds } = await queueOf(ours.client, 1);
    const [runId] = runIds as [string];
    await ours.client.sendText(`mutation { startRun(input: { runId: "${runId}" }) { __typename } }`);
    expect((await ours.client.refused(Move, { input: { runId } }, 'TransitionError')).from).toBe(
      'IN_PROGRESS',
    );
  });
});
