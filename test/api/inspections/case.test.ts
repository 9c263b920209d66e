import { createHash } from 'node:crypto';
import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { canonicalJson, sha256 } from '../../../src/canonical.ts';
import { isIncluded, leafHash, merkleRoot } from '../../../src/timestamps/merkle.ts';
import { useApp } from '../../support/app.ts';
import { makeOrder, makeShop } from '../../support/factories.ts';
import {
  addItem,
  caseNow,
  close,
  makeCase,
  makeReport,
  pixel,
  storePhoto,
} from '../../support/inspections.ts';
import { storeFile } from '../../support/uploads.ts';
import { absentId, act, create, logOf, mutationText, type Reply } from '../support.ts';

const app = useApp();
const ours = async () => (await app().organizations()).ours;

/** The refusals that a mutation can answer are those that its document may name. */
const fragments: Readonly<Record<string, string>> = {
  InvalidInputError: 'issues { path message }',
  TransitionError: 'from allowedActions',
  BlockedError: 'blockedBy { rule }',
};

function refusalsOf(mutation: string): string {
  const result = schema.getType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Result`);
  const members = isUnionType(result) ? result.getTypes().map(({ name }) => name) : [];
  return members
    .flatMap((name) => (fragments[name] ? [`... on ${name} { ${fragments[name]} }`] : []))
    .join(' ');
}

async function refused(client: Awaited<ReturnType<typeof ours>>['client'], mutation: string, input: object) {
  const answer = await client.sendText(mutationText(mutation, '__typename', refusalsOf(mutation)), { input });
  return answer.data()[mutation] as Reply;
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('an inspection case', () => {
  it('is opened, filled in order, and closed with a root over its items', async () => {
    const { client } = await ours();
    const id = await makeCase(client);
    const first = await addItem(client, id);
    const second = await addItem(client, id, { reference: 'CRM-17' });
    expect([first.position, second.position]).toEqual([1, 2]);
    expect(second.reference).toBe('CRM-17');
    const open = await caseNow(client, id);
    expect(open).toMatchObject({ status: 'OPEN', merkleRoot: null, timestamp: null, bundle: null });
    expect(first.reference).toBe(`${open.number}/1`);
    expect(open.number).toMatch(/^I-\d{6}$/);

    const done = await close(client, id);
    const leaves = [first, second].map((item) => bytes(item.leafHash));
    expect(done).toMatchObject({ status: 'CLOSED', merkleRoot: merkleRoot(leaves).toString('hex') });
    expect(done.timestamp?.imprint).toBe(done.merkleRoot);
  });

  it('hashes all that an item says, so that everybody can compute it', async () => {
    const { client } = await ours();
    const id = await makeCase(client);
    const imageId = await storePhoto(app(), client, 7);
    const imageHash = createHash('sha256').update(pixel(7)).digest('hex');
    const item = await addItem(client, id, {
      reference: 'A-1',
      stepAction: 'Photography',
      stepTitle: 'Equipment',
      stepDescription: 'From the front.',
      description: 'A crack',
      data: 'Größe: 3 mm',
      latitude: '48.8566',
      longitude: '2.3522000',
      accuracy: '4.50',
      takenAt: '2026-03-01T12:00:00.000Z',
      imageId,
      imageHash,
    });
    expect(item.imageHash).toBe(imageHash);
    const answer = await client.sendText(
      'query ($id: ID!) { inspectionItem(id: $id) { createdAt latitude longitude accuracy receivedAfter case { number } image { id } } }',
      { id: item.id },
    );
    const stored = answer.data().inspectionItem as { createdAt: string; case: { number: string } };
    expect(stored).toMatchObject({
      latitude: '48.8566',
      longitude: '2.3522',
      accuracy: '4.5',
      image: { id: imageId },
      receivedAfter: (Date.parse(stored.createdAt) - Date.parse('2026-03-01T12:00:00.000Z')) / 1_000,
    });
    const said = canonicalJson({
      case: stored.case.number,
      position: 1,
      reference: 'A-1',
      stepAction: 'Photography',
      stepTitle: 'Equipment',
      stepDescription: 'From the front.',
      description: 'A crack',
      data: 'Größe: 3 mm',
      latitude: '48.8566',
      longitude: '2.3522',
      accuracyInMetres: '4.5',
      takenAt: '2026-03-01T12:00:00.000Z',
      imageSha256: imageHash,
      createdAt: stored.createdAt,
    });
    expect(item.leafHash).toBe(leafHash(Buffer.from(said)).toString('hex'));
  });

  it('proves of each item that it is in the root, once it is closed', async () => {
    const { client } = await ours();
    const id = await makeCase(client);
    for (let count = 0; count < 5; count++) await addItem(client, id);
    const query = `query ($id: ID!) { inspectionCase(id: $id) { merkleRoot
      items(orderBy: [{ field: POSITION }]) { nodes { leafHash inclusionProof } } } }`;
    type Proven = {
      merkleRoot: string;
      items: { nodes: { leafHash: string; inclusionProof: string[] | null }[] };
    };
    const before = (await client.sendText(query, { id })).data().inspectionCase as Proven;
    expect(before.items.nodes.map(({ inclusionProof }) => inclusionProof)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    await close(client, id);
    const { merkleRoot: root, items } = (await client.sendText(query, { id })).data()
      .inspectionCase as Proven;
    items.nodes.forEach(({ leafHash: leaf, inclusionProof }, index) => {
      const proof = (inclusionProof ?? []).map(bytes);
      expect(isIncluded(bytes(leaf), { index, count: 5, proof, root: bytes(root) })).toBe(true);
      expect(isIncluded(bytes(leaf), { index: (index + 1) % 5, count: 5, proof, root: bytes(root) })).toBe(
        false,
      );
    });
  });

  it('takes nothing more once it is closed, and is not closed twice', async () => {
    const { client } = await ours();
    const inspectionCaseId = await makeCase(client);
    await addItem(client, inspectionCaseId);
    await close(client, inspectionCaseId);
    const closed = {
      __typename: 'TransitionError',
      from: 'CLOSED',
      allowedActions: ['STAMP_INSPECTION_CASE'],
    };
    expect(
      await refused(client, 'addInspectionItem', { inspectionCaseId, stepAction: 'Text' }),
    ).toMatchObject(closed);
    expect(await refused(client, 'closeInspectionCase', { inspectionCaseId })).toMatchObject(closed);
    const { items } = (
      await client.sendText('query ($id: ID!) { inspectionCase(id: $id) { items { totalCount } } }', {
        id: inspectionCaseId,
      })
    ).data().inspectionCase as { items: { totalCount: number } };
    expect(items.totalCount).toBe(1);
  });

  it('is not closed without an item', async () => {
    const { client } = await ours();
    const inspectionCaseId = await makeCase(client);
    expect(await refused(client, 'closeInspectionCase', { inspectionCaseId })).toMatchObject({
      __typename: 'BlockedError',
      blockedBy: [{ rule: 'inspectionCase.hasItems' }],
    });
  });

  it('gives items that come at once places of their own, and closes around them', async () => {
    const { client } = await ours();
    const id = await makeCase(client);
    const added = await Promise.all(Array.from({ length: 8 }, () => addItem(client, id)));
    expect(added.map(({ position }) => position).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const closing = [1, 2, 3].map(() => refused(client, 'closeInspectionCase', { inspectionCaseId: id }));
    const names = (await Promise.all(closing)).map(({ __typename }) => __typename);
    expect(names.sort()).toEqual(['CloseInspectionCaseSuccess', 'TransitionError', 'TransitionError']);
    const leaves = added.sort((a, b) => a.position - b.position).map(({ leafHash: leaf }) => bytes(leaf));
    expect((await caseNow(client, id)).merkleRoot).toBe(merkleRoot(leaves).toString('hex'));
  });

  it('has a bounded number of items', async () => {
    const organization = await ours();
    const { client } = organization;
    const inspectionCaseId = await makeCase(client);
    await addItem(client, inspectionCaseId);
    await app().database.query(
      `INSERT INTO "InspectionItem" ("organizationId", id, "caseId", position, reference, "stepAction", "leafHash", "createdAt", "updatedAt")
       SELECT "organizationId", gen_random_uuid(), "caseId", p, 'many ' || p, 'Text', "leafHash", "createdAt", "updatedAt"
       FROM "InspectionItem", generate_series(2, 200) p WHERE "organizationId" = $1`,
      [organization.organizationId],
    );
    expect(
      await refused(client, 'addInspectionItem', { inspectionCaseId, stepAction: 'Text' }),
    ).toMatchObject({
      __typename: 'BlockedError',
      blockedBy: [{ rule: 'inspectionCase.hasRoom' }],
    });
  });

  it('of late evidence continues a closed case of the same report', async () => {
    const { client } = await ours();
    const inspectionReportId = await makeReport(client);
    const earlier = await makeCase(client, { inspectionReportId });
    const input = { inspectionReportId, frame: 'Visual', continuesId: earlier };
    expect(await refused(client, 'createInspectionCase', input)).toMatchObject({
      issues: [{ path: ['continuesId'], message: expect.stringContaining('open') }],
    });
    await addItem(client, earlier);
    await close(client, earlier);
    const late = await create(client, 'InspectionCase', input);
    const answer = await client.sendText(
      'query ($id: ID!) { inspectionCase(id: $id) { continues { id } } }',
      { id: late },
    );
    expect(answer.data().inspectionCase).toEqual({ continues: { id: earlier } });
    expect(
      await refused(client, 'createInspectionCase', {
        ...input,
        inspectionReportId: await makeReport(client),
      }),
    ).toMatchObject({ issues: [{ path: ['continuesId'], message: 'names a case of another report.' }] });
  });

  it('may be of a piece and its report about an order, where they are found again', async () => {
    const { client } = await ours();
    const order = await makeOrder(client, await makeShop(client), { quantity: 1 });
    const pieceId = order.pieces[0]?.id ?? '';
    const inspectionReportId = await makeReport(client, { orderId: order.orderId });
    const id = await makeCase(client, { inspectionReportId, pieceId });
    const answer = await client.sendText(
      `query ($piece: ID!, $order: ID!) { piece(id: $piece) { inspectionCases { nodes { id } } }
         order(id: $order) { inspectionReports { nodes { id cases { nodes { id } } } } } }`,
      { piece: pieceId, order: order.orderId },
    );
    expect(answer.data()).toEqual({
      piece: { inspectionCases: { nodes: [{ id }] } },
      order: { inspectionReports: { nodes: [{ id: inspectionReportId, cases: { nodes: [{ id }] } }] } },
    });
  });

  it('tells what happened to it in the log, without the token of the timestamp and of the report', async () => {
    const organization = await ours();
    const { client } = organization;
    const id = await makeCase(client);
    await addItem(client, id);
    await close(client, id);
    const log = await logOf(app(), organization);
    const kinds = log.map(({ kind }) => kind).filter((kind) => /^(Inspection|Timestamp)/.test(kind));
    expect(kinds).toEqual([
      'InspectionReportCreated',
      'InspectionCaseCreated',
      'InspectionItemAdded',
      'TimestampRequested',
      'InspectionCaseStatusChanged',
      'TimestampFailed',
      'InspectionCaseChanged',
    ]);
    const text = JSON.stringify(log.map(({ before, after, data }) => [before, after, data]));
    const answer = await client.sendText('{ inspectionReports { nodes { token } } }');
    const [shared] = (answer.data().inspectionReports as { nodes: { token: string }[] }).nodes;
    expect(shared?.token).toMatch(/^ir_[\w-]{32}$/);
    for (const secret of [shared?.token ?? '', sha256(shared?.token ?? '')])
      expect(text).not.toContain(secret);
    const report = log.find(({ kind }) => kind === 'InspectionReportCreated');
    expect(report?.after).not.toHaveProperty('tokenHash');
    expect(report?.after).toMatchObject({ hasToken: true });
  });
});

describe('an inspection item', () => {
  const issue = (path: string, message: string) => ({
    __typename: 'InvalidInputError',
    issues: [{ path: [path], message: expect.stringContaining(message) }],
  });

  it.each([
    [{ latitude: '1' }, 'longitude', 'is missing'],
    [{ longitude: '1' }, 'latitude', 'is missing'],
    [{ accuracy: '1' }, 'latitude', 'is missing'],
    [{ latitude: '90.0000001', longitude: '0' }, 'latitude', 'at most 90'],
    [{ latitude: '0', longitude: '-180.1' }, 'longitude', 'at least -180'],
    [{ latitude: '0.00000001', longitude: '0' }, 'latitude', '7 places'],
    [{ latitude: '0', longitude: '0', accuracy: '-1' }, 'accuracy', 'at least 0'],
    [{ imageHash: 'a'.repeat(64) }, 'imageHash', 'without an image'],
    [{ imageHash: 'abc123' }, 'imageHash', 'SHA-256'],
    [{ stepAction: ' ' }, 'stepAction', 'empty'],
  ])('is refused with %j', async (more, path, message) => {
    const { client } = await ours();
    const input = { inspectionCaseId: await makeCase(client), stepAction: 'Text', ...more };
    expect(await refused(client, 'addInspectionItem', input)).toMatchObject(issue(path, message));
  });

  it('may lie on the equator and the prime meridian, to the centimetre', async () => {
    const { client } = await ours();
    const id = await makeCase(client);
    for (const place of [
      { latitude: '0', longitude: '0', accuracy: '0' },
      { latitude: '-90', longitude: '180' },
      { latitude: '48.8566001', longitude: '-2.3522001' },
    ])
      await addItem(client, id, place);
  });

  it('is refused with a photo that is not what the device had', async () => {
    const { client } = await ours();
    const imageId = await storePhoto(app(), client, 3);
    const input = { inspectionCaseId: await makeCase(client), stepAction: 'Photography', imageId };
    const other = createHash('sha256').update(pixel(4)).digest('hex');
    expect(await refused(client, 'addInspectionItem', { ...input, imageHash: other })).toMatchObject(
      issue('imageHash', 'is not that of the image'),
    );
    const own = createHash('sha256').update(pixel(3)).digest('hex').toUpperCase();
    expect(await refused(client, 'addInspectionItem', { ...input, imageHash: own })).toMatchObject({
      __typename: 'AddInspectionItemSuccess',
    });
  });

  it('is refused with a file that is no photo, has not come, or is not there', async () => {
    const { client } = await ours();
    const inspectionCaseId = await makeCase(client);
    const add = (imageId: string) =>
      refused(client, 'addInspectionItem', { inspectionCaseId, stepAction: 'Photography', imageId });
    const words = await storeFile(app(), client, 'words', { name: 'words.txt' });
    expect(await add(words)).toMatchObject(issue('imageId', 'no image'));
    const { file } = await act<{ file: { id: string } }>(
      client,
      'createUpload',
      { name: 'late.png' },
      'file { id }',
    );
    expect(await add(file.id)).toMatchObject(issue('imageId', 'without a content'));
    expect(await add(absentId('File'))).toMatchObject(issue('imageId', 'visible to you'));
    const { theirs } = await app().organizations();
    expect(await add(await storePhoto(app(), theirs.client))).toMatchObject(
      issue('imageId', 'visible to you'),
    );
  });

  it('has a reference of its own', async () => {
    const { client } = await ours();
    const inspectionCaseId = await makeCase(client);
    await addItem(client, inspectionCaseId, { reference: 'A-1' });
    const twice = { inspectionCaseId, stepAction: 'Text', reference: 'A-1' };
    expect(await refused(client, 'addInspectionItem', twice)).toMatchObject(issue('reference', 'is taken'));
  });

  it('is never changed, not even in the database', async () => {
    const organization = await ours();
    await addItem(organization.client, await makeCase(organization.client));
    const where = `WHERE "organizationId" = $1`;
    for (const statement of [
      `UPDATE "InspectionItem" SET data = 'x' ${where}`,
      `DELETE FROM "InspectionItem" ${where}`,
    ])
      await expect(app().database.query(statement, [organization.organizationId])).rejects.toThrow(
        /evidence/,
      );
  });
});

describe('another organization', () => {
  it('sees nothing of it, and does nothing to it', async () => {
    const { ours: own, theirs } = await app().organizations();
    const inspectionReportId = await makeReport(own.client);
    const inspectionCaseId = await makeCase(own.client, { inspectionReportId });
    const item = await addItem(own.client, inspectionCaseId);
    const done = await close(own.client, inspectionCaseId);
    const answer = await theirs.client.sendText(
      `query ($report: ID!, $case: ID!, $item: ID!, $stamp: ID!) {
         inspectionReport(id: $report) { id } inspectionCase(id: $case) { id } inspectionItem(id: $item) { id } timestamp(id: $stamp) { id }
         inspectionReports { totalCount } inspectionCases { totalCount } inspectionItems { totalCount } timestamps { totalCount } }`,
      { report: inspectionReportId, case: inspectionCaseId, item: item.id, stamp: done.timestamp?.id },
    );
    expect(answer.data()).toEqual({
      inspectionReport: null,
      inspectionCase: null,
      inspectionItem: null,
      timestamp: null,
      inspectionReports: { totalCount: 0 },
      inspectionCases: { totalCount: 0 },
      inspectionItems: { totalCount: 0 },
      timestamps: { totalCount: 0 },
    });
    for (const [mutation, input] of [
      ['createInspectionCase', { inspectionReportId, frame: 'Visual' }],
      ['addInspectionItem', { inspectionCaseId, stepAction: 'Text' }],
      ['closeInspectionCase', { inspectionCaseId }],
      ['stampInspectionCase', { inspectionCaseId }],
      ['revokeInspectionReport', { inspectionReportId }],
      ['renewInspectionReportToken', { inspectionReportId }],
      ['updateInspectionReport', { inspectionReportId }],
    ] as const)
      expect([mutation, (await refused(theirs.client, mutation, input)).__typename]).toEqual([
        mutation,
        'NotFoundError',
      ]);
  });
});
