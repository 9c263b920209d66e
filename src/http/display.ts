import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Where the shop-floor display is. */
export const displayPath = '/display/';

/** Where the build puts it: beside the sources, and beside the compiled server. */
const builtFolder = fileURLToPath(new URL('../../display/dist/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// Its own files and its own server, and nothing from elsewhere: a plant has no internet, and a page that shows what
// machines and customers typed must run none of it.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

interface Asset {
  readonly body: Buffer;
  readonly packed: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name has a hash of what is in it. */
  readonly lasting: boolean;
}

/** The files of a build by their path below /display/; empty where there is none. */
function readBuild(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return assets;
  }
  for (const name of names) {
    const type = types[extname(name)];
    if (!type) continue;
    const body = readFileSync(join(folder, name));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const path = name.replaceAll('\\', '/');
    assets.set(path === 'index.html' ? '' : path, {
      body,
      packed: gzipSync(body),
      type,
      etag,
      lasting: path.startsWith('assets/'),
    });
  }
  return assets;
}

/**
 * Answers what lies at /display and below. The files are read once, when the first of them is asked for: a page and
 * the scripts that it names are of one build, whatever is built while the server runs.
 */
export function createDisplay(
  folder: string = builtFolder,
): (request: IncomingMessage, response: ServerResponse, path: string) => void {
  let assets: ReadonlyMap<string, Asset> = new Map();
  return (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'The display is only read.', { allow: 'GET, HEAD' });
      return;
    }
    if (!path.startsWith(displayPath)) {
      answer(response, 308, '', { location: displayPath.slice(1) });
      return;
    }
    if (assets.size === 0) assets = readBuild(folder);
    const asset = assets.get(path.slice(displayPath.length));
    if (!asset) {
      const missing = assets.size === 0 ? 'The display is not built: npm run build:display.' : 'Not found.';
      answer(response, 404, missing);
      return;
    }
    response.setHeader('content-security-policy', policy);
    response.setHeader('cache-control', asset.lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('etag', asset.etag);
    response.setHeader('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === asset.etag) {
      response.writeHead(304).end();
      return;
    }
    const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = packs ? asset.packed : asset.body;
    response.writeHead(200, {
      'content-type': asset.type,
      'content-length': body.length,
      ...(packs ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

/** Whether a path belongs to the display. */
export const isDisplay = (path: string): boolean =>
  path === displayPath.slice(0, -1) || path.startsWith(displayPath);
