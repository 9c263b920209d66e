import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ServerFailedError, type ServerProcess, startServer } from '../support/server-process.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, makeLocation } from './acts.ts';

// A process takes seconds to start, and many where the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

let folder = '';
let server: ServerProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hm-embedded-'));
});
afterEach(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a server on a folder of its own', () => {
  it('is alone there: a second process is refused, and is told who is in the way', async () => {
    server = await startServer({ HEATMARK_DATA: folder });
    const refused: ServerFailedError = await startServer({ HEATMARK_DATA: folder }).then(
      () => Promise.reject(new Error('The second server has started.')),
      (error: ServerFailedError) => error,
    );
    expect(refused.output).toContain(`in use by process ${server.pid}`);
  });

  it('exits with 0 at SIGTERM, and goes on where it was: cursors and all', async () => {
    server = await startServer({ HEATMARK_DATA: folder });
    const before = await makeLocation(server.client);
    server.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    server = await startServer({ HEATMARK_DATA: folder });
    const stream = await subscribe(server.client, AllEvents, { after: before.cursor });
    const after = await makeLocation(server.client);
    expect(cursorOf(await stream.next())).toBe(after.cursor);
    await stream.close();
  });

  it('has lost no answer after a kill -9', async () => {
    server = await startServer({ HEATMARK_DATA: folder });
    const kept = await makeLocation(server.client);
    server.kill('SIGKILL');
    await server.exited;
    server = await startServer({ HEATMARK_DATA: folder });
    const stream = await subscribe(server.client, AllEvents, { after: 'START' });
    const cursors = (await stream.take(3)).map(cursorOf);
    expect(cursors.at(-1)).toBe(kept.cursor);
    await stream.close();
  });
});
