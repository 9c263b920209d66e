import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { createLogger } from '../../src/logger.ts';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Content, fileState, storeFile } from '../support/uploads.ts';

const origin = 'https://display.example.com';
let now = new Date();
const lines: string[] = [];
const app = useApp({
  environment: { HEATMARK_ALLOWED_ORIGINS: origin },
  now: () => now,
  log: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
});

const Link = graphql(`
  query FileLink($id: ID!, $download: Boolean! = true, $expiresIn: Duration! = "PT1H") {
    file(id: $id) { url(download: $download, expiresIn: $expiresIn) }
  }
`);

async function linkTo(client: Client, id: string, options: { download?: boolean; expiresIn?: string } = {}) {
  const { file } = await client.query(Link, { id, ...options });
  if (!file?.url) throw new Error('The file has no link.');
  return new URL(file.url, app().url).href;
}

/** A stored file, and a link to it. */
async function stored(content: Content, name = 'ten.txt') {
  const { ours } = await app().organizations();
  const id = await storeFile(app(), ours.client, content, { name });
  return { id, client: ours.client, url: await linkTo(ours.client, id) };
}

const read = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(url, { method, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('a download', () => {
  it('is the content, with headers that make it harmless', async () => {
    const { client, id, url } = await stored('0123456789');
    const answer = await read(url);
    const file = await fileState(client, id);
    expect([answer.status, answer.text]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      'accept-ranges': 'bytes',
      etag: `"${file?.sha256}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': expect.stringContaining('private'),
      'content-disposition': `attachment; filename="ten.txt"; filename*=UTF-8''ten.txt`,
    });
  });

  it('is shown by a browser where the link says so, under a name of any letters', async () => {
    const { client, id } = await stored('x', 'Prüf"bericht (1) 100%.txt');
    const inline = await read(await linkTo(client, id, { download: false }));
    expect(inline.headers.get('content-disposition')).toBe(
      `inline; filename="Pr_f_bericht (1) 100_.txt"; filename*=UTF-8''Pr%C3%BCf%22bericht%20%281%29%20100%25.txt`,
    );
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
    ['bytes=-', 200, '0123456789', null],
  ])('of the range %s is %s', async (range, status, text, contentRange) => {
    const { url } = await stored('0123456789');
    const answer = await read(url, { range });
    expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ]);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('of the range %s is refused', async (range) => {
    const { url } = await stored('0123456789');
    const answer = await read(url, { range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  it('is a range only of the content that the reader knows', async () => {
    const { url } = await stored('0123456789');
    const { headers } = await read(url);
    const range = 'bytes=2-4';
    expect((await read(url, { range, 'if-range': headers.get('etag') ?? '' })).status).toBe(206);
    expect((await read(url, { range, 'if-range': headers.get('last-modified') ?? '' })).status).toBe(206);
    expect((await read(url, { range, 'if-range': '"another"' })).status).toBe(200);
  });

  it('is not repeated for a reader that has it', async () => {
    const { url } = await stored('0123456789');
    const etag = (await read(url)).headers.get('etag') ?? '';
    expect(await read(url, { 'if-none-match': `"x", ${etag}` })).toMatchObject({ status: 304, text: '' });
    expect((await read(url, { 'if-none-match': '"x"' })).status).toBe(200);
  });

  it('is described by HEAD', async () => {
    const { url } = await stored('0123456789');
    const whole = await read(url, {}, 'HEAD');
    expect([whole.status, whole.text, whole.headers.get('content-length')]).toEqual([200, '', '10']);
    const part = await read(url, { range: 'bytes=2-4' }, 'HEAD');
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '3']);
  });

  it('of an empty file is empty', async () => {
    const { url } = await stored('');
    expect(await read(url)).toMatchObject({ status: 200, text: '' });
    expect((await read(url, { range: 'bytes=0-' })).status).toBe(416);
  });

  it('may be read by pages of the allowed origins', async () => {
    const { url } = await stored('x');
    const from = async (page: string) =>
      (await read(url, { origin: page })).headers.get('access-control-allow-origin');
    expect([await from(origin), await from('https://evil.example')]).toEqual([origin, null]);
  });

  it('of a content that was lost says so to the operator, and to the reader no more than that', async () => {
    const { url } = await stored('x');
    await rm(join(app().dataDirectory, 'files'), { recursive: true });
    const answer = await read(url);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      error: 'internal server error',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(lines.filter((line) => line.includes('ContentMissingError'))).toHaveLength(1);
  });
});

describe('a link to a file', () => {
  const badLink = '{"error":"The link is not valid, or not any more. Ask for a new one."}';

  it('is worth nothing once anything of it is changed, or it has expired', async () => {
    const { ours, theirs } = await app().organizations();
    const id = await storeFile(app(), ours.client, 'ours');
    const foreignId = await storeFile(app(), theirs.client, 'theirs');
    const url = await linkTo(ours.client, id, { expiresIn: 'PT1M' });
    const foreign = new URL(await linkTo(theirs.client, foreignId));
    const changed = (parameter: string, value: string) => {
      const link = new URL(url);
      link.searchParams.set(parameter, value);
      return link.href;
    };
    const otherFile = new URL(url);
    otherFile.pathname = foreign.pathname;
    const links = [
      changed('until', '99999999999'),
      changed('inline', '1'),
      changed('signature', 'A'.repeat(43)),
      changed('organization', foreign.searchParams.get('organization') ?? ''),
      otherFile.href,
    ];
    for (const link of links)
      expect([link, await read(link)]).toMatchObject([link, { status: 403, text: badLink }]);
    expect((await read(url)).text).toBe('ours');
    now = new Date(now.getTime() + 60_000);
    expect(await read(url)).toMatchObject({ status: 403, text: badLink });
  });

  it.each(['PT0S', 'PT24H1S'])('cannot be good for %s', async (expiresIn) => {
    const { client, id } = await stored('x');
    const answer = await client.send(Link, { id, expiresIn });
    expect(answer.graphqlErrors()[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('with a public URL, a server', () => {
  const published = useApp({ environment: { HEATMARK_PUBLIC_URL: 'https://plant.example.com/heatmark/' } });

  it('writes links that begin with it', async () => {
    const { ours } = await published().organizations();
    const Upload = graphql(`
      mutation FilePublicUrl($input: CreateUploadInput!) {
        createUpload(input: $input) { __typename ... on CreateUploadSuccess { file { url } uploadUrl } }
      }
    `);
    const { uploadUrl, file } = await ours.client.success(
      Upload,
      { input: { name: 'a' } },
      'CreateUploadSuccess',
    );
    expect(uploadUrl).toMatch(/^https:\/\/plant\.example\.com\/heatmark\/files\/file_[0-9a-f]{32}\?/);
    expect(file.url).toBeNull();
  });
});
