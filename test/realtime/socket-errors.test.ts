import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { makeLocation } from './acts.ts';

// The texts here are wrong on purpose, which typed documents cannot be.
const app = useApp();

const events =
  'subscription($after: Cursor) { events(after: $after) { __typename ... on Event { cursor } } }';

/** A socket with a subscription that must live through whatever the test does beside it. */
async function withNeighbour() {
  const { ours } = await app().organizations();
  const socket = await openSocket(ours.client);
  socket.subscribe('neighbour', events);
  expect(await socket.value('neighbour')).toMatchObject({ __typename: 'Position' });
  return { ours, socket };
}

async function expectAlive({ ours, socket }: Awaited<ReturnType<typeof withNeighbour>>): Promise<void> {
  const { cursor } = await makeLocation(ours.client);
  expect(await socket.value('neighbour')).toEqual({ __typename: 'LocationCreated', cursor });
  await socket.close();
}

const codesOf = async (socket: RawSocket, id: string) => {
  const { type, payload } = await socket.next(id);
  const errors = (type === 'error' ? payload : (payload as { errors?: unknown }).errors) as {
    extensions: { code: string };
  }[];
  return errors.map((error) => error.extensions.code);
};

describe('an operation that fails on a socket', () => {
  it.each([
    ['a syntax error', 'subscription { events {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a wrong literal', 'subscription { runEvents(runId: {}) { __typename } }', {}, 'BAD_USER_INPUT'],
    ['a garbage cursor', events, { after: 'garbage' }, 'BAD_USER_INPUT'],
    ['a variable of a wrong type', events, { after: 7 }, 'BAD_USER_INPUT'],
    [
      'an id of another type',
      'subscription($id: ID!) { runEvents(runId: $id) { __typename } }',
      { id: 'ord_00000000000000000000000000000000' },
      'BAD_USER_INPUT',
    ],
    [
      'an id of another type in a stream of readings',
      'subscription($id: ID!) { sensorReadings(machineId: $id) { __typename } }',
      { id: 'ord_00000000000000000000000000000000' },
      'BAD_USER_INPUT',
    ],
    ['too deep a document', `{ ${'a{'.repeat(300)}b${'}'.repeat(300)} }`, {}, 'OPERATION_TOO_COMPLEX'],
  ])(
    'because of %s leaves the other operations of the socket alone',
    async (_what, query, variables, code) => {
      const neighbourhood = await withNeighbour();
      neighbourhood.socket.subscribe('bad', query, variables);
      expect(await codesOf(neighbourhood.socket, 'bad')).toEqual([code]);
      await expectAlive(neighbourhood);
    },
  );

  it('because no operation has its name leaves the others alone, however often', async () => {
    const neighbourhood = await withNeighbour();
    for (let attempt = 0; attempt < 110; attempt++) {
      neighbourhood.socket.subscribe(
        `bad ${attempt}`,
        `query A { __typename } query B { __typename }`,
        {},
        'C',
      );
      expect(await codesOf(neighbourhood.socket, `bad ${attempt}`)).toEqual(['BAD_REQUEST']);
    }
    await expectAlive(neighbourhood);
  });

  it('gives its place back: a socket may fail more often than it may subscribe', async () => {
    const neighbourhood = await withNeighbour();
    for (let attempt = 0; attempt < 110; attempt++) {
      neighbourhood.socket.subscribe(`bad ${attempt}`, events, { after: 'garbage' });
      expect(await codesOf(neighbourhood.socket, `bad ${attempt}`)).toEqual(['BAD_USER_INPUT']);
    }
    await expectAlive(neighbourhood);
  });
});

describe('queries and mutations on a socket', () => {
  it('are answered beside subscriptions', async () => {
    const neighbourhood = await withNeighbour();
    neighbourhood.socket.subscribe('query', '{ organization { name } }');
    expect(await neighbourhood.socket.value('query')).toMatchObject({ name: expect.any(String) });
    expect(await neighbourhood.socket.next('query')).toMatchObject({ type: 'complete' });
    await expectAlive(neighbourhood);
  });
});

describe('a message that breaks the protocol', () => {
  it.each([
    ['no JSON', 'garbage', 4400],
    ['a message that only a server sends', '{"id":"1","type":"next","payload":{}}', 4400],
    ['an unknown type', '{"type":"constructor"}', 4400],
    [
      'a ping nested 50,000 deep',
      `{"type":"ping","payload":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      4400,
    ],
    ['a second introduction', '{"type":"connection_init"}', 4429],
  ])('%s closes the socket without a word about the inside', async (_what, message, code) => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client);
    socket.send(message);
    const closed = await socket.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason).toMatch(/^(Invalid message received|Too many initialisation requests)$/);
  });

  it('of a subscription under an id in use closes the socket with 4409', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client);
    socket.subscribe('same', events);
    await socket.value('same');
    socket.subscribe('same', events);
    expect((await socket.closed).code).toBe(4409);
  });
});
