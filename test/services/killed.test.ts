import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { AllEvents, cursorsOf, headOf, logAfter } from '../realtime/acts.ts';
import { unique } from '../support/app.ts';
import type { TestDatabase } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { subscribe } from '../support/stream.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

// A process takes seconds to start, and many where the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const Create = graphql(`
  mutation ServicesKilledCreate($input: CreateLocationInput!) {
    createLocation(input: $input) { __typename ... on CreateLocationSuccess { location { id } } }
  }
`);

let database: TestDatabase & { url: string };
let survivor: ServerProcess;
const environment = () => ({ DATABASE_URL: database.url, REDIS_URL: redisUrl() });
beforeAll(async () => {
  database = await serverDatabase();
  survivor = await startServer(environment());
});
afterAll(async () => {
  await stopAll(survivor);
  await database?.close();
});

interface Attempt {
  input: { name: string; clientMutationId: string };
  /** The id that was answered; null where the connection was cut before an answer. */
  acknowledged: string | null;
}

/** Writers who go on until the server is gone; each knows what it was answered. */
async function writeUntilGone(server: ServerProcess, writers: number): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const write = async () => {
    for (;;) {
      const attempt: Attempt = {
        input: { name: unique('Killed'), clientMutationId: unique('key') },
        acknowledged: null,
      };
      attempts.push(attempt);
      try {
        const { location } = await server.client.success(Create, attempt, 'CreateLocationSuccess');
        attempt.acknowledged = location.id;
      } catch {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return attempts;
}

async function effectsOf(name: string): Promise<{ rows: number; events: number }> {
  const [found] = await database.database.query<{ rows: number; events: number }>(
    `SELECT (SELECT count(*) FROM "Location" WHERE name = $1)::int AS rows,
            (SELECT count(*) FROM "Event" WHERE kind = 'LocationCreated' AND after->>'name' = $1)::int AS events`,
    [name],
  );
  if (!found) throw new Error('No answer.');
  return found;
}

describe('a server that is killed while clients write', () => {
  it.each([50, 150, 400])(
    'has kept every answer and half done nothing, %d ms into the writing',
    async (delay) => {
      const victim = await startServer(environment());
      const start = await headOf(survivor.client);
      const stream = await subscribe(survivor.client, AllEvents, { after: start });
      // The moment of a fault is a time by its nature.
      setTimeout(() => victim.kill('SIGKILL'), delay);
      const attempts = await writeUntilGone(victim, 8);
      expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });

      const unknown = attempts.filter((attempt) => attempt.acknowledged === null);
      expect(unknown.length).toBeGreaterThan(0);
      for (const attempt of attempts.filter((each) => each.acknowledged !== null)) {
        expect(await effectsOf(attempt.input.name)).toEqual({ rows: 1, events: 1 });
      }
      // Repeated elsewhere, with its key: the answered ones answer the same, the others have one effect now.
      for (const attempt of attempts) {
        const { input } = attempt;
        const { location } = await survivor.client.success(Create, { input }, 'CreateLocationSuccess');
        expect(attempt.acknowledged ?? location.id).toBe(location.id);
        expect(await effectsOf(input.name)).toEqual({ rows: 1, events: 1 });
      }
      const log = cursorsOf(await logAfter(survivor.client, start));
      expect(log).toHaveLength(attempts.length);
      expect(cursorsOf(await stream.take(log.length))).toEqual(log);
      await stream.close();
    },
  );
});

describe('a server that is told to stop while clients write', () => {
  it('answers what it has accepted, leaves nothing else behind, and exits with 0', async () => {
    const leaving = await startServer(environment());
    const stream = await subscribe(leaving.client, AllEvents, {});
    await stream.next();
    setTimeout(() => leaving.kill('SIGTERM'), 200);
    const attempts = await writeUntilGone(leaving, 8);
    expect(await leaving.exited).toEqual({ code: 0, signal: null });
    expect(await stream.ended).toMatchObject({ code: 1001 });
    for (const { input, acknowledged } of attempts) {
      const effect = acknowledged === null ? 0 : 1;
      expect(await effectsOf(input.name)).toEqual({ rows: effect, events: effect });
    }
    expect(attempts.some((attempt) => attempt.acknowledged !== null)).toBe(true);
  });
});
