import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp, unique } from '../support/app.ts';
import { openSocket } from '../support/raw-socket.ts';
import { subscribeOverSse } from '../support/sse.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, makeLocation } from './acts.ts';

let app: TestApp | null = null;
/** A server that the test stops itself. */
const running = async (): Promise<TestApp> => {
  app = await startApp();
  return app;
};
afterEach(async () => {
  await app?.stop();
  app = null;
});

const createLocation = `mutation StoppingCreate($name: String!) {
  createLocation(input: { name: $name }) { __typename }
}`;

describe('a server that stops', () => {
  it('closes its sockets with 1001, and their streams end', async () => {
    const { app: server, organizations } = await running();
    const { ours } = await organizations();
    const stream = await subscribe(ours.client, AllEvents, {});
    await stream.next();
    await server.stop();
    expect(await stream.ended).toMatchObject({ code: 1001 });
  });

  it('does not say that a stream is complete: its client resumes elsewhere', async () => {
    const { app: server, organizations } = await running();
    const { ours } = await organizations();
    const socket = await openSocket(ours.client);
    socket.subscribe('1', 'subscription { events { __typename } }');
    await socket.value('1');
    const stream = await subscribeOverSse(ours.client, AllEvents, {});
    await stream.next();
    await server.stop();
    expect(await stream.ended).toBe('cut');
    await expect(socket.next('1')).rejects.toThrow('1001');
  });

  it('answers the mutations that it has accepted', async () => {
    const { app: server, organizations } = await running();
    const { ours } = await organizations();
    const count = 12;
    let accepted = 0;
    const allAccepted = new Promise<void>((resolve) => {
      server.server.on('request', () => {
        accepted++;
        if (accepted === count) resolve();
      });
    });
    const answers = Array.from({ length: count }, () =>
      ours.client.sendText(createLocation, { name: unique('Accepted') }),
    );
    await allAccepted;
    await server.stop();
    for (const answer of await Promise.all(answers)) {
      expect(answer.body).toEqual({ data: { createLocation: { __typename: 'CreateLocationSuccess' } } });
    }
  });

  it('answers the mutations that it has accepted on sockets, before it closes them', async () => {
    const { app: server, organizations } = await running();
    const { ours } = await organizations();
    const socket = await openSocket(ours.client);
    const ids = Array.from({ length: 12 }, (_, place) => `m${place}`);
    for (const id of ids) socket.subscribe(id, createLocation, { name: unique('Accepted') });
    // The server takes messages in their order: with this answer it has accepted those before.
    socket.send({ type: 'ping' });
    await socket.nextOfSocket();
    const stopped = server.stop();
    const answers = await Promise.all(ids.map((id) => socket.value(id)));
    expect(answers).toEqual(ids.map(() => ({ __typename: 'CreateLocationSuccess' })));
    expect(await socket.closed).toMatchObject({ code: 1001 });
    await stopped;
  });

  it('takes no new connections', async () => {
    const { app: server, organizations } = await running();
    const { ours } = await organizations();
    await server.stop();
    await expect(openSocket(ours.client)).rejects.toThrow();
    await expect(ours.client.sendText('{ __typename }')).rejects.toThrow();
  });

  it('lets its displays resume at another server of the same database', async () => {
    const first = await running();
    const second = await startApp({ shares: first });
    const { ours } = await first.organizations();
    const stream = await subscribe(ours.client, AllEvents, {});
    const position = await stream.next();
    await first.app.stop();
    await stream.ended;
    const there = { ...ours.client.as(ours.token) };
    const elsewhere = { ...there, url: second.url };
    const { createClient } = await import('../support/client.ts');
    const missed = await makeLocation(createClient(second.url, ours.token));
    const resumed = await subscribe(elsewhere, AllEvents, { after: cursorOf(position) });
    expect(await resumed.next()).toMatchObject({ cursor: missed.cursor });
    await resumed.close();
    await second.stop();
  });
});
