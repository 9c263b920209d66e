import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { command } from '../../src/commands/command.ts';
import { runCommand } from '../../src/commands/runner.ts';
import type { EventKind } from '../../src/events/kinds.ts';
import { type TestOrganization, unique, useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import {
  AllEvents,
  cursorsOf,
  logAfter,
  makeLocation,
  positionOf,
  refusedLocation,
  renameLocation,
  staleRename,
} from './acts.ts';

const app = useApp();

const LocationHistory = graphql(`
  subscription EventsLocationHistory($after: Cursor) {
    events(after: $after, filter: { kinds: [LocationCreated, LocationChanged] }) {
      __typename
      ... on Event { version changes { field before after } actor { kind name } occurredAt recordedAt }
      ... on LocationCreated { location { name version } }
      ... on LocationChanged { location { name version } }
    }
  }
`);

const RunHistory = graphql(`
  subscription EventsRunHistory($runId: ID!) {
    runEvents(runId: $runId, after: "START") {
      __typename
      ... on RunCreated { version run { status } }
      ... on RunStatusChanged { from to version run { status } }
    }
  }
`);

/** Creates a location and records it, then fails as told. */
const failing = (how: 'before the commit' | 'at the commit') =>
  command('failing', {
    description: 'Fails.',
    right: 'administer',
    input: {},
    refusals: [],
    run: async (context) => {
      const name = unique('Never');
      const row = await context.tx.location.create({ data: { ...context.fresh(), name } });
      // No kind at all: the log refuses it, in the deferred trigger of the commit.
      const kind = (how === 'at the commit' ? null : 'LocationCreated') as EventKind<'Location'>;
      context.record(kind, 'Location', null, row);
      if (how === 'before the commit') throw new Error('The command fails.');
      return { id: row.id };
    },
  });

const callerOf = ({ organizationId, tokenId }: TestOrganization) => ({
  caller: { organizationId, tokenId, userId: null, role: 'ADMINISTRATOR' as const },
  requestId: null,
});

describe('what changes nothing', () => {
  it('is not heard when a mutation is refused', async () => {
    const { ours } = await app().organizations();
    const place = await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: place.cursor });
    await refusedLocation(ours.client, place.name);
    await staleRename(ours.client, place.id);
    const loud = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ cursor: loud.cursor });
    expect(positionOf(loud.cursor)).toBe(positionOf(place.cursor) + 1);
    await stream.close();
  });

  it.each(['before the commit', 'at the commit'] as const)(
    'is not heard, and leaves no row, when a command fails %s',
    async (how) => {
      const { ours } = await app().organizations();
      const place = await makeLocation(ours.client);
      const stream = await subscribe(ours.client, AllEvents, { after: place.cursor });
      const { runtime, prisma } = app().app;
      await expect(runCommand(runtime, callerOf(ours), failing(how), {})).rejects.toThrow();
      const loud = await makeLocation(ours.client);
      expect(await stream.next()).toMatchObject({ cursor: loud.cursor });
      expect(positionOf(loud.cursor)).toBe(positionOf(place.cursor) + 1);
      const { organizationId } = ours;
      expect(await prisma.location.count({ where: { organizationId } })).toBe(2);
      await stream.close();
    },
  );
});

describe('the events of one command', () => {
  it('share their cause and stand side by side in the log, whoever else commits', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const [order] = await Promise.all([
      makeOrder(ours.client, shop, { quantity: 5 }),
      ...Array.from({ length: 6 }, () => makeLocation(ours.client)),
    ]);
    const log = await logAfter(ours.client);
    const piece = log.find((entry) => entry.subjectId === order.pieces[0]?.id);
    const together = log.filter((entry) => entry.cause === piece?.cause);
    expect(together.filter((entry) => entry.kind === 'PieceCreated')).toHaveLength(5);
    expect(together.map((entry) => entry.kind)).toContain('OrderStatusChanged');
    const first = positionOf(together[0]?.cursor ?? '');
    expect(together.map((entry) => positionOf(entry.cursor))).toEqual(
      together.map((_, place) => first + place),
    );
  });

  it('differ in their cause from those of another command', async () => {
    const { ours } = await app().organizations();
    const [one, other] = [await makeLocation(ours.client), await makeLocation(ours.client)];
    const log = await logAfter(ours.client);
    const causeOf = (id: string) => log.find((entry) => entry.subjectId === id)?.cause;
    expect(causeOf(one.id)).not.toBe(causeOf(other.id));
  });

  it('are in the query as in the stream', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    await makeOrder(ours.client, shop);
    const log = await logAfter(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: 'START' });
    const heard = await stream.take(log.length);
    expect(cursorsOf(heard)).toEqual(cursorsOf(log));
    expect(heard.map((message) => message.__typename)).toEqual(log.map((entry) => entry.kind));
    await stream.close();
  });
});

describe('an event that is replayed', () => {
  it('says what changed then, and shows the object as it is now', async () => {
    const { ours } = await app().organizations();
    const place = await makeLocation(ours.client, 'A');
    await renameLocation(ours.client, place.id, 'B');
    await renameLocation(ours.client, place.id, 'C');
    const stream = await subscribe(ours.client, LocationHistory, { after: 'START' });
    const now = { name: 'C', version: 3 };
    const [created, ...changed] = await stream.take(3);
    expect(created).toMatchObject({
      version: 1,
      changes: expect.arrayContaining([{ field: 'name', before: null, after: 'A' }]),
      location: now,
    });
    expect(changed).toMatchObject([
      { version: 2, changes: [{ field: 'name', before: 'A', after: 'B' }], location: now },
      { version: 3, changes: [{ field: 'name', before: 'B', after: 'C' }], location: now },
    ]);
    await stream.close();
  });

  it('keeps from and to of a status, beside the run as it is now', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop);
    const pieceIds = order.pieces.map((piece) => piece.id);
    const run = await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    const stream = await subscribe(ours.client, RunHistory, { runId: run.id });
    const now = { status: 'COMPLETE' };
    expect(await stream.take(5)).toMatchObject([
      { __typename: 'RunCreated', run: now },
      { from: 'CALCULATED', to: 'QUEUED', run: now },
      { from: 'QUEUED', to: 'QUEUED_WORK_READY', run: now },
      { from: 'QUEUED_WORK_READY', to: 'IN_PROGRESS', run: now },
      { from: 'IN_PROGRESS', to: 'COMPLETE', run: now },
    ]);
    await stream.close();
  });

  it('names who caused it', async () => {
    const { ours } = await app().organizations();
    await makeLocation(ours.client);
    const stream = await subscribe(ours.client, LocationHistory, { after: 'START' });
    expect(await stream.next()).toMatchObject({ actor: { kind: 'TOKEN', name: 'First administrator' } });
    await stream.close();
  });
});
