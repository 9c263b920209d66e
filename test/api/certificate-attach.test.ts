import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { type CertifiedShop, makeCertificate, makeCertifiedShop } from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeRun } from '../support/factories.ts';
import { absentId, act } from './support.ts';

const app = useApp();

const Attach = graphql(`
  mutation AttachDo($input: AttachCertificateInput!) {
    attachCertificate(input: $input) {
      __typename
      ... on AttachCertificateSuccess {
        attachedCount
        certificate { id attachments { totalCount } }
        serials { serial answer message piece { id serial } attachment { id status piece { serial } processStep { id } certificate { id } } }
      }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on InvalidInputError { issues { path message } }
      ... on NotFoundError { id }
    }
  }
`);
const Detach = graphql(`
  mutation AttachUndo($input: DetachCertificateInput!) {
    detachCertificate(input: $input) {
      __typename
      ... on DetachCertificateSuccess {
        certificateAttachments { id version status voidedAt voidReason voidedBy { id } }
      }
      ... on TransitionError { message from action }
      ... on InvalidInputError { issues { path } }
      ... on NotFoundError { id }
    }
  }
`);
const OfPiece = graphql(`
  query AttachOfPiece($id: ID!) {
    piece(id: $id) {
      certificates { totalCount nodes { name isSuperseded } }
      certificateAttachments { nodes { status voidReason certificate { name } } }
      operations(orderBy: [{ field: POSITION }]) { nodes { position endedAt certificates { totalCount nodes { name } } } }
    }
  }
`);
const OfAttachments = graphql(`
  query AttachList($filter: CertificateAttachmentFilter) {
    certificateAttachments(filter: $filter) { totalCount nodes { id status } }
  }
`);

interface Shop {
  shop: CertifiedShop;
  print: string;
  ship: string;
  certificateId: string;
  pieces: { id: string; serial: string }[];
}

async function shopOf(client: Client, quantity = 2, certificate: object = {}): Promise<Shop> {
  const shop = await makeCertifiedShop(client);
  const { pieces } = await makeOrder(client, shop, { quantity });
  const [print = '', ship = ''] = shop.stepIds;
  return { shop, print, ship, pieces, certificateId: await makeCertificate(client, certificate) };
}

const ids = (pieces: readonly { id: string }[]) => pieces.map(({ id }) => id);
const serials = (pieces: readonly { serial: string }[]) => pieces.map(({ serial }) => serial);

async function attach(client: Client, input: object) {
  return client.success(Attach, { input: input as never }, 'AttachCertificateSuccess');
}
const answersOf = async (client: Client, input: object) =>
  (await attach(client, input)).serials.map(({ serial, answer }) => [serial, answer]);

