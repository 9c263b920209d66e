import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { create } from '../api/support.ts';
import { type AdapterDouble, startAdapter } from '../support/adapter-double.ts';
import { type AgentDouble, startAgent } from '../support/agent-double.ts';
import { unique } from '../support/app.ts';
import type { TestDatabase } from '../support/databases.ts';
import { adminToken, type ServerProcess, startServer } from '../support/server-process.ts';
import { generatedDevices, generateShdr } from '../support/shdr.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

// Processes take seconds to start, and here they are killed again and again.
vi.setConfig({ testTimeout: 600_000 });

const root = fileURLToPath(new URL('../../', import.meta.url));
const kills = 12;

let database: TestDatabase & { url: string };
let server: ServerProcess;
let folder: string;
const environment = () => ({ DATABASE_URL: database.url, REDIS_URL: redisUrl() });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heatmark-collect-'));
  writeFileSync(join(folder, 'Devices.xml'), generatedDevices);
  database = await serverDatabase();
  server = await startServer(environment());
});
afterAll(async () => {
  await stopAll(server);
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Stored {
  item: string;
  text: string | null;
}

/** What is stored of a machine, in the order of its storing. */
const storedOf = (machine: string) =>
  database.database.query<Stored>(
    `SELECT s."dataItem" AS item, coalesce(r.text, r.value::text) AS text
     FROM "SensorReading" r
     JOIN "Sensor" s ON s."organizationId" = r."organizationId" AND s.id = r."sensorId"
     JOIN "Machine" m ON m."organizationId" = s."organizationId" AND m.id = s."machineId"
     WHERE m.name = $1 ORDER BY r."position"`,
    [machine],
  );

interface Connector {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
}

/** `npm run collect` without npm: a process that can be killed. */
function startConnector(machine: string, ...origin: string[]): Connector {
  const mapping = join(folder, `${machine.replaceAll(' ', '-')}.json`);
  writeFileSync(
    mapping,
    JSON.stringify({ source: machine, machine: { name: machine }, devices: 'Devices.xml' }),
  );
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'collect/main.ts',
      '--mapping',
      mapping,
      '--journal',
      join(folder, 'journal'),
      ...origin,
    ],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HEATMARK_URL: server.url, HEATMARK_TOKEN: adminToken },
      stdio: 'ignore',
    },
  );
  const exited = new Promise<number | null>((resolve) => void child.on('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { process: child, exited };
}

/** Waits until more is stored than before, or nothing more is to come. */
async function untilMore(machine: string, than: number, all: number): Promise<number> {
  for (;;) {
    const { length } = await storedOf(machine);
    if (length > than || length >= all) return length;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The server is killed, and another takes its place on the same port. */
async function restartServer(): Promise<void> {
  const { port } = new URL(server.url);
  server.kill('SIGKILL');
  await server.exited;
  server = await startServer({ ...environment(), PORT: port });
}

const countOf = (stored: readonly Stored[]) => stored.map(({ item, text }) => `${item} ${text}`);

describe('a connector that is killed again and again, with a server that is too', () => {
  it('brings every observation of a recording once and in order', async () => {
    const machine = unique('Killed mill');
    await create(server.client, 'Machine', { name: machine });
    const { said, text } = generateShdr(3_000);
    const file = join(folder, 'mill.shdr');
    writeFileSync(file, text);
    let stored = 0;
    for (let kill = 0; kill < kills && stored < said.length; kill++) {
      // Slow enough that it is killed in the middle.
      const connector = startConnector(machine, '--from', file, '--speed', '100');
      stored = await untilMore(machine, stored, said.length);
      connector.process.kill('SIGKILL');
      await connector.exited;
      if (kill % 4 === 1) await restartServer();
    }
    const last = startConnector(machine, '--from', file);
    expect(await last.exited).toBe(0);
    const ids: Record<string, string> = {
      avail: 'a1',
      Xload: 'xl',
      Xpos: 'xp',
      system: 'sy',
      exec: 'ex',
      program: 'pg',
      pos: 'po',
    };
    expect(countOf(await storedOf(machine))).toEqual(
      said.map(({ item, text: value }) => `${ids[item] ?? item} ${value}`),
    );
  });

  it('brings every observation of an agent once and in order', async () => {
    const machine = unique('Killed lathe');
    await create(server.client, 'Machine', { name: machine });
    const agent: AgentDouble = await startAgent({ buffer: 100_000 });
    onTestFinished(() => agent.close());
    let value = 0;
    const say = (count: number) => {
      for (let more = 0; more < count; more++) agent.add('xl', String(++value));
    };
    say(1);
    for (let kill = 0, stored = 0; kill < kills; kill++) {
      const connector = startConnector(machine, '--agent', agent.url);
      stored = await untilMore(machine, stored, Number.POSITIVE_INFINITY);
      const talking = setInterval(() => say(25), 5);
      if (kill % 4 === 1) await restartServer();
      stored = await untilMore(machine, stored, Number.POSITIVE_INFINITY);
      connector.process.kill('SIGKILL');
      clearInterval(talking);
      await connector.exited;
      say(10);
    }
    startConnector(machine, '--agent', agent.url);
    await expect.poll(async () => (await storedOf(machine)).length, { timeout: 60_000 }).toBe(value);
    expect((await storedOf(machine)).map(({ text }) => Number(text))).toEqual(
      Array.from({ length: value }, (_, place) => place + 1),
    );
  });

  it('brings what it heard of an adapter once and in order, and all of it while it lives', async () => {
    const machine = unique('Killed saw');
    await create(server.client, 'Machine', { name: machine });
    const adapter: AdapterDouble = await startAdapter();
    onTestFinished(() => adapter.close());
    let value = 0;
    const say = (count: number) => {
      for (let more = 0; more < count; more++) adapter.say(`|Xload|${++value}\n`);
    };
    const lastStored = async () => Number((await storedOf(machine)).at(-1)?.text ?? 0);
    for (let kill = 0; kill < kills; kill++) {
      const connector = startConnector(machine, '--adapter', `127.0.0.1:${adapter.port}`);
      await adapter.connected();
      say(200);
      if (kill % 4 === 1) await restartServer();
      // Everything that was said while it lived arrives; what is said as it dies may have been heard or not.
      await expect.poll(lastStored, { timeout: 60_000 }).toBe(value);
      say(20);
      connector.process.kill('SIGKILL');
      await connector.exited;
    }
    const last = startConnector(machine, '--adapter', `127.0.0.1:${adapter.port}`);
    await adapter.connected();
    say(1);
    await expect.poll(lastStored, { timeout: 60_000 }).toBe(value);
    last.process.kill('SIGTERM');
    expect(await last.exited).toBe(0);
    const numbers = (await storedOf(machine)).map(({ text }) => Number(text));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.length).toBeGreaterThanOrEqual(kills * 200);
  });
});
