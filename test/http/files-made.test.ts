import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { downloadKind, downloadLink } from '../../src/files/downloads.ts';
import { newId } from '../../src/ids.ts';
import { useApp } from '../support/app.ts';

const made: { organizationId: string; subjectId: string; options: object }[] = [];
const kind = downloadKind('test', async (_runtime, request) => {
  made.push(request);
  if (request.options.nothing) return null;
  const broken = request.options.broken;
  async function* content() {
    yield Buffer.from('a,b\n');
    if (broken) throw new Error('the storage is away');
    yield Buffer.from('1,2\n');
  }
  return { name: 'Werte é.csv', mediaType: 'text/csv', content: Readable.from(content()) };
});

const app = useApp();

async function link(options: Record<string, string> = {}, seconds = 60): Promise<URL> {
  const { ours } = await app().organizations();
  const request = { organizationId: ours.organizationId, subjectId: newId(), options };
  const until = new Date(Date.now() + seconds * 1_000);
  return new URL(downloadLink(app().app.runtime, kind, request, until), app().url);
}

const statusOf = async (url: URL, init?: RequestInit) => {
  const response = await fetch(url, init);
  await response.text();
  return response.status;
};

describe('a download that is made as it is read', () => {
  it('is sent to whoever has its link, to be saved and not to be run', async () => {
    const url = await link({ groupBy: 'HEAT' });
    const response = await fetch(url);
    expect(await response.text()).toBe('a,b\n1,2\n');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv');
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''Werte%20%C3%A9.csv");
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(made.at(-1)?.options).toEqual({ groupBy: 'HEAT' });
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('is refused in the same words where its link was changed, has expired, or nothing is there', async () => {
    const changed = await link({ groupBy: 'HEAT' });
    changed.searchParams.set('groupBy', 'PAGE');
    const more = await link();
    more.searchParams.set('groupBy', 'PAGE');
    const longer = await link();
    longer.searchParams.set('until', '9999999999');
    const other = await link();
    other.pathname = `${other.pathname.split('/').slice(0, -1).join('/')}/${newId()}`;
    const elsewhere = await link();
    const { theirs } = await app().organizations();
    elsewhere.searchParams.set('organization', `org_${theirs.organizationId.replaceAll('-', '')}`);
    const unsigned = await link();
    unsigned.searchParams.delete('signature');
    const unknown = await link();
    unknown.pathname = unknown.pathname.replace('/test/', '/toString/');
    const before = made.length;
    for (const url of [changed, more, longer, other, elsewhere, unsigned, unknown, await link({}, -1)]) {
      const response = await fetch(url);
      expect([response.status, await response.json()]).toEqual([
        403,
        { error: 'The link is not valid, or not any more. Ask for a new one.' },
      ]);
    }
    expect(made).toHaveLength(before);
    expect(await statusOf(await link({ nothing: '1' }))).toBe(403);
    expect(await statusOf(await link(), { method: 'PUT', body: 'x' })).toBe(403);
  });

  it('breaks off, and does not end as if it were whole, where its content fails', async () => {
    const response = await fetch(await link({ broken: '1' }));
    await expect(response.text()).rejects.toThrow();
    expect(await statusOf(await link())).toBe(200);
  });
});
