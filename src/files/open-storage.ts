import { join } from 'node:path';
import type { Config } from '../config.ts';
import { diskStorage } from './disk-storage.ts';
import { s3Storage } from './s3-storage.ts';
import type { FileStorage } from './storage.ts';

/** The storage that the configuration names: a bucket, or the folder `files` of the data directory. */
export function openFileStorage(config: Config): FileStorage {
  return config.s3
    ? s3Storage(config.s3, { maxUploadBytes: config.maxUploadBytes })
    : diskStorage(join(config.dataDirectory, 'files'));
}
