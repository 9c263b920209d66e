import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/canonical.ts';
import { readAnchors } from '../../../src/timestamps/certificates.ts';
import { verifyTimestamp } from '../../../src/timestamps/verdict.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { keepPages } from '../../support/artefacts.ts';
import {
  addItem,
  caseNow,
  close,
  documented,
  makeCase,
  picture,
  pixel,
  read,
  storePhoto,
} from '../../support/inspections.ts';
import {
  type Identity,
  type Pki,
  type ServedAuthority,
  startPki,
} from '../../support/timestamp-authority.ts';
import { storeFile } from '../../support/uploads.ts';
import { verifyBundle } from '../../support/verify-bundle.ts';
import { act, mutationText, type Reply } from '../support.ts';

let pki: Pki;
let root: Identity;
let authority: ServedAuthority;
let app: TestApp;
let folder: string;
let anchors: string;

beforeAll(async () => {
  pki = await startPki();
  root = await pki.root({ name: 'Root' });
  authority = await (await pki.authority(await pki.issue(root, { name: 'Stamps', kind: 'ec' }))).serve();
  folder = await mkdtemp(join(tmpdir(), 'inspections-'));
  anchors = join(folder, 'anchors.pem');
  await writeFile(anchors, root.pem);
  app = await startApp({
    environment: { HEATMARK_TIMESTAMP_URL: authority.url, HEATMARK_TIMESTAMP_ANCHORS: anchors },
    jobs: { poll: 50, pause: 10, mostAttempts: 3 },
  });
});
afterAll(async () => {
  await app?.stop();
  await pki.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  authority.reply = undefined;
});

const ours = async () => (await app.organizations()).ours.client;

async function stampAgain(
  client: Awaited<ReturnType<typeof ours>>,
  inspectionCaseId: string,
): Promise<Reply> {
  const text = mutationText(
    'stampInspectionCase',
    '__typename',
    '... on BlockedError { blockedBy { rule message } }',
  );
  const answer = await client.sendText(text, { input: { inspectionCaseId } });
  return answer.data().stampInspectionCase as Reply;
}

