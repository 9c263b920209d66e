import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createClient } from '../../client/client.ts';
import { type Collected, type CollectOptions, collect } from '../../collect/collect.ts';
import { checkMapping, type Mapping } from '../../collect/mapping.ts';
import type { Log } from '../../collect/observation.ts';
import { create } from '../api/support.ts';
import type { TestApp, TestOrganization } from '../support/app.ts';

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'heatmark-collect-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function fileOf(text: string, name = 'mill.shdr'): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

/** What a connector told people. */
export function logged(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, info: (text) => void lines.push(text), warn: (text) => void lines.push(`! ${text}`) };
}

/** A mapping of a machine that is made with it. */
export async function mappingFor({ client }: TestOrganization, more: object = {}): Promise<Mapping> {
  const id = await create(client, 'Machine', { name: 'Mill' });
  return checkMapping({ source: 'mill', machine: { id }, ...more });
}

type Given = Pick<CollectOptions, 'mapping' | 'origin'> &
  Partial<CollectOptions> & { url: string; token: string };

/** A connector that runs. */
export interface Running {
  readonly done: Promise<Collected>;
  /** Ends it in good order. */
  stop(): Promise<Collected>;
  readonly lines: string[];
}

/** Starts a connector, which ends with the test. */
export function running({ url, token, ...given }: Given): Running {
  const client = createClient({ url, token, retries: 0 });
  const stopping = new AbortController();
  const log = logged();
  const done = collect({
    client,
    folder: given.folder ?? folder(),
    log,
    signal: stopping.signal,
    longestWait: 20,
    ...given,
  });
  done.catch(() => undefined);
  onTestFinished(async () => {
    stopping.abort();
    await done.catch(() => undefined);
    await client.close();
  });
  return {
    done,
    lines: log.lines,
    stop() {
      stopping.abort();
      return done;
    },
  };
}

export interface Stored {
  readonly item: string;
  readonly text: string | null;
  readonly at: string;
}

/** All readings of an organization in the order of their storing, in words. */
export async function storedIn(app: TestApp, { organizationId }: TestOrganization): Promise<Stored[]> {
  const rows = await app.database.query<{ item: string; text: string | null; at: Date }>(
    `SELECT s."dataItem" AS item, coalesce(r.text, r.value::text) AS text, r."observedAt" AS at
     FROM "SensorReading" r JOIN "Sensor" s ON s."organizationId" = r."organizationId" AND s.id = r."sensorId"
     WHERE r."organizationId" = $1::uuid ORDER BY r."position"`,
    [organizationId],
  );
  return rows.map(({ item, text, at }) => ({ item, text, at: new Date(at).toISOString() }));
}

/** Waits until that many readings are stored. */
export async function untilStored(app: TestApp, ours: TestOrganization, least: number): Promise<Stored[]> {
  let stored: Stored[] = [];
  const count = async () => {
    stored = await storedIn(app, ours);
    return stored.length;
  };
  await expect.poll(count, { interval: 100, timeout: 60_000 }).toBeGreaterThanOrEqual(least);
  return stored;
}
