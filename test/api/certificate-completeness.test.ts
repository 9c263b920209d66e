import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { unique, useApp } from '../support/app.ts';
import {
  attach,
  type CertifiedShop,
  type Demand,
  makeCertificate,
  makeCertifiedShop,
} from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { makeOrder, makeRun } from '../support/factories.ts';
import { act, uuidOf } from './support.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

const Complete = graphql(`
  mutation CompletenessComplete($input: CompleteRunInput!) {
    completeRun(input: $input) {
      __typename
      ... on CompleteRunSuccess { pieces { status } }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
    }
  }
`);
const Start = graphql(`
  mutation CompletenessStart($input: StartRunInput!) {
    startRun(input: $input) {
      __typename
      ... on StartRunSuccess { run { status } }
      ... on BlockedError { blockedBy { rule message } }
    }
  }
`);
const Fail = graphql(`
  mutation CompletenessFail($input: FailRunInput!) {
    failRun(input: $input) {
      __typename
      ... on FailRunSuccess { run { status } }
      ... on BlockedError { blockedBy { rule subject { label } } }
    }
  }
`);
const CreateWorkflow = graphql(`
  mutation CompletenessWorkflow($input: CreateWorkflowInput!) {
    createWorkflow(input: $input) {
      __typename
      ... on CreateWorkflowSuccess {
        workflow { id processSteps { id name requiredCertificates { id type kind processStep { name } } } }
      }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Matrix = graphql(`
  query CompletenessMatrix($id: ID!, $first: Int! = 100) {
    order(id: $id) {
      certificateCompleteness {
        isComplete
        counts { status count }
        pieces(first: $first, orderBy: [{ field: COPY }]) {
          totalCount
          nodes {
            serial
            requiredCertificates {
              status
              requirement { type kind }
              processStep { name }
              attachment { status certificate { name } }
            }
          }
        }
      }
    }
  }
`);

const heat: Demand = { type: 'PROCESS', kind: 'heat treatment record' };
const packing: Demand = { type: 'PROCESS', kind: 'proof of packing' };
const reason = 'Wrong furnace';

interface Made {
  shop: CertifiedShop;
  orderId: string;
  pieceIds: string[];
  serials: string[];
}

async function ordered(
  client: Client,
  demands: { print?: Demand[]; ship?: Demand[] },
  quantity = 1,
): Promise<Made> {
  const shop = await makeCertifiedShop(client, demands);
  const { orderId, pieces } = await makeOrder(client, shop, { quantity });
  return { shop, orderId, pieceIds: pieces.map(({ id }) => id), serials: pieces.map(({ serial }) => serial) };
}

const supersede = async (client: Client, certificateId: string, more: object = {}) => {
  const input = { certificateId, type: 'PROCESS', name: unique('Corrected'), reason, ...more };
  return (
    await act<{ certificate: { id: string } }>(client, 'supersedeCertificate', input, 'certificate { id }')
  ).certificate.id;
};
const detach = (client: Client, attachmentId: string | undefined) =>
  act(client, 'detachCertificate', { certificateAttachmentIds: [attachmentId], reason }, '__typename');

async function matrixOf(client: Client, id: string) {
  const { order } = await client.query(Matrix, { id });
  if (!order) throw new Error('The order is not there.');
  return order.certificateCompleteness;
}
/** The statuses of the cells, row by row. */
const cellsOf = async (client: Client, id: string) =>
  (await matrixOf(client, id)).pieces.nodes.map(({ requiredCertificates }) =>
    requiredCertificates.map(({ status }) => status),
  );

describe('what steps demand', () => {
  it('comes with the steps of a workflow, and again with those of a revision', async () => {
    const { ours } = await app().organizations();
    const shop = await makeCertifiedShop(ours.client);
    const step = { name: 'Print', workstationTypeId: shop.printerTypeId };
    const demands = [{ type: 'MATERIAL' as const }, { type: 'MATERIAL' as const, kind: '3.1' }, heat];
    const input = { name: unique('W'), steps: [{ ...step, requiredCertificates: demands }, step] };
    const { workflow } = await ours.client.success(CreateWorkflow, { input }, 'CreateWorkflowSuccess');
    expect(workflow.processSteps).toMatchObject([
      {
        requiredCertificates: [
          { type: 'MATERIAL', kind: null, processStep: { name: 'Print' } },
          { type: 'MATERIAL', kind: '3.1' },
          { type: 'PROCESS', kind: 'heat treatment record' },
        ],
      },
      { requiredCertificates: [] },
    ]);
    const revised = await act<{ workflow: { processSteps: { requiredCertificates: object[] }[] } }>(
      ours.client,
      'reviseWorkflow',
      { workflowId: workflow.id, steps: [{ ...step, requiredCertificates: [packing] }] },
      'workflow { processSteps { requiredCertificates { type kind } } }',
    );
    expect(revised.workflow.processSteps).toEqual([{ requiredCertificates: [packing] }]);
  });

  it('is each demanded once, at most 20 of a step', async () => {
    const { ours } = await app().organizations();
    const { printerTypeId } = await makeCertifiedShop(ours.client);
    const issuesOf = async (requiredCertificates: Demand[]) => {
      const steps = [{ name: 'Print', workstationTypeId: printerTypeId, requiredCertificates }];
      const input = { name: unique('W'), steps };
      return (await ours.client.refused(CreateWorkflow, { input }, 'InvalidInputError')).issues;
    };
    expect(await issuesOf([heat, packing, heat])).toEqual([
      {
        path: ['steps', '0', 'requiredCertificates', '2'],
        message: 'is demanded by this step already. Leave it out.',
      },
    ]);
    const many = Array.from({ length: 21 }, (_, at): Demand => ({ type: 'PROCESS', kind: `Record ${at}` }));
    expect(await issuesOf(many)).toEqual([
      { path: ['steps', '0', 'requiredCertificates'], message: 'must be at most 20' },
    ]);
  });
});

describe('the matrix of an order', () => {
  it('says of every piece and every demand how it stands', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { shop, orderId, pieceIds, serials } = await ordered(client, { print: [heat], ship: [packing] }, 3);
    const [print] = shop.stepIds;
    await makeRun(client, shop.printerId, pieceIds.slice(0, 2), 'COMPLETE');
    const certificateId = await makeCertificate(client, { name: 'HT-1', kind: heat.kind });
    await attach(client, certificateId, print, pieceIds.slice(0, 1));
    const matrix = await matrixOf(client, orderId);
    expect(matrix).toMatchObject({
      isComplete: false,
      counts: [
        { status: 'PRESENT', count: 1 },
        { status: 'MISSING', count: 4 },
        { status: 'NOT_YET_DUE', count: 1 },
      ],
    });
    expect(matrix.pieces.nodes[0]).toEqual({
      serial: serials[0],
      requiredCertificates: [
        {
          status: 'PRESENT',
          requirement: heat,
          processStep: { name: 'Print' },
          attachment: { status: 'VALID', certificate: { name: 'HT-1' } },
        },
        { status: 'MISSING', requirement: packing, processStep: { name: 'Ship' }, attachment: null },
      ],
    });
    expect(await cellsOf(client, orderId)).toEqual([
      ['PRESENT', 'MISSING'],
      ['MISSING', 'MISSING'],
      ['MISSING', 'NOT_YET_DUE'],
    ]);
  });

  it('is complete where nothing is demanded, and has no rows then', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await ordered(ours.client, {});
    expect(await matrixOf(ours.client, orderId)).toEqual({
      isComplete: true,
      counts: [],
      pieces: { totalCount: 0, nodes: [] },
    });
  });

  it('leaves out pieces that are given up', async () => {
    const { ours } = await app().organizations();
    const { orderId, pieceIds, serials } = await ordered(ours.client, { print: [heat] }, 2);
    await act(ours.client, 'scrapPieces', { pieceIds: pieceIds.slice(0, 1), reason }, '__typename');
    const { counts, pieces } = await matrixOf(ours.client, orderId);
    expect(counts).toEqual([{ status: 'MISSING', count: 1 }]);
    expect(pieces).toMatchObject({ totalCount: 1, nodes: [{ serial: serials[1] }] });
  });

  it('counts what meets the demand only: its type, its kind, its step', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { shop, orderId, pieceIds } = await ordered(client, { print: [heat, { type: 'PROCESS' }] });
    const [print, ship] = shop.stepIds;
    await makeRun(client, shop.printerId, pieceIds, 'COMPLETE');
    const put = async (certificate: object, step: string | undefined) => {
      await attach(client, await makeCertificate(client, certificate), step, pieceIds);
      return (await cellsOf(client, orderId))[0];
    };
    expect(await put({ type: 'MATERIAL', kind: heat.kind }, print)).toEqual(['MISSING', 'MISSING']);
    expect(await put({ kind: heat.kind }, ship)).toEqual(['MISSING', 'MISSING']);
    // The demand without a kind comes first, and takes any kind.
    expect(await put({ kind: 'Heat treatment record' }, print)).toEqual(['PRESENT', 'MISSING']);
    expect(await put({ kind: heat.kind }, print)).toEqual(['PRESENT', 'PRESENT']);
    expect((await matrixOf(client, orderId)).isComplete).toBe(true);
  });

  it('follows superseding and detaching: what supersedes counts once it is attached', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { shop, orderId, pieceIds } = await ordered(client, { print: [heat] });
    const [print] = shop.stepIds;
    const first = await makeCertificate(client, { kind: heat.kind });
    const [old] = await attach(client, first, print, pieceIds);
    const second = await supersede(client, first, { kind: heat.kind });
    expect(await cellsOf(client, orderId)).toEqual([['SUPERSEDED']]);
    const [made] = await attach(client, second, print, pieceIds);
    expect(await cellsOf(client, orderId)).toEqual([['PRESENT']]);
    await detach(client, made?.attachment?.id);
    expect(await cellsOf(client, orderId)).toEqual([['SUPERSEDED']]);
    await detach(client, old?.attachment?.id);
    expect(await cellsOf(client, orderId)).toEqual([['MISSING']]);
  });

  it('is of one organization', async () => {
    const { ours, theirs } = await app().organizations();
    const foreign = await ordered(theirs.client, { print: [heat] });
    expect((await ours.client.query(Matrix, { id: foreign.orderId })).order).toBeNull();
    const own = await ordered(ours.client, { print: [heat] });
    expect((await matrixOf(ours.client, own.orderId)).counts).toEqual([{ status: 'MISSING', count: 1 }]);
  });

  it('costs as many statements for many pieces as for one', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { shop, orderId, pieceIds } = await ordered(client, { print: [heat], ship: [packing] }, 20);
    const certificateId = await makeCertificate(client, { kind: heat.kind });
    await attach(client, certificateId, shop.stepIds[0], pieceIds);
    const cost = async (first: number) => {
      if (!calls) throw new Error('The server has not started.');
      const { value, statements } = await calls.during(() => client.query(Matrix, { id: orderId, first }));
      expect(value.order?.certificateCompleteness.pieces.nodes).toHaveLength(first);
      return statements;
    };
    const [one, many] = [await cost(1), await cost(20)];
    expect(many.length, many.join('\n')).toBe(one.length);
  });

  it('costs as many statements to attach to many pieces as to one', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { shop, pieceIds } = await ordered(client, { print: [heat] }, 20);
    const cost = async (pieces: string[]) => {
      if (!calls) throw new Error('The server has not started.');
      const certificateId = await makeCertificate(client, { kind: heat.kind });
      const { value, statements } = await calls.during(() =>
        attach(client, certificateId, shop.stepIds[0], pieces),
      );
      expect(value).toHaveLength(pieces.length);
      return statements;
    };
    const [one, many] = [await cost(pieceIds.slice(0, 1)), await cost(pieceIds)];
    expect(many.length, many.join('\n')).toBe(one.length);
  });
});

describe('a piece without its certificates', () => {
  const shipping = (client: Client, { shop, pieceIds }: Made, until: 'QUEUED' | 'IN_PROGRESS') =>
    makeRun(client, shop.dockId, pieceIds, until);
  const printed = (client: Client, { shop, pieceIds }: Made) =>
    makeRun(client, shop.printerId, pieceIds, 'COMPLETE');
  const complete = (runId: string) => ({ input: { runId, otherwise: 'SUCCESS' as const } });

  it('finishes a step between, and is not shipped: the run does not start', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await ordered(client, { print: [heat] });
    await printed(client, made);
    const run = await shipping(client, made, 'QUEUED');
    const { blockedBy } = await client.refused(Start, { input: { runId: run.id } }, 'BlockedError');
    expect(blockedBy).toEqual([
      {
        rule: 'certificate.required',
        message: `Piece ${made.serials[0]} lacks a PROCESS certificate of the kind "heat treatment record" at step 1 (Print). Attach it first.`,
      },
    ]);
    const certificateId = await makeCertificate(client, { kind: heat.kind });
    await attach(client, certificateId, made.shop.stepIds[0], made.pieceIds);
    await client.success(Start, { input: { runId: run.id } }, 'StartRunSuccess');
    await client.success(Complete, complete(run.id), 'CompleteRunSuccess');
  });

  it('does not complete its last step without what that demands itself', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await ordered(client, { ship: [packing] });
    await printed(client, made);
    const run = await shipping(client, made, 'IN_PROGRESS');
    const { blockedBy } = await client.refused(Complete, complete(run.id), 'BlockedError');
    expect(blockedBy).toMatchObject([
      { rule: 'certificate.required', subject: { id: made.pieceIds[0], label: made.serials[0] } },
    ]);
    await attach(
      client,
      await makeCertificate(client, { kind: packing.kind }),
      made.shop.stepIds[1],
      made.pieceIds,
    );
    const { pieces } = await client.success(Complete, complete(run.id), 'CompleteRunSuccess');
    expect(pieces).toEqual([{ status: 'COMPLETE' }]);
  });

  it('does not pass for good in a run that failed, but may fail in it', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await ordered(client, { ship: [packing] });
    await printed(client, made);
    const run = await shipping(client, made, 'IN_PROGRESS');
    const input = { runId: run.id, error: 'The truck left.' };
    const passing = { input: { ...input, passedPieceIds: made.pieceIds } };
    const { blockedBy } = await client.refused(Fail, passing, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'certificate.required', subject: { label: made.serials[0] } }]);
    await client.success(Fail, { input }, 'FailRunSuccess');
  });

  it.each(['superseded', 'detached'] as const)('is stopped where the one it had is %s', async (how) => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await ordered(client, { print: [heat] });
    await printed(client, made);
    const certificateId = await makeCertificate(client, { name: 'HT-1', kind: heat.kind });
    const [attached] = await attach(client, certificateId, made.shop.stepIds[0], made.pieceIds);
    const run = await shipping(client, made, 'IN_PROGRESS');
    if (how === 'superseded') await supersede(client, certificateId, { kind: heat.kind });
    else await detach(client, attached?.attachment?.id);
    const { blockedBy } = await client.refused(Complete, complete(run.id), 'BlockedError');
    const end =
      how === 'superseded'
        ? ': HT-1 is superseded. Attach the one that supersedes it.'
        : '. Attach it first.';
    expect(blockedBy.map(({ message }) => message)).toEqual([
      `Piece ${made.serials[0]} lacks a PROCESS certificate of the kind "heat treatment record" at step 1 (Print)${end}`,
    ]);
  });

  it('is stopped where the certificate of a step expired before the step was done, and not where after', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await ordered(client, { print: [heat], ship: [packing] }, 2);
    const [print, ship] = made.shop.stepIds;
    const stepTimes = graphql(`
      query CompletenessTimes($id: ID!) { piece(id: $id) { operations(orderBy: [{ field: POSITION }]) { nodes { endedAt } } } }
    `);
    await printed(client, made);
    const { piece } = await client.query(stepTimes, { id: made.pieceIds[0] ?? '' });
    const at = Date.parse(piece?.operations.nodes[0]?.endedAt ?? '');
    // Valid when the pieces were printed, and no more when they ship.
    const expiresAt = new Date(at + 1).toISOString();
    await attach(client, await makeCertificate(client, { kind: heat.kind, expiresAt }), print, made.pieceIds);
    const run = await shipping(client, made, 'IN_PROGRESS');
    const [valid, lapsed] = [
      await makeCertificate(client, { kind: packing.kind }),
      await makeCertificate(client, { name: 'Packed', kind: packing.kind, expiresAt }),
    ];
    await attach(client, valid, ship, made.pieceIds);
    // Time is not ours to move: as if the one that is attached had lapsed since.
    await app().database.query(
      `UPDATE "CertificateAttachment" SET "certificateId" = $1 WHERE "certificateId" = $2`,
      [uuidOf(lapsed), uuidOf(valid)],
    );
    expect(await cellsOf(client, made.orderId)).toEqual([
      ['PRESENT', 'EXPIRED'],
      ['PRESENT', 'EXPIRED'],
    ]);
    const { blockedBy } = await client.refused(Complete, complete(run.id), 'BlockedError');
    expect(blockedBy.map(({ message }) => message)).toEqual(
      made.serials.map(
        (serial) =>
          `Piece ${serial} lacks a PROCESS certificate of the kind "proof of packing" at step 2 (Ship): Packed had expired by then. Attach one that was valid.`,
      ),
    );
  });
});
