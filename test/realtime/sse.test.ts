import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { subscribeOverSse } from '../support/sse.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, logAfter, makeLocation, renameLocation } from './acts.ts';

const app = useApp();

const WholeEvents = graphql(`
  subscription SseWhole($after: Cursor) {
    events(after: $after) {
      __typename
      ... on Event { cursor kind subjectId version cause occurredAt recordedAt changes { field before after } }
      ... on RunStatusChanged { from to run { status number } }
      ... on Position { cursor }
      ... on Gap { reason }
    }
  }
`);

describe('server-sent events', () => {
  it('say the same as the WebSocket, replayed and live', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { quantity: 1 });
    const over = {
      sse: await subscribeOverSse(ours.client, WholeEvents, { after: 'START' }),
      socket: await subscribe(ours.client, WholeEvents, { after: 'START' }),
    };
    const replayed = (await logAfter(ours.client)).length;
    expect(await over.sse.take(replayed)).toEqual(await over.socket.take(replayed));
    await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const all = (await logAfter(ours.client)).length;
    const live = await over.sse.take(all - replayed);
    // A run shows its state of the moment at which its event was told: compared without it.
    const facts = (messages: typeof live) =>
      messages.map((message) => ({ ...message, ...('run' in message ? { run: null } : {}) }));
    expect(facts(live)).toEqual(facts(await over.socket.take(all - replayed)));
    over.sse.close();
    await over.socket.close();
  });

  it('begin with a Position where no cursor is given', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribeOverSse(ours.client, AllEvents, {});
    expect(await stream.next()).toMatchObject({ __typename: 'Position' });
    stream.close();
  });

  it('resume from their cursor after a cut without loss or repetition', async () => {
    const { ours } = await app().organizations();
    const first = await subscribeOverSse(ours.client, AllEvents, { after: 'START' });
    const seen = await first.take(2);
    first.close();
    expect(await first.ended).toBe('cut');
    const missed = await makeLocation(ours.client);
    const resumed = await subscribeOverSse(ours.client, AllEvents, { after: cursorOf(seen[1] ?? {}) });
    expect(await resumed.next()).toMatchObject({ cursor: missed.cursor });
    const live = await renameLocation(ours.client, missed.id);
    expect(await resumed.next()).toMatchObject({ cursor: live.cursor });
    resumed.close();
  });

  it('answer a cursor of another log with a Gap', async () => {
    const { ours, theirs } = await app().organizations();
    const { cursor } = await makeLocation(theirs.client);
    const stream = await subscribeOverSse(ours.client, AllEvents, { after: cursor });
    expect(await stream.next()).toMatchObject({ __typename: 'Gap', reason: 'UNKNOWN_CURSOR' });
    stream.close();
  });

  it('answer what is no cursor with BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribeOverSse(ours.client, AllEvents, { after: 'not a cursor' });
    await expect(stream.next()).rejects.toThrow('BAD_USER_INPUT');
    stream.close();
  });

  it('are refused to whom has no token', async () => {
    const { ours } = await app().organizations();
    await expect(subscribeOverSse(ours.client.as('hm_nobody'), AllEvents, {})).rejects.toThrow('401');
  });

  it('tell of the other organization nothing', async () => {
    const { ours, theirs } = await app().organizations();
    const stream = await subscribeOverSse(ours.client, AllEvents, {});
    await stream.next();
    await makeLocation(theirs.client);
    const loud = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ cursor: loud.cursor });
    stream.close();
  });
});
