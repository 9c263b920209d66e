import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { deferred } from './deferred.ts';

const mebibyte = 1024 ** 2;

/** Text that no compression makes small; every piece is another window of it. */
const noise = Buffer.from(randomBytes(mebibyte * 1.5).toString('base64'));

/** The pieces of a content of so many MiB, 1 MiB each, made as they are asked for. */
function* pieces(mebibytes: number): Generator<Buffer> {
  for (let place = 0; place < mebibytes; place++) {
    const start = (place * 4_093) % (noise.length - mebibyte);
    yield noise.subarray(start, start + mebibyte);
  }
}

/** Sends so many MiB of text with a PUT, piece by piece, and answers the status and the SHA-256 of what was sent. */
export async function putMebibytes(
  url: string,
  mebibytes: number,
): Promise<{ status: number; sha256: string }> {
  const hash = createHash('sha256');
  const sending = request(url, { method: 'PUT', headers: { 'content-length': mebibytes * mebibyte } });
  const status = deferred<number>();
  sending.on('error', (error) => status.reject(error));
  sending.on('response', (response) => {
    response.resume().on('end', () => status.resolve(response.statusCode ?? 0));
  });
  for (const piece of pieces(mebibytes)) {
    hash.update(piece);
    if (!sending.write(piece)) {
      await new Promise<void>((resolve, reject) => {
        sending.once('drain', resolve);
        status.promise.then(() => resolve(), reject);
      });
    }
  }
  sending.end();
  return { status: await status.promise, sha256: hash.digest('hex') };
}

/** Reads all of an answer and keeps none of it: its SHA-256. */
export async function hashOf(url: string): Promise<string> {
  const response = await fetch(url);
  const hash = createHash('sha256');
  for await (const piece of response.body ?? []) hash.update(piece);
  return hash.digest('hex');
}

/** The most memory that `sample` tells while something goes on, in MiB. */
export async function peakOf(sample: () => number, act: () => Promise<void>): Promise<number> {
  let peak = sample();
  const timer = setInterval(() => {
    peak = Math.max(peak, sample());
  }, 20);
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, sample());
}
