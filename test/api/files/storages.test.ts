import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diskStorage } from '../../../src/files/disk-storage.ts';
import { s3Storage } from '../../../src/files/s3-storage.ts';
import {
  ContentMissingError,
  type FileStorage,
  newContentKey,
  StorageError,
} from '../../../src/files/storage.ts';
import { newId } from '../../../src/ids.ts';
import { type S3Stub, startS3Stub } from '../../support/s3-stub.ts';

const mebibyte = 1024 * 1024;
const fromNow = (hours: number) => new Date(Date.now() + hours * 3_600_000);

async function* chunksOf(content: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function* breakingOff(content: Buffer): AsyncGenerator<Buffer> {
  yield* chunksOf(content);
  throw new Error('the peer went away');
}

async function listOf(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found.sort();
}

let folder: string;
let stub: S3Stub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heatmark-storage-'));
  stub = await startS3Stub();
});
afterAll(async () => {
  await stub.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  stub.failing = null;
});

const newKey = () => newContentKey(newId(), newId());

describe.each<[string, () => FileStorage]>([
  ['a folder', () => diskStorage(join(folder, 'files'))],
  ['a bucket', () => s3Storage(stub, { maxUploadBytes: 5 * 1024 ** 3 })],
])('%s', (_name, open) => {
  it.each([
    ['nothing', 0],
    ['a byte', 1],
    ['one part', 8 * mebibyte],
    ['a part and a byte', 8 * mebibyte + 1],
    ['three parts', 20 * mebibyte],
  ])('gives back what it was given: %s', async (_what, size) => {
    const storage = open();
    const key = newKey();
    const content = randomBytes(size);
    await storage.write(key, chunksOf(content));
    expect((await buffer(await storage.read(key))).equals(content)).toBe(true);
  });

  it('gives a range of a content', async () => {
    const storage = open();
    const key = newKey();
    await storage.write(key, chunksOf(Buffer.from('0123456789')));
    expect((await buffer(await storage.read(key, { start: 2, end: 4 }))).toString()).toBe('234');
  });

  it.each([1, 20 * mebibyte])('keeps nothing of a content of %s bytes that breaks off', async (size) => {
    const storage = open();
    const key = newKey();
    await expect(storage.write(key, breakingOff(randomBytes(size)))).rejects.toThrow('the peer went away');
    await expect(storage.read(key)).rejects.toBeInstanceOf(ContentMissingError);
    expect(await listOf(storage.keys(fromNow(1)))).not.toContain(key);
    expect(stub.uploads.size).toBe(0);
  });

  it('forgets a content, and does nothing the second time', async () => {
    const storage = open();
    const key = newKey();
    await storage.write(key, chunksOf(Buffer.from('x')));
    await storage.remove(key);
    await storage.remove(key);
    await expect(storage.read(key)).rejects.toBeInstanceOf(ContentMissingError);
  });

  it('lists what is older than an instant, page by page', async () => {
    const storage = open();
    const keys = [newKey(), newKey(), newKey()].sort();
    for (const key of keys) await storage.write(key, chunksOf(Buffer.from('x')));
    expect(await listOf(storage.keys(fromNow(1)))).toEqual(expect.arrayContaining(keys));
    expect(await listOf(storage.keys(fromNow(-1)))).toEqual([]);
  });
});

describe('a folder', () => {
  it('removes what was never finished once it is old, and what is being written is left alone', async () => {
    const root = join(folder, 'unfinished');
    const storage = diskStorage(root);
    const key = newKey();
    await storage.write(key, chunksOf(Buffer.from('x')));
    const [old, young] = [newKey(), newKey()].map((each) =>
      join(dirname(join(root, key)), `${each.slice(40)}.part`),
    );
    for (const path of [old, young]) await writeFile(path as string, 'half of it');
    await utimes(old as string, fromNow(-48), fromNow(-48));
    expect(await listOf(storage.keys(fromNow(1)))).toEqual([key]);
    await storage.removeUnfinished(fromNow(-24));
    const left = await readdir(dirname(join(root, key)));
    expect(left.sort()).toEqual([key, young as string].map((path) => path.split('/').at(-1)).sort());
  });
});

describe('a bucket', () => {
  const open = () => s3Storage(stub, { maxUploadBytes: 5 * 1024 ** 3 });
  const big = () => chunksOf(randomBytes(20 * mebibyte));

  it('is told when the signature is wrong', async () => {
    const storage = s3Storage({ ...stub, secretAccessKey: 'another' }, { maxUploadBytes: 1 });
    await expect(storage.write(newKey(), chunksOf(Buffer.from('x')))).rejects.toThrow('status 403');
  });

  it('tries a part again where the storage stumbles', async () => {
    let stumbles = 2;
    stub.failing = (act) => (act === 'PUT part' && stumbles-- > 0 ? { status: 503, body: '' } : null);
    const key = newKey();
    await open().write(key, big());
    expect(stub.objects.get(`files/${key}`)?.content.length).toBe(20 * mebibyte);
  });

  it('does not take a failure inside of a 200 for a success', async () => {
    stub.failing = (act) =>
      act === 'POST complete' ? { status: 200, body: '<Error><Code>InternalError</Code></Error>' } : null;
    const key = newKey();
    await expect(open().write(key, big())).rejects.toBeInstanceOf(StorageError);
    expect(stub.objects.has(`files/${key}`)).toBe(false);
    expect(stub.uploads.size).toBe(0);
  });

  it('says that it is full', async () => {
    stub.failing = (act) =>
      act === 'PUT object' ? { status: 507, body: '<Error><Code>XMinioStorageFull</Code></Error>' } : null;
    const failure = await open()
      .write(newKey(), chunksOf(Buffer.from('x')))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StorageError', full: true });
  });

  it('removes uploads that were never finished once they are old', async () => {
    const startedAt = fromNow(-48);
    stub.uploads.set('old', { key: `files/${newKey()}`, parts: new Map(), startedAt });
    stub.uploads.set('young', { key: `files/${newKey()}`, parts: new Map(), startedAt: new Date() });
    await open().removeUnfinished(fromNow(-24));
    expect([...stub.uploads.keys()]).toEqual(['young']);
    stub.uploads.clear();
  });

  it('lets others have the rest of the bucket', async () => {
    stub.objects.set('files/notes.txt', { content: Buffer.from('x'), modifiedAt: fromNow(-48) });
    stub.objects.set('backups/1', { content: Buffer.from('x'), modifiedAt: fromNow(-48) });
    expect(await listOf(open().keys(fromNow(-24)))).toEqual([]);
  });
});
