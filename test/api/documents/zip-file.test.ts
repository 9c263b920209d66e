import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { CreateZipFileInput, ZipFileShownFragment } from '../../../client/generated/graphql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { documentNow, makeDocument } from '../../support/documents.ts';
import { makeOrder, makeShop } from '../../support/factories.ts';
import { announce, storeFile } from '../../support/uploads.ts';
import { absentId, act, create, uuidOf } from '../support.ts';

let ahead = 0;
const app = useApp({ now: () => new Date(Date.now() + ahead) });
const organization = async () => (await app().organizations()).ours;

const Create = graphql(`
  mutation ZipFileCreate($input: CreateZipFileInput!) {
    createZipFile(input: $input) {
      __typename
      ... on CreateZipFileSuccess { zipFile { ...ZipFileShown } }
      ... on InvalidInputError { issues { path message } }
      ... on BlockedError { blockedBy { rule message subject { id } } }
    }
  }
  fragment ZipFileShown on ZipFile {
    id version name status allowedActions entryCount size expiresAt revokedAt url
    order { id }
    entries { path size sha256 document { id } }
  }
`);
const Revoke = graphql(`
  mutation ZipFileRevoke($input: RevokeZipFileInput!) {
    revokeZipFile(input: $input) {
      __typename
      ... on RevokeZipFileSuccess { zipFile { status url revokedAt } }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const Now = graphql(`
  query ZipFileNow($id: ID!) { zipFile(id: $id) { ...ZipFileShown } }
`);
const Available = graphql(`
  query ZipFilesAvailable($available: Boolean!) { zipFiles(filter: { available: $available }) { nodes { id } } }
`);

const packed = async (client: Client, input: CreateZipFileInput) =>
  (await client.success(Create, { input }, 'CreateZipFileSuccess')).zipFile;

const download = (zipFile: Pick<ZipFileShownFragment, 'url'>) => fetch(new URL(zipFile.url ?? '', app().url));

async function unpacked(zipFile: ZipFileShownFragment): Promise<Record<string, string>> {
  const answer = await download(zipFile);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const entries = Object.entries(unzipSync(new Uint8Array(await answer.arrayBuffer())));
  return Object.fromEntries(entries.map(([path, content]) => [path, Buffer.from(content).toString()]));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An order with a document of its own, of its line item and of one piece. */
async function documentedOrder(client: Client) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop);
  const lineItemId = order.lineItemId;
  const pieceId = order.pieces[0]?.id ?? '';
  const of = (about: string, content: string, name: string) =>
    makeDocument(app(), client, { about: [about], content, name, file: { name: 'note.txt' } });
  const ofOrder = await of(order.orderId, 'the order', 'Plan');
  const ofItem = await of(lineItemId, 'the item', 'Plan');
  const ofPiece = await of(pieceId, 'the piece', 'Plan');
  return { order, lineItemId, pieceId, ofOrder, ofItem, ofPiece };
}

describe('an archive', () => {
  it('holds all documents of an order, its line items and their pieces, with a manifest', async () => {
    const { client } = await organization();
    const { order, ofOrder, ofItem, ofPiece } = await documentedOrder(client);
    const zipFile = await packed(client, { orderId: order.orderId });
    expect(zipFile).toMatchObject({
      status: 'AVAILABLE',
      entryCount: 3,
      size: '26',
      order: { id: order.orderId },
    });
    expect(zipFile.entries.map(({ document }) => document?.id)).toEqual([ofOrder, ofItem, ofPiece]);
    expect(zipFile.entries[0]?.path).toBe('Plan.txt');
    const { 'manifest.json': manifest, ...contents } = await unpacked(zipFile);
    expect(Object.values(contents)).toEqual(['the order', 'the item', 'the piece']);
    for (const { path, sha256: hash } of zipFile.entries) expect(sha256(contents[path] ?? '')).toBe(hash);
    expect(JSON.parse(manifest ?? '')).toMatchObject({
      name: zipFile.name,
      entries: zipFile.entries.map(({ document, size, ...entry }) => ({
        ...entry,
        document: document?.id,
        size: Number(size),
      })),
    });
  });

  it('is the same byte for byte whenever it is read, also when its documents have moved on', async () => {
    const { client } = await organization();
    const { order, ofItem } = await documentedOrder(client);
    const zipFile = await packed(client, { orderId: order.orderId });
    const read = async () =>
      sha256(Buffer.from(await (await download(zipFile)).arrayBuffer()).toString('base64'));
    const before = await read();
    const fileId = await storeFile(app(), client, 'another');
    await act(client, 'replaceDocument', { documentId: ofItem, fileId }, '__typename');
    expect(await read()).toBe(before);
    expect(
      (await packed(client, { orderId: order.orderId })).entries.map(({ document }) => document?.id),
    ).not.toContain(ofItem);
    expect((await packed(client, { documentIds: [ofItem] })).entries).toMatchObject([
      { document: { id: ofItem } },
    ]);
  });

  it('holds those of some line items only, of objects of any kind, and those that are named, each once', async () => {
    const { client } = await organization();
    const { order, lineItemId, ofItem, ofPiece, ofOrder, pieceId } = await documentedOrder(client);
    const items = await packed(client, { orderId: order.orderId, lineItemIds: [lineItemId] });
    expect(items.entries.map(({ document }) => document?.id)).toEqual([ofItem, ofPiece]);
    const named = await packed(client, {
      about: [pieceId, order.orderId],
      documentIds: [ofPiece],
      name: 'Some of it',
    });
    expect(named.entries.map(({ document }) => document?.id)).toEqual([ofPiece, ofOrder]);
    expect(named.name).toBe('Some of it');
    expect((await download(named)).headers.get('content-disposition')).toContain('"Some of it.zip"');
    expect(new Set(named.entries.map(({ path }) => path))).toEqual(new Set(['Plan.txt', 'Plan (2).txt']));
  });

  it('is refused where there is nothing to pack, or where what is named is not there or of another order', async () => {
    const { client } = await organization();
    const { order, lineItemId } = await documentedOrder(client);
    const other = await documentedOrder(client);
    const issues = async (input: CreateZipFileInput) =>
      (await client.refused(Create, { input }, 'InvalidInputError')).issues;
    expect((await issues({}))[0]?.message).toMatch(/nothing to pack/);
    const maker = await create(client, 'Manufacturer', { name: unique('Maker') });
    expect((await issues({ about: [maker] }))[0]?.message).toMatch(/nothing to pack/);
    expect(await issues({ orderId: order.orderId, lineItemIds: [other.lineItemId] })).toEqual([
      { path: ['lineItemIds', '0'], message: 'names a line item of another order.' },
    ]);
    expect(await issues({ lineItemIds: [lineItemId], documentIds: [absentId('Document')] })).toEqual([
      { path: ['documentIds', '0'], message: 'names no Document that is visible to you.' },
    ]);
    expect((await issues({ orderId: order.orderId, expiresIn: 'P31D' }))[0]?.path).toEqual(['expiresIn']);
    expect((await issues({ orderId: order.orderId, expiresIn: 'PT1S' }))[0]?.path).toEqual(['expiresIn']);
  });

  it('is refused while the content of a document has not come', async () => {
    const { client } = await organization();
    const upload = await announce(app(), client);
    const documentId = await create(client, 'Document', { fileId: upload.id, name: 'Late' });
    const { blockedBy } = await client.refused(
      Create,
      { input: { documentIds: [documentId] } },
      'BlockedError',
    );
    expect(blockedBy).toEqual([
      {
        rule: 'zipFile.contentsAreStored',
        message: 'The content of Late has not come. Upload it, or leave the document out.',
        subject: { id: documentId },
      },
    ]);
    await upload.put('now');
    expect((await packed(client, { documentIds: [documentId] })).entryCount).toBe(1);
    expect((await documentNow(client, documentId)).file.status).toBe('STORED');
  });
});

describe('the contents of an archive', () => {
  it('lie where they harm nobody, whatever their documents are called', async () => {
    const { client } = await organization();
    const names = [
      '../../etc/passwd',
      'C:\\run.exe',
      '/absolute',
      'same',
      'SAME',
      'manifest.json',
      'x'.repeat(255),
    ];
    const documentIds: string[] = [];
    for (const name of [...names, 'x'.repeat(255)]) {
      documentIds.push(await makeDocument(app(), client, { name, content: name, file: { name: 'a.json' } }));
    }
    const zipFile = await packed(client, { documentIds });
    const { 'manifest.json': manifest, ...contents } = await unpacked(zipFile);
    expect(JSON.parse(manifest ?? '').entries).toHaveLength(8);
    expect(Object.keys(contents)).toEqual([
      '__.._etc_passwd.json',
      'C__run.exe',
      '_absolute.json',
      'same.json',
      'SAME (2).json',
      'manifest (2).json',
      `${'x'.repeat(115)}.json`,
      `${'x'.repeat(111)} (2).json`,
    ]);
    expect(contents['manifest (2).json']).toBe('manifest.json');
  });

  it('are at most 2,000, and 20 GiB', async () => {
    const { client, organizationId } = await organization();
    const { order, ofOrder } = await documentedOrder(client);
    const { database } = app();
    const refused = async () =>
      (await client.refused(Create, { input: { orderId: order.orderId } }, 'InvalidInputError')).issues[0]
        ?.message;
    const resize = (size: string) =>
      database.query(
        `UPDATE "File" f SET size = $3::bigint FROM "Document" d
         WHERE f."organizationId" = $1 AND d."organizationId" = $1 AND d.id = $2 AND f.id = d."fileId"`,
        [organizationId, uuidOf(ofOrder), size],
      );
    await resize(String(20 * 1024 ** 3));
    expect(await refused()).toMatch(/^leaves 21474836497 bytes; an archive has at most 21474836480/);
    await resize('9');
    await database.query(
      `WITH copies AS (
         INSERT INTO "Document" ("organizationId", id, "seriesId", revision, name, "fileId", "createdAt", "updatedAt")
         SELECT d."organizationId", n.id, n.id, 1, d.name, d."fileId", d."createdAt", d."updatedAt"
         FROM "Document" d, (SELECT gen_random_uuid() AS id FROM generate_series(1, 1998)) n
         WHERE d."organizationId" = $1 AND d.id = $2 RETURNING id
       )
       INSERT INTO "DocumentLink" ("organizationId", id, "documentId", "subjectType", "subjectId", "createdAt", "updatedAt")
       SELECT $1, gen_random_uuid(), id, 'Order', $3, now(), now() FROM copies`,
      [organizationId, uuidOf(ofOrder), uuidOf(order.orderId)],
    );
    expect(await refused()).toMatch(/^leaves more than 2000 documents/);
    const items = { orderId: order.orderId, lineItemIds: [order.lineItemId] };
    expect((await packed(client, items)).entryCount).toBe(2);
  });
});

describe('the end of an archive', () => {
  it('comes with its time: its links end with it, however long they were to last', async () => {
    const { client } = await organization();
    const { ofOrder } = await documentedOrder(client);
    const zipFile = await packed(client, { documentIds: [ofOrder], expiresIn: 'PT1M' });
    expect((await download(zipFile)).status).toBe(200);
    ahead += 61_000;
    expect((await download(zipFile)).status).toBe(403);
    const { zipFile: now } = await client.query(Now, { id: zipFile.id });
    expect(now).toMatchObject({ status: 'EXPIRED', url: null, allowedActions: [] });
    const input = { zipFileId: zipFile.id };
    expect(await client.refused(Revoke, { input }, 'TransitionError')).toMatchObject({ from: 'EXPIRED' });
    const ended = await client.query(Available, { available: false });
    expect(ended.zipFiles.nodes).toContainEqual({ id: zipFile.id });
    expect((await client.query(Available, { available: true })).zipFiles.nodes).not.toContainEqual({
      id: zipFile.id,
    });
  });

  it('comes at once where it is withdrawn: a link answers like one that never was', async () => {
    const { client } = await organization();
    const { ofOrder } = await documentedOrder(client);
    const zipFile = await packed(client, { documentIds: [ofOrder] });
    const input = { zipFileId: zipFile.id };
    const revoked = await client.success(Revoke, { input }, 'RevokeZipFileSuccess');
    expect(revoked.zipFile).toMatchObject({ status: 'REVOKED', url: null, revokedAt: expect.any(String) });
    const gone = await download(zipFile);
    const forged = await fetch(new URL((zipFile.url ?? '').replace(/signature=./, 'signature=_'), app().url));
    expect([gone.status, await gone.text()]).toEqual([forged.status, await forged.text()]);
  });
});
