import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, create } from '../support.ts';

const app = useApp();

const Start = graphql(`
  mutation ExecutionStart($input: StartRunInput!) {
    startRun(input: $input) {
      __typename
      ... on StartRunSuccess { run { status startedAt queuePosition allowedActions operations { nodes { status startedAt piece { status stepKind } } } } }
      ... on BlockedError { message blockedBy { rule message subject { id label } } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Pause = graphql(`
  mutation ExecutionPause($input: PauseRunInput!) {
    pauseRun(input: $input) { __typename ... on PauseRunSuccess { run { status allowedActions } } ... on TransitionError { from } }
  }
`);
const Resume = graphql(`
  mutation ExecutionResume($input: ResumeRunInput!) {
    resumeRun(input: $input) { __typename ... on ResumeRunSuccess { run { status } } ... on TransitionError { from } }
  }
`);
const Complete = graphql(`
  mutation ExecutionComplete($input: CompleteRunInput!) {
    completeRun(input: $input) {
      __typename
      ... on CompleteRunSuccess {
        run { status endedAt }
        pieces { id status stepPosition stepKind operations(orderBy: [{ field: POSITION }]) { nodes { position attempt status notes trackingId } } }
      }
      ... on InvalidInputError { issues { path message } }
      ... on BlockedError { blockedBy { rule message subject { label } } }
      ... on TransitionError { from action }
    }
  }
`);
const Fail = graphql(`
  mutation ExecutionFail($input: FailRunInput!) {
    failRun(input: $input) {
      __typename
      ... on FailRunSuccess { run { status error endedAt allowedActions } }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from }
    }
  }
`);
const QueueAgain = graphql(`
  mutation ExecutionQueue($input: QueueRunInput!) {
    queueRun(input: $input) {
      __typename
      ... on QueueRunSuccess {
        run { status error endedAt pieceCount operations { nodes { attempt status piece { id } } } }
      }
      ... on BlockedError { blockedBy { rule } }
    }
  }
`);
const State = graphql(`
  query ExecutionState($orderId: ID!, $runId: ID!) {
    order(id: $orderId) { status hasErrors progress { stage count } pieces(orderBy: [{ field: COPY }]) { nodes { status stepPosition } } }
    run(id: $runId) { status }
  }