describe('attachCertificate', () => {
  it('attaches to many serials at a step, and answers for each, in their order', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client);
    const [first, second] = pieces;
    const input = {
      certificateId,
      processStepId: print,
      serials: [second?.serial, 'nobody'],
      pieceIds: [first?.id, absentId('Piece')],
    };
    const done = await attach(ours.client, input);
    expect(done.attachedCount).toBe(2);
    expect(done.certificate).toEqual({ id: certificateId, attachments: { totalCount: 2 } });
    const attached = (piece: typeof first) => ({
      serial: piece?.serial,
      answer: 'ATTACHED',
      message: `Attached to ${piece?.serial} at step Print.`,
      piece,
      attachment: {
        status: 'VALID',
        piece: { serial: piece?.serial },
        processStep: { id: print },
        certificate: { id: certificateId },
      },
    });
    const unknown = (serial: string | undefined) => ({
      serial,
      answer: 'UNKNOWN_SERIAL',
      message: `No piece ${serial} is visible to you.`,
      piece: null,
      attachment: null,
    });
    expect(done.serials).toMatchObject([
      attached(second),
      unknown('nobody'),
      attached(first),
      unknown(input.pieceIds[1]),
    ]);
  });

  it('answers ALREADY with the attachment that stands, for what is named twice too', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 1);
    const [piece] = pieces;
    const input = { certificateId, processStepId: print, serials: serials(pieces), pieceIds: ids(pieces) };
    const first = await attach(ours.client, input);
    const [made, twice] = first.serials;
    expect([made?.answer, twice?.answer]).toEqual(['ATTACHED', 'ALREADY']);
    expect(twice?.attachment?.id).toBe(made?.attachment?.id);
    const again = await attach(ours.client, { ...input, pieceIds: [] });
    expect(again).toMatchObject({ attachedCount: 0, certificate: { attachments: { totalCount: 1 } } });
    expect(again.serials).toMatchObject([
      { serial: piece?.serial, answer: 'ALREADY', attachment: { id: made?.attachment?.id } },
    ]);
  });

  it('tells where a step is not reached, or not of the routing', async () => {
    const { ours } = await app().organizations();
    const { shop, print, ship, pieces, certificateId } = await shopOf(ours.client);
    const other = await makeCertifiedShop(ours.client);
    const [done = '', waiting = ''] = serials(pieces);
    await makeRun(ours.client, shop.printerId, ids(pieces).slice(0, 1), 'COMPLETE');
    const at = (processStepId: string | undefined) =>
      attach(ours.client, { certificateId, processStepId, serials: [done, waiting] });
    expect((await at(ship)).serials).toMatchObject([
      { answer: 'ATTACHED' },
      {
        answer: 'STEP_NOT_REACHED',
        message: `${waiting} stands at step 1 and has not reached step 2 (Ship).`,
        attachment: null,
      },
    ]);
    expect((await at(print)).serials).toMatchObject([{ answer: 'ATTACHED' }, { answer: 'ATTACHED' }]);
    expect((await at(other.stepIds[0])).serials).toMatchObject([
      { answer: 'STEP_NOT_IN_ROUTING', message: `Step Print is not part of the routing of ${done}.` },
      { answer: 'STEP_NOT_IN_ROUTING' },
    ]);
  });

  it('attaches nothing to a held piece until the hold is released', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client);
    const [held, free] = pieces;
    const placed = { pieceId: held?.id, reason: 'Oil on the lid' };
    const { hold } = await act<{ hold: { id: string; number: string } }>(
      ours.client,
      'placeHold',
      placed,
      'hold { id number }',
    );
    const input = { certificateId, processStepId: print, serials: serials(pieces) };
    expect((await attach(ours.client, input)).serials).toMatchObject([
      {
        answer: 'HOLD',
        message: `${held?.serial} is held by ${hold.number} (Oil on the lid). Wait until the hold is released.`,
      },
      { answer: 'ATTACHED' },
    ]);
    const decided = { holdId: hold.id, pieceId: held?.id, decision: 'REWORK' };
    await act(ours.client, 'addHoldDisposition', decided, '__typename');
    await act(ours.client, 'releaseHold', { holdId: hold.id }, '__typename');
    expect(await answersOf(ours.client, input)).toEqual([
      [held?.serial, 'ATTACHED'],
      [free?.serial, 'ALREADY'],
    ]);
  });

  it('answers EXPIRED for what was not valid when the step was done, and takes what was valid then', async () => {
    const { ours } = await app().organizations();
    const { shop, print, ship, pieces } = await shopOf(ours.client, 1);
    await makeRun(ours.client, shop.printerId, ids(pieces), 'COMPLETE');
    const state = await ours.client.query(OfPiece, { id: pieces[0]?.id ?? '' });
    const printed = Date.parse(state.piece?.operations.nodes[0]?.endedAt ?? '');
    const lapsed = await makeCertificate(ours.client, { expiresAt: new Date(printed + 1).toISOString() });
    const past = await makeCertificate(ours.client, { expiresAt: '2020-01-01T00:00:00.000Z' });
    const at = async (certificateId: string, processStepId: string) =>
      (await attach(ours.client, { certificateId, processStepId, serials: serials(pieces) })).serials[0];
    // It has expired by now, but not when the piece was printed: shipping is not done yet.
    expect(await at(lapsed, print)).toMatchObject({ answer: 'ATTACHED', attachment: { status: 'VALID' } });
    expect(await at(lapsed, ship)).toMatchObject({ answer: 'EXPIRED', attachment: null });
    const late = await at(past, print);
    expect(late).toMatchObject({ answer: 'EXPIRED', attachment: null });
    expect(late?.message).toContain('The certificate expired at 2020-01-01T00:00:00.000Z; step Print of');
  });

  it('attaches nothing with allOrNothing, and names every reason', async () => {
    const { ours } = await app().organizations();
    const { print, ship, pieces, certificateId } = await shopOf(ours.client, 1);
    const [piece] = pieces;
    const all = { certificateId, allOrNothing: true };
    const unknown = { ...all, processStepId: print, serials: [piece?.serial ?? '', 'nobody', 'no one'] };
    expect(await ours.client.refused(Attach, { input: unknown }, 'BlockedError')).toMatchObject({
      blockedBy: [
        { rule: 'attach.UNKNOWN_SERIAL', message: 'No piece nobody is visible to you.', subject: null },
        { rule: 'attach.UNKNOWN_SERIAL', message: 'No piece no one is visible to you.', subject: null },
      ],
    });
    const early = { ...all, processStepId: ship, pieceIds: ids(pieces) };
    expect(await ours.client.refused(Attach, { input: early }, 'BlockedError')).toMatchObject({
      blockedBy: [{ rule: 'attach.STEP_NOT_REACHED', subject: { id: piece?.id, label: piece?.serial } }],
    });
    const list = await ours.client.query(OfAttachments, {});
    expect(list.certificateAttachments.totalCount).toBe(0);
    // What is there already is no obstacle.
    const good = { ...all, processStepId: print, pieceIds: ids(pieces) };
    expect(await answersOf(ours.client, good)).toEqual([[piece?.serial, 'ATTACHED']]);
    expect(await answersOf(ours.client, good)).toEqual([[piece?.serial, 'ALREADY']]);
  });

  it('fans a run out to the pieces that it has then, but for those that failed in it', async () => {
    const { ours } = await app().organizations();
    const { shop, print, pieces, certificateId } = await shopOf(ours.client, 3);
    const [good = '', failed = '', later = ''] = ids(pieces);
    const run = await makeRun(ours.client, shop.printerId, [good, failed], 'IN_PROGRESS');
    const outcomes = [{ pieceId: failed, outcome: 'FAILURE' }];
    await act(ours.client, 'completeRun', { runId: run.id, outcomes, otherwise: 'SUCCESS' }, '__typename');
    const input = { certificateId, processStepId: print, runId: run.id };
    expect(await answersOf(ours.client, input)).toEqual([[pieces[0]?.serial, 'ATTACHED']]);

    const open = await makeRun(ours.client, shop.printerId, [later], 'QUEUED');
    const other = await makeCertificate(ours.client, { name: 'Batch' });
    const batch = { certificateId: other, processStepId: print, runId: open.id };
    expect(await answersOf(ours.client, batch)).toEqual([[pieces[2]?.serial, 'ATTACHED']]);
    await act(ours.client, 'redoPiece', { pieceId: failed }, '__typename');
    await act(ours.client, 'addRunPieces', { runId: open.id, pieceIds: [failed] }, '__typename');
    // What came into the run afterwards has nothing.
    const { piece } = await ours.client.query(OfPiece, { id: failed });
    expect(piece?.certificates.totalCount).toBe(0);
  });

  it('refuses a run that has nothing at that step, that is not there, and an input that names nothing', async () => {
    const { ours, theirs } = await app().organizations();
    const { shop, print, ship, pieces, certificateId } = await shopOf(ours.client, 1);
    const run = await makeRun(ours.client, shop.printerId, ids(pieces), 'QUEUED');
    const issuesOf = async (more: object) => {
      const input = { certificateId, processStepId: print, ...more };
      return (await ours.client.refused(Attach, { input }, 'InvalidInputError')).issues;
    };
    expect(await issuesOf({ processStepId: ship, runId: run.id })).toEqual([
      { path: ['runId'], message: 'names a run that has no piece at step Ship.' },
    ]);
    expect(await issuesOf({})).toEqual([
      { path: ['serials'], message: 'names nothing: give serials, pieceIds or a runId.' },
    ]);
    const foreign = await shopOf(theirs.client, 1);
    const theirRun = await makeRun(theirs.client, foreign.shop.printerId, ids(foreign.pieces), 'QUEUED');
    expect(await issuesOf({ runId: theirRun.id })).toEqual(await issuesOf({ runId: absentId('Run') }));
    expect(await issuesOf({ processStepId: foreign.print, serials: ['x'] })).toEqual([
      { path: ['processStepId'], message: 'names no ProcessStep that is visible to you.' },
    ]);
  });

  it('knows nothing of pieces and certificates of another organization', async () => {
    const { ours, theirs } = await app().organizations();
    const own = await shopOf(ours.client, 1);
    const foreign = await shopOf(theirs.client, 1);
    const input = {
      certificateId: own.certificateId,
      processStepId: own.print,
      serials: serials(foreign.pieces).filter((serial) => !serials(own.pieces).includes(serial)),
      pieceIds: ids(foreign.pieces),
    };
    for (const [, answer] of await answersOf(ours.client, input)) expect(answer).toBe('UNKNOWN_SERIAL');
    const theirCertificate = { ...input, certificateId: foreign.certificateId };
    const refused = await ours.client.refused(Attach, { input: theirCertificate }, 'NotFoundError');
    expect(refused.id).toBe(foreign.certificateId);
    const list = await theirs.client.query(OfAttachments, {});
    expect(list.certificateAttachments.totalCount).toBe(0);
  });

  it('refuses a superseded certificate, and names the one to attach', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 1, { name: 'HT-1' });
    const { certificate } = await act<{ certificate: { id: string } }>(
      ours.client,
      'supersedeCertificate',
      { certificateId, type: 'PROCESS', name: 'HT-2', reason: 'Wrong furnace' },
      'certificate { id }',
    );
    const input = { certificateId, processStepId: print, pieceIds: ids(pieces) };
    expect((await ours.client.refused(Attach, { input }, 'BlockedError')).blockedBy).toEqual([
      {
        rule: 'certificate.notSuperseded',
        message: 'Certificate HT-1 is superseded by HT-2. Attach that one.',
        subject: { id: certificate.id, label: 'HT-2' },
      },
    ]);
  });

  it('answers a repeated request as the first, with the answer for each serial', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 1);
    const input = {
      certificateId,
      processStepId: print,
      serials: [...serials(pieces), 'nobody'],
      clientMutationId: 'shift-7',
    };
    const first = await attach(ours.client, input);
    expect(await attach(ours.client, input)).toEqual(first);
    expect(first.serials.map(({ answer }) => answer)).toEqual(['ATTACHED', 'UNKNOWN_SERIAL']);
  });

  it('attaches once, however many attach at once', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 2);
    const input = { certificateId, processStepId: print, serials: serials(pieces) };
    const counts = await Promise.all(
      [1, 2, 3, 4, 5].map(async () => (await attach(ours.client, input)).attachedCount),
    );
    expect(counts.sort()).toEqual([0, 0, 0, 0, 2]);
  });

  it('takes a thousand serials, and not one more', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 1);
    const many = Array.from({ length: 999 }, (_, place) => `S-${place}`);
    const input = { certificateId, processStepId: print, serials: [...many, ...serials(pieces)] };
    const done = await attach(ours.client, input);
    expect(done.serials).toHaveLength(1_000);
    expect(done.serials.at(-1)?.answer).toBe('ATTACHED');
    const more = { ...input, pieceIds: ids(pieces) };
    const { issues } = await ours.client.refused(Attach, { input: more }, 'InvalidInputError');
    expect(issues).toEqual([
      { path: ['pieceIds'], message: 'brings the pieces to 1001: at most 1000 at once.' },
    ]);
  });
});