/** What the script says of a bundle, started as a person would. */
async function verified(bundle: Buffer): Promise<string> {
  const path = join(folder, 'bundle.zip');
  await writeFile(path, bundle);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['scripts/verify-bundle.mjs', path, '--ca', anchors],
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

describe('a case that is closed', () => {
  it('gets a timestamp of its root, of which the whole token is kept and can be checked anew', async () => {
    const client = await ours();
    const id = await makeCase(client);
    await addItem(client, id);
    await addItem(client, id);
    const { timestamp, merkleRoot, closedAt } = await close(client, id);
    expect(timestamp).toMatchObject({
      status: 'VALID',
      imprint: merkleRoot,
      subject: 'O=Heatmark tests, CN=Stamps',
      policy: '1.3.6.1.4.1.55555.1.1',
      verdict: 'VALID',
      check: 'VALID',
      reason: null,
      authority: authority.url,
    });
    const token = Buffer.from(timestamp?.token ?? '', 'base64');
    expect(timestamp?.tokenHash).toBe(sha256(token));
    const verdict = verifyTimestamp(token, { sha256: merkleRoot ?? '' }, { anchors: readAnchors(root.pem) });
    expect(verdict).toMatchObject({ status: 'VALID', serial: timestamp?.serialNumber });
    expect(verdict.genTime?.toISOString()).toBe(timestamp?.stampedAt);
    expect(Math.abs(Date.parse(timestamp?.stampedAt ?? '') - Date.parse(closedAt ?? ''))).toBeLessThan(
      60_000,
    );
  });

  it('is found out where its token is exchanged in the database', async () => {
    const client = await ours();
    const [one, other] = [await makeCase(client), await makeCase(client)];
    for (const id of [one, other]) await addItem(client, id);
    const [first, second] = [await close(client, one), await close(client, other)];
    expect(first.timestamp?.check).toBe('VALID');
    await app.database.query(
      `UPDATE "Timestamp" t SET token = other.token FROM "Timestamp" other WHERE t."tokenHash" = $1 AND other."tokenHash" = $2`,
      [first.timestamp?.tokenHash, second.timestamp?.tokenHash],
    );
    expect((await caseNow(client, one)).timestamp?.check).toBe('IMPRINT_MISMATCH');
  });

  it('gets a bundle that the script verifies offline, with its photos, its PDF and both timestamps', async () => {
    const client = await ours();
    const id = await makeCase(client);
    await addItem(client, id, { data: 'Größe 3 mm' });
    await addItem(client, id, { stepAction: 'Photography', imageId: await storePhoto(app, client, 9) });
    const done = await close(client, id);
    const { content } = await read(app, done.bundle?.url);
    const said = await verified(content);
    expect(said).toContain('The authority is one that your anchors vouch for.');
    expect(said).toMatch(/Timestamped at .* by O=Heatmark tests, CN=Stamps\./);
    const { manifest } = verifyBundle(content);
    expect(manifest.subject).toMatchObject({ case: done.number, merkleRoot: done.merkleRoot });
    const entries = unzipSync(content);
    expect(Object.keys(entries)).toEqual([
      'manifest.json',
      'manifest.tsr',
      'README.txt',
      'verify-bundle.mjs',
      'case.pdf',
      'case.json',
      'case.tsr',
      'photos/002.png',
    ]);
    expect(Buffer.from(entries['photos/002.png'] ?? [])).toEqual(Buffer.from(pixel(9)));
    const statement = JSON.parse(Buffer.from(entries['case.json'] ?? []).toString());
    expect(statement).toMatchObject({ case: done.number, merkleRoot: done.merkleRoot });
    expect(statement.items).toHaveLength(2);
    expect(statement.items[0]).toMatchObject({ position: 1, data: 'Größe 3 mm' });
    const altered = Buffer.from(content);
    const at = altered.indexOf('3 mm');
    altered[at] = '8'.charCodeAt(0);
    expect(await verified(altered)).toMatch(/^NOT VALID: The content of case\.json/);
  });

  it('gets a PDF that shows what was seen, and the proof', async () => {
    const client = await ours();
    const id = await makeCase(client);
    await addItem(client, id, { stepTitle: 'Weld seam', data: 'Größe 3 mm' });
    const imageId = await storeFile(app, client, await picture(), { name: 'seam.png' });
    await addItem(client, id, { stepAction: 'Photography', imageId, description: 'The seam. '.repeat(60) });
    const done = await close(client, id);
    const { headers, content } = await read(app, done.document?.url);
    expect(headers.get('content-type')).toBe('application/pdf');
    await keepPages('inspection-case', content);
    const { text } = await extractText(await getDocumentProxy(Uint8Array.from(content)), {
      mergePages: true,
    });
    for (const part of [done.number, '1. Weld seam', 'Größe 3 mm', 'O=Heatmark tests, CN=Stamps'])
      expect(text).toContain(part);
    expect(text.replace(/\s/g, '')).toContain(done.merkleRoot);
    expect(text).not.toContain('OPEN');
  });
});

describe('an authority that fails', () => {
  it('for a while is asked again', async () => {
    const client = await ours();
    let asked = 0;
    authority.reply = () => (++asked === 1 ? { status: 503 } : {});
    const id = await makeCase(client);
    await addItem(client, id);
    expect((await close(client, id)).timestamp).toMatchObject({ status: 'VALID', reason: null });
    expect(asked).toBeGreaterThan(1);
  });

  it('for good leaves a failed timestamp with its reason, and documents that say so', async () => {
    const client = await ours();
    authority.reply = () => ({ status: 403 });
    const id = await makeCase(client);
    await addItem(client, id);
    const failed = await close(client, id);
    expect(failed.timestamp).toMatchObject({
      status: 'FAILED',
      token: null,
      verdict: null,
      check: null,
      reason: 'The authority answered with HTTP status 403.',
    });
    const { content } = await read(app, failed.bundle?.url);
    expect(verifyBundle(content).manifest.timestamped).toBe(false);
    expect(await verified(content)).toMatch(/^NOT VALID: The bundle has no timestamp/);

    // Asked again when it works, the case gets all that it lacked; the failed timestamp stays.
    authority.reply = undefined;
    const bundleId = failed.bundle?.id;
    expect(await stampAgain(client, id)).toEqual({ __typename: 'StampInspectionCaseSuccess' });
    await expect
      .poll(async () => (await documented(client, id)).bundle?.id, { timeout: 20_000 })
      .not.toBe(bundleId);
    const again = await caseNow(client, id);
    expect(again.timestamp).toMatchObject({ status: 'VALID', imprint: failed.merkleRoot });
    const { content: better } = await read(app, again.bundle?.url);
    expect(await verified(better)).toContain('vouch for');
    const { timestamps } = (await client.sendText('{ timestamps { nodes { status } } }')).data() as {
      timestamps: { nodes: { status: string }[] };
    };
    expect(timestamps.nodes.map(({ status }) => status).sort()).toEqual(['FAILED', 'VALID']);
    expect(await stampAgain(client, id)).toMatchObject({
      __typename: 'BlockedError',
      blockedBy: [{ rule: 'inspectionCase.needsStamp', message: expect.stringContaining('already') }],
    });
  });

  it('when it is asked for the bundle leaves one whose manifest is not stamped, and the root still is', async () => {
    const client = await ours();
    let asked = 0;
    authority.reply = () => (++asked === 1 ? {} : { status: 403 });
    const id = await makeCase(client);
    await addItem(client, id);
    const done = await close(client, id);
    expect(done.timestamp).toMatchObject({ status: 'VALID' });
    const { content } = await read(app, done.bundle?.url);
    expect(verifyBundle(content).manifest.timestamped).toBe(false);
    expect(Object.keys(unzipSync(content))).toContain('case.tsr');
  });

  it('to be one that is trusted leaves a token that is kept, and does not count', async () => {
    const client = await ours();
    const forgedRoot = await pki.root({ name: 'Root' });
    const forged = await pki.authority(await pki.issue(forgedRoot, { name: 'Stamps' }));
    authority.reply = async (request) => ({ body: await forged.answer(request) });
    const id = await makeCase(client);
    await addItem(client, id);
    const { timestamp } = await close(client, id);
    expect(timestamp).toMatchObject({ status: 'FAILED', verdict: 'CHAIN_INVALID', check: 'CHAIN_INVALID' });
    expect(timestamp?.reason).toBe('No trust anchor vouches for the signer.');
    expect(timestamp?.tokenHash).toBe(sha256(Buffer.from(timestamp?.token ?? '', 'base64')));
  });
});

describe('a server without an authority', () => {
  it('closes cases all the same, and says what is missing', async () => {
    const other = await startApp();
    try {
      const { client } = (await other.organizations()).ours;
      const id = await makeCase(client);
      await addItem(client, id);
      const done = await close(client, id);
      expect(done).toMatchObject({
        status: 'CLOSED',
        timestamp: { status: 'FAILED', reason: 'No time-stamping authority is configured on this server.' },
      });
      expect(verifyBundle((await read(other, done.bundle?.url)).content).manifest.timestamped).toBe(false);
    } finally {
      await other.stop();
    }
  });

  it('does not start with anchors that cannot be read', async () => {
    const nothing = {
      HEATMARK_TIMESTAMP_URL: authority.url,
      HEATMARK_TIMESTAMP_ANCHORS: join(folder, 'missing.pem'),
    };
    await expect(startApp({ shares: app, environment: nothing })).rejects.toThrow(
      /HEATMARK_TIMESTAMP_ANCHORS/,
    );
    const half = { HEATMARK_TIMESTAMP_URL: authority.url };
    await expect(startApp({ shares: app, environment: half })).rejects.toThrow(/both of URL and anchors/);
  });
});

it('the case of somebody who may only report is closed by a device', async () => {
  const { ours: own } = await app.organizations();
  const { token } = await act<{ token: string }>(
    own.client,
    'createApiToken',
    { name: 'Camera', role: 'MACHINE' },
    'token',
  );
  const id = await makeCase(own.client);
  const device = own.client.as(token);
  await addItem(device, id);
  await act(device, 'closeInspectionCase', { inspectionCaseId: id }, '__typename');
  expect((await documented(own.client, id)).timestamp?.status).toBe('VALID');
});
