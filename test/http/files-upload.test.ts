import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileStorage } from '../../src/files/open-storage.ts';
import { type FileStorage, StorageError } from '../../src/files/storage.ts';
import { createLogger } from '../../src/logger.ts';
import { logOf, uuidOf } from '../api/support.ts';
import { type TestApp, testConfig, useApp } from '../support/app.ts';
import { deferred } from '../support/deferred.ts';
import { announce } from '../support/uploads.ts';

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const origin = 'https://display.example.com';
const lines: string[] = [];
const app = useApp({
  environment: { HEATMARK_MAX_UPLOAD_BYTES: '1000000', HEATMARK_ALLOWED_ORIGINS: origin },
  log: createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } }),
});
const ours = async () => (await app().organizations()).ours;

/** The names of all that the storage holds. */
async function contents({ dataDirectory }: TestApp, id: string): Promise<string[]> {
  const names = await readdir(join(dataDirectory, 'files'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes(uuidOf(id)));
}

/** A PUT that a test writes piece by piece. */
function slowPut(url: string, headers: Record<string, string | number> = {}) {
  const sending: ClientRequest = httpRequest(url, { method: 'PUT', headers });
  const answered = deferred<{ status: number; body: string }>();
  sending.on('response', (response: IncomingMessage) => {
    let body = '';
    response.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    response.on('end', () => answered.resolve({ status: response.statusCode ?? 0, body }));
  });
  sending.on('error', (error) => answered.reject(error));
  return { sending, answer: answered.promise };
}

describe('an upload', () => {
  it('stores what came, and says what it is', async () => {
    const { client } = await ours();
    const upload = await announce(app(), client, { name: 'readings.csv' });
    const content = 'time;value\n1;2\n';
    const answer = await upload.put(content);
    const told = { status: 'STORED', mediaType: 'text/csv', sha256: sha256(content) };
    expect(answer).toEqual({ status: 201, body: { id: upload.id, size: content.length, ...told } });
    expect(await upload.file()).toMatchObject({
      ...told,
      size: String(content.length),
      refusal: null,
      version: 2,
    });
  });

  it('tells of every step in the log, and never of the place of the content', async () => {
    const organization = await ours();
    const upload = await announce(app(), organization.client);
    await upload.put('content');
    const events = (await logOf(app(), organization)).filter(
      (event) => event.subjectId === uuidOf(upload.id),
    );
    expect(events.map((event) => [event.kind, event.actorKind])).toEqual([
      ['FileCreated', 'TOKEN'],
      ['FileStored', 'SYSTEM'],
    ]);
    expect(events[1]?.after).toMatchObject({ status: 'STORED', size: '7', sha256: sha256('content') });
    expect(
      JSON.stringify(events, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('contentKey');
  });

  it('answers the same to the same content, and 409 to another', async () => {
    const upload = await announce(app(), (await ours()).client);
    await upload.put('the content');
    expect(await upload.put('the content')).toMatchObject({ status: 200, body: { status: 'STORED' } });
    expect((await upload.put('tne content')).status).toBe(409);
    expect((await upload.put('the content and more')).status).toBe(409);
    expect(await upload.file()).toMatchObject({ sha256: sha256('the content'), version: 2 });
    expect(await contents(app(), upload.id)).toHaveLength(1);
  });

  it('of several at once one wins, and only its content is kept', async () => {
    const upload = await announce(app(), (await ours()).client);
    const texts = Array.from({ length: 8 }, (_, place) => `${place}`.repeat(50_000));
    const answers = await Promise.all(texts.map((text) => upload.put(text)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const winner = answers.findIndex(({ status }) => status === 201);
    const { url, sha256: kept } = await upload.file();
    expect(kept).toBe(sha256(texts[winner] ?? ''));
    expect(await (await fetch(new URL(url ?? '', app().url))).text()).toBe(texts[winner]);
    expect(await contents(app(), upload.id)).toHaveLength(1);
  });

  it('takes an empty file', async () => {
    const upload = await announce(app(), (await ours()).client, { size: '0', sha256: sha256('') });
    expect((await upload.put('')).status).toBe(201);
  });

  it.each([
    ['of another size', { size: '6' }, 'short', /6 bytes were announced, 5 came/],
    ['with another hash', { sha256: sha256('a') }, 'b', /SHA-256 .* was announced/],
    [
      'of another type',
      { mediaType: 'application/pdf' },
      'hello',
      /announced as application\/pdf, but it is text/,
    ],
  ])('refuses a content %s for good', async (_what, input, content, reason) => {
    const organization = await ours();
    const upload = await announce(app(), organization.client, input);
    const answer = await upload.put(content);
    expect(answer).toMatchObject({
      status: 422,
      body: { status: 'REFUSED', error: expect.stringMatching(reason) },
    });
    expect(await upload.file()).toMatchObject({ status: 'REFUSED', refusal: answer.body.error, url: null });
    expect(await contents(app(), upload.id)).toEqual([]);
    expect(await upload.put(content)).toEqual(answer);
    const events = (await logOf(app(), organization)).filter(
      (event) => event.subjectId === uuidOf(upload.id),
    );
    expect(events.map((event) => event.kind)).toEqual(['FileCreated', 'FileRefused']);
  });

  it.each([
    ['is announced', { size: '10' }, 'x'.repeat(11)],
    ['is allowed', {}, 'x'.repeat(1_000_001)],
  ])(
    'refuses more than %s, told by its headers or not, and can be tried again',
    async (_what, input, content) => {
      const upload = await announce(app(), (await ours()).client, input);
      expect((await upload.put(content)).status).toBe(413);
      const { sending, answer } = slowPut(upload.url, { 'transfer-encoding': 'chunked' });
      sending.end(content);
      expect((await answer).status).toBe(413);
      expect(await contents(app(), upload.id)).toEqual([]);
      expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
      expect((await upload.put('x'.repeat(10))).status).toBe(201);
    },
  );

  it('says whether it wants the content before it is sent', async () => {
    const { client } = await ours();
    const refused = await announce(app(), client, { size: '10' });
    const tooLarge = slowPut(refused.url, { expect: '100-continue', 'content-length': 11 });
    let invited = false;
    tooLarge.sending.on('continue', () => {
      invited = true;
    });
    tooLarge.sending.flushHeaders();
    expect((await tooLarge.answer).status).toBe(413);
    expect(invited).toBe(false);
    tooLarge.sending.destroy();

    const wanted = await announce(app(), client, { size: '10' });
    const right = slowPut(wanted.url, { expect: '100-continue', 'content-length': 10 });
    right.sending.flushHeaders();
    await once(right.sending, 'continue');
    right.sending.end('0123456789');
    expect((await right.answer).status).toBe(201);
  });

  it('leaves nothing of a peer that goes away, and lets it begin again', async () => {
    const upload = await announce(app(), (await ours()).client);
    const { sending, answer } = slowPut(upload.url, { 'content-length': 500_000 });
    sending.write(randomBytes(200_000));
    await expect.poll(() => contents(app(), upload.id)).toHaveLength(1);
    sending.destroy();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => contents(app(), upload.id)).toEqual([]);
    expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
    expect((await upload.put('complete')).status).toBe(201);
  });

  it('answers who sends a program before all of it has come', async () => {
    const upload = await announce(app(), (await ours()).client);
    const { sending, answer } = slowPut(upload.url, { 'content-length': 900_000 });
    sending.write(Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(100_000)]));
    expect(await answer).toMatchObject({ status: 422, body: expect.stringContaining('a program') });
    sending.destroy();
    expect(await upload.file()).toMatchObject({ status: 'REFUSED' });
    expect(await contents(app(), upload.id)).toEqual([]);
  });

  it.each([
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-range': 'bytes 0-1/2' }, 400],
  ])('takes contents whole and as they are: %o', async (headers, status) => {
    const upload = await announce(app(), (await ours()).client);
    expect((await upload.put('ab', headers)).status).toBe(status);
    expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
  });

  it('can be done by a browser of an allowed origin only', async () => {
    const upload = await announce(app(), (await ours()).client);
    const preflight = async (from: string) =>
      (await fetch(upload.url, { method: 'OPTIONS', headers: { origin: from } })).headers;
    expect((await preflight('https://evil.example')).get('access-control-allow-origin')).toBeNull();
    const headers = await preflight(origin);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
  });

  it('leaves no link in the log of the process', () => {
    expect(lines.filter((line) => /signature=/.test(line))).toEqual([]);
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    log.error({ err: new Error('failed: /files/file_1?until=1&signature=a-b_c') }, 'x');
    expect(lines.at(-1)).toContain('signature=[redacted]');
    expect(lines.at(-1)).not.toContain('a-b_c');
  });
});

describe('a link to upload', () => {
  const badLink = { error: 'The link is not valid, or not any more. Ask for a new one.' };

  it('is worth nothing when anything of it is changed', async () => {
    const { ours, theirs } = await app().organizations();
    const upload = await announce(app(), ours.client);
    const foreign = await announce(app(), theirs.client);
    const changed = (change: (url: URL) => void) => {
      const url = new URL(upload.url);
      change(url);
      return url.href;
    };
    const organizationOf = (url: string) => new URL(url).searchParams.get('organization') ?? '';
    const links = [
      changed((url) => url.searchParams.set('signature', 'A'.repeat(43))),
      changed((url) => url.searchParams.delete('signature')),
      changed((url) => url.searchParams.set('until', '99999999999')),
      changed((url) => url.searchParams.set('inline', '1')),
      changed((url) => url.searchParams.set('organization', organizationOf(foreign.url))),
      changed((url) => {
        url.pathname = new URL(foreign.url).pathname;
      }),
      changed((url) => {
        url.pathname = '/files/file_nothing';
      }),
      `${app().url}/files/`,
    ];
    for (const link of links) {
      const answer = await fetch(link, { method: 'PUT', body: 'content' });
      expect([link, answer.status, await answer.json()]).toEqual([link, 403, badLink]);
    }
    expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
  });

  it('does not read, and one to read does not write', async () => {
    const upload = await announce(app(), (await ours()).client);
    await upload.put('content');
    expect((await fetch(upload.url)).status).toBe(403);
    const { url } = await upload.file();
    const answer = await fetch(new URL(url ?? '', app().url), { method: 'PUT', body: 'other' });
    expect(answer.status).toBe(403);
    expect((await fetch(upload.url, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('with a clock of its own, a server', () => {
  let now = new Date();
  const timed = useApp({ now: () => now });

  it('takes no upload after its link has expired', async () => {
    const { ours } = await timed().organizations();
    const upload = await announce(timed(), ours.client);
    now = new Date(now.getTime() + 24 * 3_600_000);
    expect((await upload.put('content')).status).toBe(403);
  });
});

describe('a peer that stands still', () => {
  const strict = useApp({ fileStallMs: 300 });

  it('is cut off, also where it sends single bytes', async () => {
    const { ours } = await strict().organizations();
    const upload = await announce(strict(), ours.client);
    const { sending, answer } = slowPut(upload.url, { 'content-length': 5_000 });
    const drip = setInterval(() => sending.write('x'), 50);
    try {
      expect(await answer).toMatchObject({ status: 408 });
    } finally {
      clearInterval(drip);
      sending.destroy();
    }
    expect(await contents(strict(), upload.id)).toEqual([]);
    expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
  });

  it('is not one that sends slowly and steadily', async () => {
    const { ours } = await strict().organizations();
    const upload = await announce(strict(), ours.client);
    const { sending, answer } = slowPut(upload.url, { 'transfer-encoding': 'chunked' });
    let pieces = 0;
    const steady = setInterval(() => {
      sending.write(Buffer.alloc(2_000, 'x'));
      pieces += 1;
      if (pieces < 8) return;
      clearInterval(steady);
      sending.end();
    }, 100);
    expect((await answer).status).toBe(201);
    expect(await upload.file()).toMatchObject({ size: '16000' });
  });
});

describe('a storage that fails', () => {
  const disk = openFileStorage(testConfig({ HEATMARK_DATA: '/nonexistent' }));
  const failures: { next: Error | null } = { next: null };
  const failing: FileStorage = {
    ...disk,
    async write(_key, content) {
      for await (const chunk of content) {
        if (chunk.length > 0 && failures.next) throw failures.next;
      }
    },
  };
  const broken = useApp({ storage: failing });

  it.each([
    ['is full', new StorageError('ENOSPC', { full: true }), 507],
    ['is broken', new StorageError('EIO'), 503],
    ['fails as nobody foresaw', new Error('a defect'), 500],
  ])('%s', async (_what, failure, status) => {
    const { ours } = await broken().organizations();
    const upload = await announce(broken(), ours.client);
    failures.next = failure;
    const answer = await upload.put(Buffer.alloc(3_000_000, 'x'));
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain(failure.message);
    expect(await upload.file()).toMatchObject({ status: 'EXPECTED', refusal: null });
    failures.next = null;
    expect((await upload.put('content')).status).toBe(201);
  });
});
