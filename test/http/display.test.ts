import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'hm-display-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Heatmark display</title>');
writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {};\n'.repeat(100));
writeFileSync(join(folder, 'secret.txt'), 'of no type that is served');
const empty = mkdtempSync(join(tmpdir(), 'hm-display-'));

const app = useApp({ displayFolder: folder });
const bare = useApp({ displayFolder: empty });
afterAll(() => {
  for (const each of [folder, empty]) rmSync(each, { recursive: true, force: true });
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${app().url}${path}`, { redirect: 'manual', ...init });

/** The status of a path as it stands: fetch would resolve its dots. */
const statusOf = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app().url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the display, as it is served', () => {
  it('is a page that may load and run only what is its own', async () => {
    const answer = await get('/display/');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>Heatmark display</title>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
  });

  it('is found without its slash', async () => {
    const answer = await get('/display');
    expect(answer.status).toBe(308);
    expect(new URL(answer.headers.get('location') ?? '', answer.url).pathname).toBe('/display/');
  });

  it('is sent packed where that is understood, and not again where it is known', async () => {
    const { hostname, port } = new URL(app().url);
    const length = (encoding: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'accept-encoding': encoding };
        request({ hostname, port, path: '/display/assets/index-abc.js', headers }, (response) => {
          response.resume();
          resolve(Number(response.headers['content-length']));
        })
          .on('error', reject)
          .end();
      });
    expect(await length('gzip, br')).toBeLessThan(await length('identity'));
    const first = await get('/display/assets/index-abc.js');
    expect(first.headers.get('cache-control')).toContain('immutable');
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/display/assets/index-abc.js', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('says which build it is without its body', async () => {
    const answer = await get('/display/', { method: 'HEAD' });
    expect(answer.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(await answer.text()).toBe('');
  });

  it.each([
    '/display/nothing.js',
    '/display/secret.txt',
    '/displays',
    '/display/../package.json',
    '/display/%2e%2e/package.json',
    '/display/assets',
  ])('has nothing at %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  it('is only read', async () => {
    expect((await get('/display/', { method: 'POST' })).status).toBe(405);
  });

  it('says how it is built where it is not', async () => {
    const answer = await fetch(`${bare().url}/display/`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('npm run build:display');
  });
});
