import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { eventStream, type StreamMessage } from '../../src/events/stream.ts';
import { decodeId } from '../../src/ids.ts';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import { headOf } from './acts.ts';
import { reportBuild } from './machine-acts.ts';

const app = useApp();

const Builds = graphql(`
  subscription ProgressBuilds($runId: ID, $machineId: ID, $after: Cursor) {
    buildEvents(runId: $runId, machineId: $machineId, after: $after) {
      __typename
      ... on BuildProgress { build { id currentLayer } }
      ... on BuildCreated { cursor build { id currentLayer } }
      ... on BuildStatusChanged { cursor from to }
      ... on Position { cursor }
    }
  }
`);

/** A build of a run in progress, at layer 1. */
async function printing(client: Client) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop);
  const pieceIds = order.pieces.map((piece) => piece.id);
  const run = await makeRun(client, shop.printerId, pieceIds, 'IN_PROGRESS');
  const report = { machineId: shop.machineId, name: run.number, layers: 1_000 };
  const build = await reportBuild(client, { ...report, currentLayer: 1 });
  return { run, report, build, machineId: shop.machineId };
}

describe('the progress of a build', () => {
  it('is told layer by layer, and is no event: the log does not grow', async () => {
    const { ours } = await app().organizations();
    const { report, run, build } = await printing(ours.client);
    const head = await headOf(ours.client);
    const stream = await subscribe(ours.client, Builds, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    for (const currentLayer of [2, 3]) {
      const { cursor } = await reportBuild(ours.client, { ...report, currentLayer });
      expect(cursor).toBeNull();
      expect(await stream.next()).toEqual({
        __typename: 'BuildProgress',
        build: { id: build.id, currentLayer },
      });
    }
    expect(await headOf(ours.client)).toBe(head);
    await stream.close();
  });

  it('is not told where a report repeats the layer', async () => {
    const { ours } = await app().organizations();
    const { report, run } = await printing(ours.client);
    const stream = await subscribe(ours.client, Builds, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(ours.client, { ...report, currentLayer: 1 });
    await reportBuild(ours.client, { ...report, currentLayer: 2 });
    expect(await stream.next()).toMatchObject({ build: { currentLayer: 2 } });
    await stream.close();
  });

  it('comes with the status changes of the same build, in their order', async () => {
    const { ours } = await app().organizations();
    const { report, machineId } = await printing(ours.client);
    const stream = await subscribe(ours.client, Builds, { machineId });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(ours.client, { ...report, status: 'PAUSED', currentLayer: 2 });
    expect(await stream.next()).toMatchObject({ __typename: 'BuildStatusChanged', to: 'PAUSED' });
    await reportBuild(ours.client, { ...report, currentLayer: 2 });
    expect(await stream.next()).toMatchObject({ __typename: 'BuildStatusChanged', to: 'PROCESSING' });
    await reportBuild(ours.client, { ...report, currentLayer: 3 });
    expect(await stream.next()).toMatchObject({ __typename: 'BuildProgress', build: { currentLayer: 3 } });
    await stream.close();
  });

  it('is heard at its own run only', async () => {
    const { ours } = await app().organizations();
    const [one, other] = [await printing(ours.client), await printing(ours.client)];
    const stream = await subscribe(ours.client, Builds, { runId: one.run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(ours.client, { ...other.report, currentLayer: 2 });
    await reportBuild(ours.client, { ...one.report, currentLayer: 9 });
    expect(await stream.next()).toMatchObject({ build: { id: one.build.id, currentLayer: 9 } });
    await stream.close();
  });

  it('reaches a display that does not keep up as its newest layer only', async () => {
    const { ours } = await app().organizations();
    const { report, build } = await printing(ours.client);
    const controller = new AbortController();
    const messages = eventStream(app().app.runtime.events, {
      organizationId: ours.organizationId,
      start: { after: null },
      wants: (event) => event.subjectType === 'Build',
      wantsTick: () => true,
      signal: controller.signal,
    });
    const next = async (): Promise<StreamMessage | undefined> => {
      const { value } = await messages.next();
      if (!value) return undefined;
      return value.type === 'Idle' ? next() : value;
    };
    expect(await next()).toMatchObject({ type: 'Position' });
    // Nobody reads while these are made.
    for (const currentLayer of [2, 3, 4, 5]) await reportBuild(ours.client, { ...report, currentLayer });
    const subjectId = decodeId(build.id)?.uuid;
    expect(await next()).toMatchObject({ type: 'Tick', tick: { subjectId, stamp: '1.5' } });
    await reportBuild(ours.client, { ...report, status: 'PAUSED' });
    expect(await next()).toMatchObject({ type: 'Event', event: { kind: 'BuildStatusChanged' } });
    controller.abort();
    expect(await next()).toBeUndefined();
  });
});
