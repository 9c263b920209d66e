import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { diskStorage } from '../../../src/files/disk-storage.ts';
import { newContentKey } from '../../../src/files/storage.ts';
import { newId } from '../../../src/ids.ts';

/** What the disk fails with from the second chunk on. */
const disk = vi.hoisted(() => ({ code: 'ENOSPC' }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args);
      const write = file.writeFile.bind(file);
      let written = 0;
      file.writeFile = async (data) => {
        if (written++ > 0) throw Object.assign(new Error(disk.code), { code: disk.code });
        return write(data);
      };
      return file;
    },
  };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heatmark-full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* chunks(): AsyncGenerator<Buffer> {
  for (let count = 0; count < 3; count++) yield Buffer.alloc(1_000);
}

it.each([
  ['ENOSPC', true],
  ['EDQUOT', true],
  ['EIO', false],
])('a disk that fails with %s keeps nothing half-written', async (code, full) => {
  disk.code = code;
  const key = newContentKey(newId(), newId());
  const failure = await diskStorage(folder)
    .write(key, chunks())
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'StorageError', full, cause: { code } });
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(files).toEqual([]);
});
