import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { hashOf, peakOf, putMebibytes } from '../support/streamed.ts';
import { announce } from '../support/uploads.ts';
import { serverDatabase, stopAll } from './environment.ts';

vi.setConfig({ testTimeout: 300_000 });

let database: TestDatabase & { url: string };
let server: ServerProcess;
beforeAll(async () => {
  database = await serverDatabase();
  server = await startServer({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await stopAll(server);
  await database?.close();
});

/** What a process of Linux holds in memory. */
function residentMebibytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!line) throw new Error('The memory of the server cannot be read.');
  return Number(line[1]) / 1024;
}

it('2 GiB up and down again cost the server less than 100 MiB of memory', async () => {
  const sample = () => residentMebibytes(server.pid);
  const transfer = async (mebibytes: number): Promise<void> => {
    const upload = await announce(server, server.client);
    const { status, sha256 } = await putMebibytes(upload.url, mebibytes);
    expect(status).toBe(201);
    const { url, size } = await upload.file();
    expect(size).toBe(String(mebibytes * 1024 ** 2));
    expect(await hashOf(new URL(url ?? '', server.url).href)).toBe(sha256);
  };
  // What a first transfer loads stays loaded.
  await transfer(16);
  const before = sample();
  const peak = await peakOf(sample, () => transfer(2048));
  expect(peak - before).toBeLessThan(100);
});