describe('detachCertificate', () => {
  it('voids attachments with a reason, and they stay in the history', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 2, { name: 'HT-1' });
    const made = await attach(ours.client, { certificateId, processStepId: print, pieceIds: ids(pieces) });
    const [first, second] = made.serials.map(({ attachment }) => attachment?.id ?? '');
    const input = { certificateAttachmentIds: [first ?? ''], reason: 'Wrong charge' };
    const { certificateAttachments } = await ours.client.success(
      Detach,
      { input },
      'DetachCertificateSuccess',
    );
    expect(certificateAttachments).toMatchObject([
      { id: first, version: 2, status: 'VOIDED', voidReason: 'Wrong charge' },
    ]);
    expect(certificateAttachments[0]?.voidedAt).not.toBeNull();
    expect(certificateAttachments[0]?.voidedBy).not.toBeNull();
    expect((await ours.client.query(OfPiece, { id: pieces[0]?.id ?? '' })).piece).toMatchObject({
      certificates: { totalCount: 0, nodes: [] },
      certificateAttachments: {
        nodes: [{ status: 'VOIDED', voidReason: 'Wrong charge', certificate: { name: 'HT-1' } }],
      },
      operations: { nodes: [{ position: 1, certificates: { totalCount: 0 } }, { position: 2 }] },
    });
    const kept = (await ours.client.query(OfAttachments, { filter: { voided: false } }))
      .certificateAttachments;
    expect(kept.nodes).toEqual([{ id: second, status: 'VALID' }]);
  });

  it('makes room for attaching it again', async () => {
    const { ours } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 1, { name: 'HT-1' });
    const on = { certificateId, processStepId: print, pieceIds: ids(pieces) };
    const [made] = (await attach(ours.client, on)).serials;
    const input = { certificateAttachmentIds: [made?.attachment?.id ?? ''], reason: 'By mistake' };
    await ours.client.success(Detach, { input }, 'DetachCertificateSuccess');
    const [again] = (await attach(ours.client, on)).serials;
    expect(again?.answer).toBe('ATTACHED');
    expect(again?.attachment?.id).not.toBe(made?.attachment?.id);
    expect((await ours.client.query(OfPiece, { id: pieces[0]?.id ?? '' })).piece).toMatchObject({
      certificateAttachments: { nodes: [{ status: 'VALID' }, { status: 'VOIDED' }] },
      operations: {
        nodes: [
          { position: 1, certificates: { totalCount: 1, nodes: [{ name: 'HT-1' }] } },
          { position: 2, certificates: { totalCount: 0, nodes: [] } },
        ],
      },
    });
  });

  it('voids all or none: not what is void, not what is not there', async () => {
    const { ours, theirs } = await app().organizations();
    const { print, pieces, certificateId } = await shopOf(ours.client, 2);
    const made = await attach(ours.client, { certificateId, processStepId: print, pieceIds: ids(pieces) });
    const [first = '', second = ''] = made.serials.map(({ attachment }) => attachment?.id ?? '');
    const reason = 'Wrong charge';
    const one = { certificateAttachmentIds: [first], reason };
    await ours.client.success(Detach, { input: one }, 'DetachCertificateSuccess');
    const both = { certificateAttachmentIds: [second, first], reason };
    expect(await ours.client.refused(Detach, { input: both }, 'TransitionError')).toMatchObject({
      from: 'VOIDED',
      action: 'DETACH_CERTIFICATE',
      message: expect.stringContaining(`of ${pieces[0]?.serial}`),
    });
    const absent = absentId('CertificateAttachment');
    const unknown = { certificateAttachmentIds: [second, absent], reason };
    expect((await ours.client.refused(Detach, { input: unknown }, 'NotFoundError')).id).toBe(absent);
    const foreign = { certificateAttachmentIds: [second], reason };
    expect((await theirs.client.refused(Detach, { input: foreign }, 'NotFoundError')).id).toBe(second);
    const kept = (await ours.client.query(OfAttachments, { filter: { voided: false } }))
      .certificateAttachments;
    expect(kept.nodes).toEqual([{ id: second, status: 'VALID' }]);
  });

  it('asks for a reason', async () => {
    const { ours } = await app().organizations();
    const input = { certificateAttachmentIds: [absentId('CertificateAttachment')], reason: ' ' };
    const { issues } = await ours.client.refused(Detach, { input }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['reason'] }]);
  });
});
