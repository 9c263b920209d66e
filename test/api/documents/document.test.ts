import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { documentNow, drawn, letter, makeDocument } from '../../support/documents.ts';
import { makeOrder, makeShop } from '../../support/factories.ts';
import { announce, storeFile } from '../../support/uploads.ts';
import { absentId, act, create, logOf } from '../support.ts';

const app = useApp();
const organization = async () => (await app().organizations()).ours;

const Create = graphql(`
  mutation DocumentCreate($input: CreateDocumentInput!) {
    createDocument(input: $input) {
      __typename
      ... on CreateDocumentSuccess { document { id } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Link = graphql(`
  mutation DocumentLinkMore($input: LinkDocumentInput!) {
    linkDocument(input: $input) {
      __typename
      ... on LinkDocumentSuccess { document { id } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const Unlink = graphql(`
  mutation DocumentUnlinkSome($input: UnlinkDocumentInput!) {
    unlinkDocument(input: $input) {
      __typename
      ... on UnlinkDocumentSuccess { document { id } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Replace = graphql(`
  mutation DocumentReplace($input: ReplaceDocumentInput!) {
    replaceDocument(input: $input) {
      __typename
      ... on ReplaceDocumentSuccess { document { id revision } previous { id archivedAt } }
      ... on TransitionError { from allowedActions }
      ... on ConflictError { currentVersion }
    }
  }
`);
const OfOrder = graphql(`
  query DocumentsOfOrder($id: ID!, $filter: DocumentFilter) {
    order(id: $id) { documents(filter: $filter) { totalCount nodes { id name } } }
  }
`);
const All = graphql(`
  query DocumentsAll($filter: DocumentFilter) { documents(filter: $filter) { nodes { id } } }
`);

describe('a document', () => {
  it('belongs to objects of any kind, and each of them lists it', async () => {
    const { client } = await organization();
    const shop = await makeShop(client);
    const order = await makeOrder(client, shop);
    const piece = order.pieces[0]?.id ?? '';
    const id = await makeDocument(app(), client, {
      name: 'Drawing 12',
      about: [order.orderId, piece, shop.materialId],
    });
    const made = await documentNow(client, id);
    expect(made).toMatchObject({
      name: 'Drawing 12',
      revision: 1,
      status: 'IN_USE',
      previous: null,
      next: null,
    });
    expect(made.links.nodes.map(({ subject }) => subject?.id).sort()).toEqual(
      [order.orderId, piece, shop.materialId].sort(),
    );
    const listed = await client.query(OfOrder, { id: order.orderId, filter: null });
    expect(listed.order?.documents).toMatchObject({ totalCount: 1, nodes: [{ id, name: 'Drawing 12' }] });
    for (const filter of [
      { subject: { equals: piece } },
      { subjectType: { equals: 'Material' }, name: { equals: 'Drawing 12' } },
    ]) {
      expect((await client.query(All, { filter })).documents.nodes).toContainEqual({ id });
    }
    expect(
      (await client.query(All, { filter: { subject: { equals: shop.printerId } } })).documents.nodes,
    ).toEqual([]);
  });

  it('is called like its file unless it has a name of its own', async () => {
    const { client } = await organization();
    const fileId = await storeFile(app(), client, 'a,b\n1,2\n', { name: 'readings.csv' });
    expect((await documentNow(client, await create(client, 'Document', { fileId }))).name).toBe(
      'readings.csv',
    );
  });

  it('is refused where it belongs to nothing that is there, and where its file is not', async () => {
    const { client } = await organization();
    const fileId = await storeFile(app(), client, 'Hello');
    const about = [absentId('Order'), fileId, absentId('ApiToken')];
    const kinds = await client.refused(Create, { input: { fileId, about } }, 'InvalidInputError');
    expect(kinds.issues).toEqual([
      { path: ['about', '1'], message: 'names a File: no document is attached to one.' },
      { path: ['about', '2'], message: 'names a ApiToken: no document is attached to one.' },
    ]);
    const absent = await client.refused(
      Create,
      { input: { fileId, about: [absentId('Order')] } },
      'InvalidInputError',
    );
    expect(absent.issues).toEqual([
      { path: ['about', '0'], message: 'names nothing that is visible to you.' },
    ]);
    const upload = await announce(app(), client, { size: '3' });
    await upload.put('four');
    await upload.put('longer');
    const file = await client.refused(Create, { input: { fileId: absentId('File') } }, 'InvalidInputError');
    expect(file.issues[0]?.path).toEqual(['fileId']);
  });

  it('is linked to more, and unlinked, and the history tells of both', async () => {
    const ours = await organization();
    const { client } = ours;
    const shop = await makeShop(client);
    const order = await makeOrder(client, shop);
    const id = await makeDocument(app(), client, { about: [order.orderId] });
    await client.success(
      Link,
      { input: { documentId: id, about: [order.orderId, shop.materialId] } },
      'LinkDocumentSuccess',
    );
    expect((await documentNow(client, id)).links.totalCount).toBe(2);
    const wrong = { documentId: id, about: [shop.printerId] };
    expect((await client.refused(Unlink, { input: wrong }, 'InvalidInputError')).issues).toEqual([
      { path: ['about', '0'], message: 'names nothing that the document is linked to.' },
    ]);
    const input = { documentId: id, about: [order.orderId], reason: 'It is of another order' };
    await client.success(Unlink, { input }, 'UnlinkDocumentSuccess');
    expect((await documentNow(client, id)).links.nodes.map(({ subject }) => subject?.id)).toEqual([
      shop.materialId,
    ]);
    const log = await logOf(app(), ours);
    const kinds = log
      .filter(({ subjectType }) => subjectType === 'DocumentLink')
      .map(({ kind, reason }) => [kind, reason]);
    expect(kinds.slice(-3)).toEqual([
      ['DocumentLinked', null],
      ['DocumentLinked', null],
      ['DocumentUnlinked', 'It is of another order'],
    ]);
  });

  it('belongs to no more than a hundred objects', async () => {
    const { client } = await organization();
    const shop = await makeShop(client);
    const ids: string[] = [];
    for (let made = 0; made < 101; made++)
      ids.push(await create(client, 'Manufacturer', { name: `Maker ${made} ${Math.random()}` }));
    const id = await makeDocument(app(), client, { about: ids.slice(0, 100) });
    const input = { documentId: id, about: [ids[100] ?? '', shop.materialId] };
    const { issues } = await client.refused(Link, { input }, 'InvalidInputError');
    expect(issues[0]?.message).toMatch(/^is too much: a document belongs to at most 100 objects/);
  });
});

describe('a revision', () => {
  it('takes over all links, and archives the former with its own', async () => {
    const { client } = await organization();
    const shop = await makeShop(client);
    const order = await makeOrder(client, shop);
    const first = await makeDocument(app(), client, {
      name: 'Plan',
      about: [order.orderId, shop.materialId],
    });
    const ids = [first];
    for (const content of ['Second', 'Third']) {
      const fileId = await storeFile(app(), client, content);
      const input = { documentId: ids.at(-1) ?? '', fileId };
      const { document, previous } = await client.success(Replace, { input }, 'ReplaceDocumentSuccess');
      expect(previous).toMatchObject({ id: ids.at(-1), archivedAt: expect.any(String) });
      ids.push(document.id);
    }
    const newest = await documentNow(client, ids[2] ?? '');
    expect(newest).toMatchObject({ name: 'Plan', revision: 3, previous: { id: ids[1] }, next: null });
    expect(newest.previousDocuments).toEqual({
      totalCount: 2,
      nodes: [
        { id: ids[1], revision: 2 },
        { id: ids[0], revision: 1 },
      ],
    });
    expect(newest.links.totalCount).toBe(2);
    expect(await documentNow(client, first)).toMatchObject({
      status: 'ARCHIVED',
      allowedActions: ['DRAW_DOCUMENT_SNAPSHOT'],
      next: { id: ids[1] },
      links: { totalCount: 2 },
    });
    const inUse = await client.query(OfOrder, { id: order.orderId, filter: { archived: false } });
    expect(inUse.order?.documents.nodes).toEqual([{ id: ids[2], name: 'Plan' }]);
    expect(
      (await client.query(OfOrder, { id: order.orderId, filter: { newest: false } })).order?.documents
        .totalCount,
    ).toBe(2);
  });

  it('is made once: of what was replaced there is no other, and of another version neither', async () => {
    const { client } = await organization();
    const id = await makeDocument(app(), client);
    const fileId = await storeFile(app(), client, 'Second');
    const stale = { documentId: id, fileId, expectedVersion: 7 };
    expect(await client.refused(Replace, { input: stale }, 'ConflictError')).toMatchObject({
      currentVersion: 1,
    });
    const both = await Promise.all(
      [1, 2].map(() => client.send(Replace, { input: { documentId: id, fileId } })),
    );
    const outcomes = both.map((answer) => answer.data().replaceDocument.__typename).sort();
    expect(outcomes).toEqual(['ReplaceDocumentSuccess', 'TransitionError']);
  });
});

describe('the picture of the first page', () => {
  const sizeOf = async (url: string) => {
    const answer = await fetch(new URL(url, app().url));
    const { width, height, format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    return { width, height, format };
  };

  it('is drawn of a PDF, and of a photo as the camera was held', async () => {
    const { client } = await organization();
    const pdf = await drawn(
      client,
      await makeDocument(app(), client, { content: await letter(), name: 'Letter' }),
    );
    expect(pdf.snapshot).toMatchObject({
      status: 'COMPLETE',
      note: null,
      height: 1024,
      file: { name: 'Letter.png' },
    });
    expect(await sizeOf(pdf.snapshot.file?.url ?? '')).toEqual({
      format: 'png',
      width: pdf.snapshot.width,
      height: 1024,
    });
    const photo = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: '#335577' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const held = await drawn(client, await makeDocument(app(), client, { content: Uint8Array.from(photo) }));
    expect(held.snapshot).toMatchObject({ status: 'COMPLETE', width: 512, height: 1024 });
  });

  it('there is none of a table, nor of a damaged PDF, and both say why', async () => {
    const { client } = await organization();
    const table = await makeDocument(app(), client, { content: 'a,b\n1,2\n', file: { name: 'table.csv' } });
    expect((await documentNow(client, table)).snapshot).toMatchObject({
      status: 'SKIPPED',
      note: 'No picture is drawn of text/csv.',
    });
    const damaged = Uint8Array.from(
      Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << >>\n%%EOF'),
    );
    const { snapshot } = await drawn(client, await makeDocument(app(), client, { content: damaged }));
    expect(snapshot).toMatchObject({ status: 'ERROR', file: null, note: expect.stringMatching(/\w/) });
  });

  it('waits for a content that comes later, and there is none where it is refused', async () => {
    const { client } = await organization();
    const content = await letter();
    const upload = await announce(app(), client, { name: 'later.pdf' });
    const id = await create(client, 'Document', { fileId: upload.id });
    expect((await documentNow(client, id)).snapshot.status).toBe('NOT_UPLOADED');
    expect((await upload.put(content)).status).toBe(201);
    expect((await drawn(client, id)).snapshot.status).toBe('COMPLETE');

    const other = await announce(app(), client, { name: 'other.pdf', sha256: '0'.repeat(64) });
    const refused = await create(client, 'Document', { fileId: other.id });
    expect((await other.put(content)).status).toBe(422);
    expect((await documentNow(client, refused)).snapshot).toMatchObject({
      status: 'ERROR',
      note: expect.stringContaining('SHA-256'),
    });
    const { issues } = await client.refused(Create, { input: { fileId: other.id } }, 'InvalidInputError');
    expect(issues[0]?.message).toMatch(/^names a File whose content was refused/);
  });

  it('is drawn anew on demand', async () => {
    const { client } = await organization();
    const id = await makeDocument(app(), client, { content: await letter() });
    const first = await drawn(client, id);
    await act(client, 'drawDocumentSnapshot', { documentId: id }, '__typename');
    const second = await drawn(client, id);
    expect(second.snapshot.status).toBe('COMPLETE');
    expect(second.snapshot.file?.id).not.toBe(first.snapshot.file?.id);
  });
});