`);

const ids = (pieces: { id: string }[]) => pieces.map((piece) => piece.id);

async function shopWith(client: Client, quantity: number) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity });
  return { shop, order, pieceIds: ids(order.pieces) };
}

describe('startRun', () => {
  it('begins the work on every piece', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const { run } = await ours.client.success(Start, { input: { runId } }, 'StartRunSuccess');
    expect(run).toMatchObject({ status: 'IN_PROGRESS', queuePosition: null });
    expect(run.operations.nodes).toEqual([
      {
        status: 'IN_PROGRESS',
        startedAt: run.startedAt,
        piece: { status: 'IN_PROGRESS', stepKind: 'PRINTER' },
      },
    ]);
    expect(run.allowedActions).toEqual(['UPDATE_RUN', 'PAUSE_RUN', 'COMPLETE_RUN', 'FAIL_RUN']);
  });

  it('is not possible before the run is queued', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds);
    const refused = await ours.client.refused(Start, { input: { runId } }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'CALCULATED', action: 'START_RUN' });
    expect(refused.allowedActions).toContain('QUEUE_RUN');
  });

  it('is refused where the workstation has no room', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 2);
    await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'IN_PROGRESS');
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(1), 'QUEUED');
    const { blockedBy } = await ours.client.refused(Start, { input: { runId } }, 'BlockedError');
    expect(blockedBy).toMatchObject([{ rule: 'workstation.hasRoom', subject: { id: shop.printerId } }]);
    expect(blockedBy[0]?.message).toContain('works on 1 of at most 1 runs');
  });

  it('is refused also while the other run is paused', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 2);
    const first = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'IN_PROGRESS');
    await ours.client.success(Pause, { input: { runId: first.id } }, 'PauseRunSuccess');
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(1), 'QUEUED');
    await ours.client.refused(Start, { input: { runId } }, 'BlockedError');
    await ours.client.success(
      Complete,
      { input: { runId: first.id, otherwise: 'SUCCESS' } },
      'CompleteRunSuccess',
    );
    await ours.client.success(Start, { input: { runId } }, 'StartRunSuccess');
  });

  it('is refused where a piece has not completed its previous step, and names all that is in the way', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.dockId, pieceIds, 'QUEUED');
    await ours.client.sendText(
      `mutation { updateWorkstation(input: { workstationId: "${shop.dockId}", inProgressMax: 1 }) { __typename } }`,
    );
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    await makeRun(ours.client, shop.printerId, ids(other.pieces), 'COMPLETE');
    await makeRun(ours.client, shop.dockId, ids(other.pieces), 'IN_PROGRESS');
    const { blockedBy } = await ours.client.refused(Start, { input: { runId } }, 'BlockedError');
    expect(blockedBy.map((blocker) => blocker.rule)).toEqual([
      'workstation.hasRoom',
      'piece.previousStepComplete',
    ]);
    expect(blockedBy[1]).toMatchObject({
      message: `Piece ${order.pieces[0]?.serial} has not completed its step 1.`,
      subject: { id: pieceIds[0] },
    });
  });

  it('makes the runs that hold the next steps ready when it is complete', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 2);
    const ship = await makeRun(ours.client, shop.dockId, pieceIds, 'QUEUED');
    const status = async () =>
      (await ours.client.query(State, { orderId: order.orderId, runId: ship.id })).run?.status;
    const [first, second] = pieceIds as [string, string];
    await makeRun(ours.client, shop.printerId, [first], 'COMPLETE');
    expect(await status()).toBe('QUEUED');
    await makeRun(ours.client, shop.printerId, [second], 'COMPLETE');
    expect(await status()).toBe('QUEUED_WORK_READY');
  });
});

describe('pauseRun and resumeRun', () => {
  it('interrupt a run and go on with it', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const paused = await ours.client.success(Pause, { input: { runId, reason: 'Lunch' } }, 'PauseRunSuccess');
    expect(paused.run).toEqual({
      status: 'PAUSED',
      allowedActions: ['UPDATE_RUN', 'RESUME_RUN', 'COMPLETE_RUN', 'FAIL_RUN'],
    });
    expect((await ours.client.refused(Pause, { input: { runId } }, 'TransitionError')).from).toBe('PAUSED');
    const resumed = await ours.client.success(Resume, { input: { runId } }, 'ResumeRunSuccess');
    expect(resumed.run.status).toBe('IN_PROGRESS');
    expect((await ours.client.refused(Resume, { input: { runId } }, 'TransitionError')).from).toBe(
      'IN_PROGRESS',
    );
  });
});

describe('completeRun', () => {
  it('moves pieces that succeeded to their next step, and those that failed wait to be redone', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 2);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const [good, bad] = pieceIds as [string, string];
    const input = {
      runId,
      outcomes: [{ pieceId: bad, outcome: 'FAILURE' as const, notes: 'Porous' }],
      otherwise: 'SUCCESS' as const,
    };
    const { run, pieces } = await ours.client.success(Complete, { input }, 'CompleteRunSuccess');
    expect(run.status).toBe('COMPLETE');
    expect(pieces.find((piece) => piece.id === good)).toMatchObject({
      status: 'CONFIRMED',
      stepPosition: 2,
      stepKind: 'SHIPPING',
      operations: { nodes: [{ status: 'COMPLETE', notes: null }, { status: 'CREATED' }] },
    });
    expect(pieces.find((piece) => piece.id === bad)).toMatchObject({
      status: 'ERROR',
      stepPosition: 1,
      operations: { nodes: [{ status: 'ERROR', notes: 'Porous' }, { status: 'CREATED' }] },
    });
    const state = await ours.client.query(State, { orderId: order.orderId, runId });
    expect(state.order).toMatchObject({ status: 'PRINTING', hasErrors: true });
  });

  it('is possible while it is paused', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await ours.client.success(Pause, { input: { runId } }, 'PauseRunSuccess');
    await ours.client.success(Complete, { input: { runId, otherwise: 'SUCCESS' } }, 'CompleteRunSuccess');
  });

  it('needs an outcome for every piece', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 2);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const outcomes = [{ pieceId: pieceIds[0] ?? '', outcome: 'SUCCESS' as const }];
    const { issues } = await ours.client.refused(
      Complete,
      { input: { runId, outcomes } },
      'InvalidInputError',
    );
    expect(issues).toEqual([
      {
        path: ['outcomes'],
        message: `has no outcome for ${order.pieces[1]?.serial}. List them or give otherwise.`,
      },
    ]);
  });

  it('refuses an outcome of a piece that is not in the run, and two of one piece', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 2);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'IN_PROGRESS');
    const outcomes = [pieceIds[0], pieceIds[0], pieceIds[1], absentId('Piece')].map((pieceId) => ({
      pieceId: pieceId ?? '',
      outcome: 'SUCCESS' as const,
    }));
    const { issues } = await ours.client.refused(
      Complete,
      { input: { runId, outcomes } },
      'InvalidInputError',
    );
    expect(issues).toEqual([
      { path: ['outcomes', '1', 'pieceId'], message: 'is named twice.' },
      { path: ['outcomes', '2', 'pieceId'], message: 'is not a piece that this run works on.' },
      { path: ['outcomes', '3', 'pieceId'], message: 'is not a piece that this run works on.' },
    ]);
  });

  it('demands the notes and the tracking number that a step demands, of pieces that succeed', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const steps = [
      { name: 'Inspect', workstationTypeId: shop.printerTypeId, notes: 'REQUIRED', trackingId: 'REQUIRED' },
    ];
    const workflowId = await create(ours.client, 'Workflow', { name: 'Inspected', steps });
    const order = await makeOrder(ours.client, { ...shop, workflowId }, { quantity: 2 });
    const [good, bad] = ids(order.pieces) as [string, string];
    const { id: runId } = await makeRun(ours.client, shop.printerId, [good, bad], 'IN_PROGRESS');
    const outcomes = [{ pieceId: bad, outcome: 'FAILURE' as const }];
    const input = { runId, outcomes, otherwise: 'SUCCESS' as const };
    const { blockedBy } = await ours.client.refused(Complete, { input }, 'BlockedError');
    const label = order.pieces[0]?.serial;
    expect(blockedBy).toEqual([
      { rule: 'step.reported', message: `Step Inspect of piece ${label} demands notes.`, subject: { label } },
      {
        rule: 'step.reported',
        message: `Step Inspect of piece ${label} demands trackingId.`,
        subject: { label },
      },
    ]);
    const reported = { ...input, notes: 'Ra 3.2', trackingId: '1Z-999' };
    const { pieces } = await ours.client.success(Complete, { input: reported }, 'CompleteRunSuccess');
    expect(pieces.find((piece) => piece.id === good)?.operations.nodes).toMatchObject([
      { status: 'COMPLETE', notes: 'Ra 3.2', trackingId: '1Z-999' },
    ]);
  });

  it('is not possible before it has begun, nor twice', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const input = { runId, otherwise: 'SUCCESS' as const };
    expect((await ours.client.refused(Complete, { input }, 'TransitionError')).from).toBe(
      'QUEUED_WORK_READY',
    );
    await ours.client.success(Start, { input: { runId } }, 'StartRunSuccess');
    await ours.client.success(Complete, { input }, 'CompleteRunSuccess');
    expect((await ours.client.refused(Complete, { input }, 'TransitionError')).from).toBe('COMPLETE');
  });
});

describe('failRun', () => {
  it('fails its pieces but for those that passed', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 2);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    const input = { runId, error: 'The recoater jammed.', passedPieceIds: pieceIds.slice(0, 1) };
    const { run } = await ours.client.success(Fail, { input }, 'FailRunSuccess');
    expect(run).toMatchObject({
      status: 'ERROR',
      error: 'The recoater jammed.',
      allowedActions: ['UPDATE_RUN', 'QUEUE_RUN'],
    });
    const state = await ours.client.query(State, { orderId: order.orderId, runId });
    expect(state.order?.pieces.nodes).toEqual([
      { status: 'CONFIRMED', stepPosition: 2 },
      { status: 'ERROR', stepPosition: 1 },
    ]);
  });

  it('refuses passed pieces that are not in the run', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 2);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds.slice(0, 1), 'IN_PROGRESS');
    const input = { runId, error: 'Jam', passedPieceIds: pieceIds.slice(1) };
    const { issues } = await ours.client.refused(Fail, { input }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['passedPieceIds', '0'] }]);
  });

  it('is not possible before it has begun', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const refused = await ours.client.refused(Fail, { input: { runId, error: 'Jam' } }, 'TransitionError');
    expect(refused.from).toBe('QUEUED_WORK_READY');
  });
});

describe('a run in error that is queued again', () => {
  it('tries the failed pieces anew in the same run, and keeps the failed attempts', async () => {
    const { ours } = await app().organizations();
    const { shop, order, pieceIds } = await shopWith(ours.client, 2);
    const [passed, failed] = pieceIds as [string, string];
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await ours.client.success(
      Fail,
      { input: { runId, error: 'Jam', passedPieceIds: [passed] } },
      'FailRunSuccess',
    );
    const { run } = await ours.client.success(QueueAgain, { input: { runId } }, 'QueueRunSuccess');
    expect(run).toMatchObject({ status: 'QUEUED_WORK_READY', error: null, endedAt: null, pieceCount: 2 });
    const attempts = run.operations.nodes.map(({ attempt, status, piece }) => [piece.id, attempt, status]);
    expect(attempts.sort()).toEqual(
      [
        [passed, 1, 'COMPLETE'],
        [failed, 1, 'ERROR'],
        [failed, 2, 'QUEUED'],
      ].sort(),
    );
    const state = await ours.client.query(State, { orderId: order.orderId, runId });
    expect(state.order).toMatchObject({ hasErrors: false });
    await ours.client.success(Start, { input: { runId } }, 'StartRunSuccess');
    const input = { runId, otherwise: 'SUCCESS' as const };
    const { pieces } = await ours.client.success(Complete, { input }, 'CompleteRunSuccess');
    expect(pieces).toMatchObject([{ id: failed, status: 'CONFIRMED', stepPosition: 2 }]);
  });

  it('does not try again what was redone elsewhere', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceIds } = await shopWith(ours.client, 1);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await ours.client.success(Fail, { input: { runId, error: 'Jam' } }, 'FailRunSuccess');
    await ours.client.sendText(`mutation { redoPiece(input: { pieceId: "${pieceIds[0]}" }) { __typename } }`);
    await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    const { blockedBy } = await ours.client.refused(QueueAgain, { input: { runId } }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'run.hasPieces' }]);
  });
});
