import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { unique, useApp } from '../support/app.ts';
import { attach, makeCertificate, makeCertifiedShop } from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { makeOrder } from '../support/factories.ts';
import { announceFile, storeFile } from '../support/machines.ts';
import { makeMillCertification } from '../support/mills.ts';
import { type Stream, subscribe } from '../support/stream.ts';
import { absentId, codeOf, logOf, uuidOf } from './support.ts';

const app = useApp();

const Create = graphql(`
  mutation CertificateCreate($input: CreateCertificateInput!) {
    createCertificate(input: $input) {
      __typename
      ... on CreateCertificateSuccess { certificate { ...CertificateShown } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Supersede = graphql(`
  mutation CertificateSupersede($input: SupersedeCertificateInput!) {
    supersedeCertificate(input: $input) {
      __typename
      ... on SupersedeCertificateSuccess {
        certificate { ...CertificateShown }
        superseded { id name version isSuperseded supersededBy { id } }
      }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on NotFoundError { id }
    }
  }
`);
graphql(`
  fragment CertificateShown on Certificate {
    id version type name kind metadata sha256 expiresAt createdAt isSuperseded
    file { id sha256 } millCertification { heats { nodes { number } } } supersedes { id } supersededBy { id } createdBy { id }
  }
`);
const Read = graphql(`
  query CertificateRead($id: ID!) { certificate(id: $id) { ...CertificateShown } }
`);
const Names = graphql(`
  query CertificateNames($filter: CertificateFilter, $search: String, $orderBy: [CertificateOrder!], $first: Int, $after: String) {
    certificates(filter: $filter, search: $search, orderBy: $orderBy, first: $first, after: $after) {
      totalCount nodes { name } pageInfo { endCursor hasNextPage }
    }
  }
`);

const names = async (client: Client, variables: object) => {
  const { certificates } = await client.query(Names, variables);
  return certificates.nodes.map(({ name }) => name);
};

describe('createCertificate', () => {
  it('keeps a certificate as it was given, with a hash that anybody can compute again', async () => {
    const { ours } = await app().organizations();
    const fileId = await storeFile(ours.client, 'Hardened at 870 °C');
    const metadata = { supplier: 'MetalCo', lot: { number: 'L-42', é: [1, 0.1, 1e21, null] }, A: true };
    const given = {
      type: 'PROCESS' as const,
      name: 'Heat treatment record HT-887',
      kind: 'heat treatment record',
      metadata,
      expiresAt: '2031-01-15T00:00:00.000Z',
    };
    const input = { ...given, fileId };
    const { certificate } = await ours.client.success(Create, { input }, 'CreateCertificateSuccess');
    expect(certificate).toMatchObject({ ...given, version: 1, isSuperseded: false });
    expect(certificate.id).toMatch(/^cert_[0-9a-f]{32}$/);
    expect(certificate.file?.id).toBe(fileId);
    const { type, name, kind, metadata: kept, expiresAt, file } = certificate;
    const fileSha256 = file?.sha256 ?? null;
    const says = { type, name, kind, metadata: kept, expiresAt, fileSha256, millCertificationId: null };
    const text = canonicalize(says) ?? '';
    expect(certificate.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect((await ours.client.query(Read, { id: certificate.id })).certificate).toEqual(certificate);
  });

  it('hashes the same for the same content, however it was written, and differently for any other', async () => {
    const { ours } = await app().organizations();
    const hash = async (more: object) => {
      const input = { type: 'MATERIAL' as const, name: 'Mill cert', ...more };
      return (await ours.client.success(Create, { input }, 'CreateCertificateSuccess')).certificate.sha256;
    };
    const bare = await hash({});
    expect(await hash({ metadata: null, kind: null })).toBe(bare);
    const some = await hash({ metadata: { b: 1, a: { d: 2, c: 3 } } });
    expect(await hash({ metadata: { a: { c: 3, d: 2 }, b: 1.0 } })).toBe(some);
    const others = [
      { metadata: {} },
      { metadata: { b: 2, a: { d: 2, c: 3 } } },
      { kind: '3.1' },
      { expiresAt: '2031-01-15T00:00:00Z' },
      { fileId: await storeFile(ours.client, 'Mill cert') },
      { type: 'PROCESS' },
      { name: 'Mill cert B' },
    ];
    const hashes = [bare, some, ...(await Promise.all(others.map(hash)))];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('hands on the data of a mill certification, which its hash covers, and which lists it', async () => {
    const { ours } = await app().organizations();
    const { id } = await makeMillCertification(ours.client);
    const input = { type: 'MATERIAL' as const, name: 'Handed on', millCertificationId: id };
    const { certificate } = await ours.client.success(Create, { input }, 'CreateCertificateSuccess');
    expect(certificate.millCertification?.heats.nodes[0]?.number).toEqual(expect.any(String));
    const says = {
      type: 'MATERIAL',
      name: 'Handed on',
      kind: null,
      metadata: null,
      expiresAt: null,
      fileSha256: null,
    };
    const text = canonicalize({ ...says, millCertificationId: id }) ?? '';
    expect(certificate.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(await names(ours.client, { filter: { millCertification: { equals: id } } })).toEqual([
      'Handed on',
    ]);
  });

  it('allows the same name twice, and nothing but a type and a name', async () => {
    const { ours } = await app().organizations();
    const input = { type: 'MATERIAL' as const, name: 'Steel Alloy 4140 Mill Cert' };
    const first = await ours.client.success(Create, { input }, 'CreateCertificateSuccess');
    const second = await ours.client.success(Create, { input }, 'CreateCertificateSuccess');
    expect(second.certificate.id).not.toBe(first.certificate.id);
    expect(second.certificate).toMatchObject({ kind: null, metadata: null, expiresAt: null, file: null });
  });

  it.each([
    ['an empty name', 'name', { name: '' }, 'must not be empty'],
    ['a blank name', 'name', { name: ' \t' }, 'must not be empty'],
    ['a long name', 'name', { name: 'x'.repeat(201) }, 'must be at most 200 characters'],
    ['a name of two lines', 'name', { name: 'a\nb' }, 'must be one line without control characters'],
    ['a blank kind', 'kind', { kind: ' ' }, 'must not be empty'],
    ['a list as metadata', 'metadata', { metadata: [1] }, 'must be a JSON object'],
    ['a text as metadata', 'metadata', { metadata: 'text' }, 'must be a JSON object'],
    [
      'NUL in the metadata',
      'metadata',
      { metadata: { a: '\0' } },
      'must not contain NUL characters or halves of surrogate pairs',
    ],
    [
      'much metadata',
      'metadata',
      { metadata: { a: 'x'.repeat(65_536) } },
      'must be at most 65536 characters as JSON',
    ],
  ])('refuses %s', async (_what, path, more, message) => {
    const { ours } = await app().organizations();
    const input = { type: 'MATERIAL' as const, name: 'Mill cert', ...more };
    const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(issues).toContainEqual({ path: [path], message });
  });

  it('refuses numbers that JSON cannot say, which a literal of a document can', async () => {
    const { ours } = await app().organizations();
    const answer = await ours.client.sendText(
      `mutation { createCertificate(input: { type: MATERIAL, name: "Mill cert", metadata: { deep: [1e999] } }) {
         __typename ... on InvalidInputError { issues { path message } } } }`,
    );
    expect(answer.data().createCertificate).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['metadata'], message: 'must have finite numbers only' }],
    });
  });

  it.each(['material', 'SUPPLIER', '', null, undefined])(
    'takes %j for no type, as BAD_USER_INPUT',
    async (type) => {
      const { ours } = await app().organizations();
      const text = `mutation M($input: CreateCertificateInput!) { createCertificate(input: $input) { __typename } }`;
      expect(await codeOf(ours.client, text, { input: { type, name: 'Mill cert' } })).toBe('BAD_USER_INPUT');
    },
  );

  it('refuses a document that is not stored, or is not ours', async () => {
    const { ours, theirs } = await app().organizations();
    const issueOf = async (fileId: string) => {
      const input = { type: 'MATERIAL' as const, name: 'Mill cert', fileId };
      return (await ours.client.refused(Create, { input }, 'InvalidInputError')).issues;
    };
    const { fileId: expected } = await announceFile(ours.client);
    expect(await issueOf(expected)).toEqual([
      {
        path: ['fileId'],
        message: 'names a File whose content has not been uploaded. Upload it first, then try again.',
      },
    ]);
    const foreign = await issueOf(await storeFile(theirs.client, 'Theirs'));
    expect(foreign).toEqual(await issueOf(absentId('File')));
  });

  it('makes one certificate of repeated and concurrent requests with the same key', async () => {
    const { ours } = await app().organizations();
    const input = { type: 'MATERIAL' as const, name: unique('Mill cert'), clientMutationId: 'once' };
    const made = await Promise.all(
      [1, 2, 3].map(() => ours.client.success(Create, { input }, 'CreateCertificateSuccess')),
    );
    expect(new Set(made.map(({ certificate }) => certificate.id)).size).toBe(1);
  });

  it('cannot be changed or removed by whatever writes to the database', async () => {
    const { ours } = await app().organizations();
    const id = uuidOf(await makeCertificate(ours.client));
    const { database } = app();
    await expect(
      database.query(`UPDATE "Certificate" SET name = 'Other' WHERE id = $1`, [id]),
    ).rejects.toThrow(/permanent/);
    await expect(database.query(`DELETE FROM "Certificate" WHERE id = $1`, [id])).rejects.toThrow(
      /permanent/,
    );
  });
});

describe('supersedeCertificate', () => {
  it('corrects a certificate by another and leaves the first as it was', async () => {
    const { ours } = await app().organizations();
    const id = await makeCertificate(ours.client, { name: 'HT-887' });
    const before = (await ours.client.query(Read, { id })).certificate;
    const input = { certificateId: id, type: 'PROCESS' as const, name: 'HT-887 B', reason: 'Wrong furnace' };
    const done = await ours.client.success(Supersede, { input }, 'SupersedeCertificateSuccess');
    expect(done.certificate).toMatchObject({ name: 'HT-887 B', supersedes: { id }, isSuperseded: false });
    expect(done.superseded).toEqual({
      id,
      name: 'HT-887',
      version: 1,
      isSuperseded: true,
      supersededBy: { id: done.certificate.id },
    });
    expect((await ours.client.query(Read, { id })).certificate).toEqual({
      ...before,
      isSuperseded: true,
      supersededBy: { id: done.certificate.id },
    });
  });

  it('is refused for what is superseded already, naming the one that stands', async () => {
    const { ours } = await app().organizations();
    const certificateId = await makeCertificate(ours.client, { name: 'HT-1' });
    const input = { certificateId, type: 'PROCESS' as const, name: 'HT-2', reason: 'Wrong furnace' };
    const { certificate } = await ours.client.success(Supersede, { input }, 'SupersedeCertificateSuccess');
    expect((await ours.client.refused(Supersede, { input }, 'BlockedError')).blockedBy).toEqual([
      {
        rule: 'certificate.notSuperseded',
        message: 'Certificate HT-1 is superseded by HT-2. Supersede that one.',
        subject: { id: certificate.id, label: 'HT-2' },
      },
    ]);
  });

  it('has one winner of many at once', async () => {
    const { ours } = await app().organizations();
    const certificateId = await makeCertificate(ours.client);
    const outcomes = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map(async (name) => {
        const input = { certificateId, type: 'PROCESS' as const, name, reason: 'Wrong furnace' };
        return (await ours.client.send(Supersede, { input })).data().supersedeCertificate.__typename;
      }),
    );
    expect(outcomes.sort()).toEqual([...Array(5).fill('BlockedError'), 'SupersedeCertificateSuccess']);
  });

  it('answers NotFoundError for the certificate of another organization', async () => {
    const { ours, theirs } = await app().organizations();
    const certificateId = await makeCertificate(theirs.client);
    const input = { certificateId, type: 'PROCESS' as const, name: 'B', reason: 'Wrong furnace' };
    expect((await ours.client.refused(Supersede, { input }, 'NotFoundError')).id).toBe(certificateId);
  });
});

describe('certificates', () => {
  it('are found by type, kind, name, hash, expiry, document, and what supersedes them', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const fileId = await storeFile(client, 'Mill cert');
    const mill = await makeCertificate(client, { type: 'MATERIAL', name: 'Mill', kind: '3.1', fileId });
    const old = await makeCertificate(client, { name: 'Old', expiresAt: '2027-01-01T00:00:00Z' });
    const input = { certificateId: old, type: 'PROCESS' as const, name: 'New', reason: 'Typo' };
    await client.success(Supersede, { input }, 'SupersedeCertificateSuccess');
    const sha256 = (await client.query(Read, { id: mill })).certificate?.sha256;
    const by = (filter: object) => names(client, { filter });
    expect(await by({ type: { equals: 'MATERIAL' } })).toEqual(['Mill']);
    expect(await by({ kind: { equals: '3.1' } })).toEqual(['Mill']);
    expect(await by({ sha256: { equals: sha256 } })).toEqual(['Mill']);
    expect(await by({ file: { equals: fileId } })).toEqual(['Mill']);
    expect(await by({ name: { startsWith: 'ne' } })).toEqual(['New']);
    expect(await by({ expiresAt: { before: '2028-01-01T00:00:00Z' } })).toEqual(['Old']);
    expect(await by({ expiresAt: { isNull: true } })).toEqual(['New', 'Mill']);
    expect(await by({ superseded: true })).toEqual(['Old']);
    expect(await by({ superseded: false })).toEqual(['New', 'Mill']);
    expect(await by({ not: { superseded: false } })).toEqual(['Old']);
    expect(await by({ supersedes: { equals: old } })).toEqual(['New']);
    expect(await names(client, { search: 'MIL' })).toEqual(['Mill']);
    expect(await names(client, { orderBy: [{ field: 'NAME', direction: 'ASC' }] })).toEqual([
      'Mill',
      'New',
      'Old',
    ]);
  });

  it('are found by a piece, a step and an order that have them, and not by one that had them', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const shop = await makeCertifiedShop(client);
    const { orderId, pieces } = await makeOrder(client, shop, { quantity: 2 });
    const [first = '', second = ''] = pieces.map(({ id }) => id);
    const [step = ''] = shop.stepIds;
    await attach(client, await makeCertificate(client, { name: 'A' }), step, [first]);
    const [gone] = await attach(client, await makeCertificate(client, { name: 'B' }), step, [first]);
    await client.sendText(
      'mutation M($input: DetachCertificateInput!) { detachCertificate(input: $input) { __typename } }',
      { input: { certificateAttachmentIds: [gone?.attachment?.id], reason: 'Wrong charge' } },
    );
    expect(await names(client, { filter: { piece: { equals: first } } })).toEqual(['A']);
    expect(await names(client, { filter: { piece: { equals: second } } })).toEqual([]);
    expect(await names(client, { filter: { order: { equals: orderId } } })).toEqual(['A']);
    expect(await names(client, { filter: { processStep: { equals: step } } })).toEqual(['A']);
    expect(await names(client, { filter: { processStep: { equals: shop.stepIds[1] } } })).toEqual([]);
  });

  it('are read page by page, each once', async () => {
    const { ours } = await app().organizations();
    for (const name of ['A', 'B', 'C']) await makeCertificate(ours.client, { name });
    const orderBy = [{ field: 'NAME' as const }];
    const first = (await ours.client.query(Names, { orderBy, first: 2 })).certificates;
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor;
    const rest = (await ours.client.query(Names, { orderBy, first: 2, after })).certificates;
    expect([...first.nodes, ...rest.nodes].map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });

  it('are not seen by another organization', async () => {
    const { ours, theirs } = await app().organizations();
    const id = await makeCertificate(theirs.client);
    expect((await ours.client.query(Read, { id })).certificate).toBeNull();
    expect(await names(ours.client, {})).toEqual([]);
  });
});

describe('the events of certificates', () => {
  const Events = graphql(`
    subscription CertificateStream($orderId: ID, $pieceIds: [ID!], $after: Cursor) {
      certificateEvents(orderId: $orderId, pieceIds: $pieceIds, after: $after) {
        __typename
        ... on CertificateSuperseded { reason certificate { name supersededBy { name } } }
        ... on CertificateAttached { certificateAttachment { piece { serial } certificate { name } } }
        ... on CertificateDetached { reason changes { field after } }
      }
    }
  `);

  /** The next message that is no Position. */
  async function nextFact<Message extends { __typename: string }>(stream: Stream<Message>): Promise<Message> {
    for (;;) {
      const message = await stream.next();
      if (message.__typename !== 'Position') return message;
    }
  }

  it('reach those who follow a piece or its order, and nobody else', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const shop = await makeCertifiedShop(client);
    const [order, other] = [await makeOrder(client, shop), await makeOrder(client, shop)];
    const [piece, second] = order.pieces;
    const ids = { piece: piece?.id ?? '', other: other.pieces[0]?.id ?? '' };
    const byOrder = await subscribe(client, Events, { orderId: order.orderId });
    const byPiece = await subscribe(client, Events, { pieceIds: [second?.id ?? ''] });
    const certificateId = await makeCertificate(client, { name: 'HT-1' });
    const [step = ''] = shop.stepIds;
    await attach(client, certificateId, step, [ids.other]);
    await attach(client, certificateId, step, [ids.piece]);
    const attached = {
      __typename: 'CertificateAttached',
      certificateAttachment: { piece: { serial: piece?.serial }, certificate: { name: 'HT-1' } },
    };
    expect(await nextFact(byOrder)).toEqual(attached);
    const input = { certificateId, type: 'PROCESS' as const, name: 'HT-2', reason: 'Wrong furnace' };
    await client.success(Supersede, { input }, 'SupersedeCertificateSuccess');
    expect(await nextFact(byOrder)).toEqual({
      __typename: 'CertificateSuperseded',
      reason: 'Wrong furnace',
      certificate: { name: 'HT-1', supersededBy: { name: 'HT-2' } },
    });
    // The first thing that the follower of the other piece hears is the last that was done.
    const last = await makeCertificate(client, { name: 'HT-3' });
    await attach(client, last, step, [second?.id ?? '']);
    expect(await nextFact(byPiece)).toMatchObject({
      __typename: 'CertificateAttached',
      certificateAttachment: { certificate: { name: 'HT-3' } },
    });
    await Promise.all([byOrder.close(), byPiece.close()]);
  });

  it('stand in the history of the piece', async () => {
    const { ours } = await app().organizations();
    const shop = await makeCertifiedShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const about = pieces.map(({ id }) => id);
    const certificateId = await makeCertificate(ours.client);
    const [made] = await attach(ours.client, certificateId, shop.stepIds[0], about);
    await ours.client.sendText(
      'mutation M($input: DetachCertificateInput!) { detachCertificate(input: $input) { __typename } }',
      { input: { certificateAttachmentIds: [made?.attachment?.id], reason: 'Wrong charge' } },
    );
    const answer = await ours.client.sendText(
      'query H($about: [ID!]) { events(filter: { about: $about }) { nodes { kind reason } } }',
      { about },
    );
    expect(answer.data().events).toMatchObject({
      nodes: [
        { kind: 'PieceCreated' },
        { kind: 'CertificateAttached' },
        { kind: 'CertificateDetached', reason: 'Wrong charge' },
      ],
    });
    const log = await logOf(app(), ours);
    expect(log.filter(({ kind }) => kind === 'CertificateCreated')).toHaveLength(1);
  });
});
