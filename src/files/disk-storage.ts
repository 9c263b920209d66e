import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type ByteRange, ContentMissingError, type FileStorage, StorageError } from './storage.ts';

const unfinished = '.part';

/** Contents as files below a folder, `<folder>/<key>`. A key gets its name once its bytes are on the disk. */
export function diskStorage(folder: string): FileStorage {
  const root = resolve(folder);
  const pathOf = (key: string): string => join(root, key);

  return {
    async write(key, content) {
      const path = pathOf(key);
      const part = path + unfinished;
      try {
        const file = await onDisk('opened', () => create(root, part));
        try {
          for await (const chunk of content) await onDisk('written', () => file.writeFile(chunk));
          await onDisk('written', () => file.sync());
        } finally {
          await file.close();
        }
        await onDisk('named', async () => {
          await rename(part, path);
          await syncFolder(dirname(path));
        });
      } catch (error) {
        await Promise.all([part, path].map((left) => rm(left, { force: true }).catch(() => {})));
        throw error;
      }
    },

    async read(key: string, range?: ByteRange): Promise<Readable> {
      try {
        const file = await open(pathOf(key), 'r');
        // Another size than the 64 KiB of the default costs memory for every reader.
        return file.createReadStream(range ? { start: range.start, end: range.end } : {});
      } catch (error) {
        if (codeOf(error) === 'ENOENT') throw new ContentMissingError(key, error);
        throw failed('read', error);
      }
    },

    async remove(key) {
      await onDisk('removed', () => rm(pathOf(key), { force: true }));
    },

    async removeUnfinished(before) {
      for await (const name of walk(root)) {
        if (name.endsWith(unfinished) && (await isOlder(pathOf(name), before))) {
          await onDisk('removed', () => rm(pathOf(name), { force: true }));
        }
      }
    },

    async *keys(before) {
      for await (const name of walk(root)) {
        if (!name.endsWith(unfinished) && (await isOlder(pathOf(name), before))) yield name;
      }
    },
  };
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const outOfRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function failed(what: string, cause: unknown): StorageError {
  return new StorageError(`A content could not be ${what} (${codeOf(cause) ?? 'no code'}).`, {
    full: outOfRoom.has(codeOf(cause) ?? ''),
    cause,
  });
}

/** What the file system refuses, as the storage tells it: what the content throws is thus no failure of the disk. */
async function onDisk<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw failed(what, error);
  }
}

/** A new file. The folders below the root that it needs are made, and would survive a loss of power. */
async function create(root: string, path: string): Promise<FileHandle> {
  const folder = dirname(path);
  if (await mkdir(folder, { recursive: true })) {
    for (let each = folder; each !== root; each = dirname(each)) await syncFolder(each);
    await syncFolder(root);
  }
  return open(path, 'wx', 0o600);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The names of all files below a folder, relative to it. What vanishes meanwhile is left out. */
async function* walk(root: string, below = ''): AsyncGenerator<string> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw failed('listed', error);
  });
  for (const entry of entries) {
    const name = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) yield* walk(root, name);
    else if (entry.isFile()) yield name;
  }
}

async function isOlder(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtime < before;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw failed('looked at', error);
  }
}
