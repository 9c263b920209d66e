import { acquireFolderLock, FolderInUseError } from '../../src/database/folder-lock.ts';

/** A process that takes the lock of a folder at a moment and keeps it until its standard input ends. */
const [folder = '', startAt = '0'] = process.argv.slice(2);
const wait = Number(startAt) - Date.now();
if (wait > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);

try {
  acquireFolderLock(folder);
  console.log('held');
} catch (error) {
  console.log(error instanceof FolderInUseError ? 'refused' : String(error));
}
process.stdin.resume();
