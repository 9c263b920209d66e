import { describe, expect, it } from 'vitest';
import { CommandContext } from '../../../src/commands/context.ts';
import { forOrganization } from '../../../src/database/client.ts';
import { encodeId, newId } from '../../../src/ids.ts';
import { proposeHold } from '../../../src/quality/hold.service.ts';
import { recordSpread } from '../../../src/quality/hold.spread.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../../support/database-calls.ts';
import { makeRun } from '../../support/factories.ts';
import { subscribeText } from '../../support/stream.ts';
import { absentId, act, asRole, logOf, mutationText, type Reply, uuidOf } from '../support.ts';
import { beginHistory, gram, type History } from './genealogy.histories.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

const lot = (id: string) => encodeId('MaterialLot', id);
const batch = (id: string) => encodeId('MaterialBatch', id);
const piece = (id: string) => encodeId('Piece', id);
const container = (id: string) => encodeId('MaterialContainer', id);

const refusals = `... on BlockedError { message blockedBy { rule message subject { id label } } }
  ... on TransitionError { from action } ... on NotFoundError { id } ... on ConflictError { currentVersion }`;

async function refused(client: Client, mutation: string, input: object): Promise<Reply> {
  const names = /PlaceHold|addHoldDisposition/i.test(mutation)
    ? ''
    : mutation === 'dismissHold' || mutation === 'confirmHold'
      ? refusals.replace(/\.\.\. on BlockedError \{.*\}\s*\.\.\. on Tr/s, '... on Tr')
      : refusals;
  const answer = await client.sendText(
    mutationText(mutation, '__typename', `${names} ... on InvalidInputError { issues { path message } }`),
    { input },
  );
  const reply = answer.data()[mutation] as Reply;
  if (reply.__typename.endsWith('Success')) throw new Error(`${mutation} succeeded.`);
  return reply;
}

const blocked = (reply: Reply) =>
  reply.blockedBy as { rule: string; message: string; subject: { id: string } | null }[];
const rules = (reply: Reply) => [...new Set(blocked(reply).map((each) => each.rule))];
const paths = (reply: Reply) => (reply.issues as { path: string[] }[]).map((each) => each.path.join('.'));

interface Placed {
  hold: { id: string; number: string; status: string; version: number };
}
const place = async (client: Client, on: object): Promise<Placed['hold']> =>
  (
    await act<Placed>(
      client,
      'placeHold',
      { reason: 'Oil on the lid', ...on },
      'hold { id number status version }',
    )
  ).hold;

interface HeldView {
  isHeld: boolean;
  heldBy: { hold: { id: string }; path: { id: string; kind: string; label: string }[] }[];
}
async function held(client: Client, field: string, id: string): Promise<HeldView> {
  const answer = await client.sendText(
    `query($id: ID!) { ${field}(id: $id) { isHeld heldBy { hold { id } path { id kind label } } } }`,
    { id },
  );
  return answer.data()[field] as HeldView;
}

async function begin(
  pieces = 2,
): Promise<{ ours: TestOrganization; theirs: TestOrganization; client: Client; history: History }> {
  const { ours, theirs } = await app().organizations();
  const { history } = await beginHistory(app(), { organization: ours, pieces });
  return { ours, theirs, client: ours.client, history };
}

/** A lot, its batch, a part of that which is loaded, and a piece of it. */
async function powder() {
  const begun = await begin();
  const { history } = begun;
  const source = history.lot(2, 100);
  const first = history.open(source) as string;
  const child = history.split(first, 60n * gram);
  history.load(child, 40n * gram);
  const made = history.consume(10n * gram) as string;
  await history.write(app());
  return { ...begun, source, first, child, made };
}

describe('a hold', () => {
  it('reaches all that descends from what it names, and says by which way', async () => {
    const { client, history, source, first, child, made } = await powder();
    const hold = await place(client, { lotId: lot(source) });
    expect(hold).toMatchObject({ status: 'OPEN', number: expect.stringMatching(/^H-\d{6}$/) });
    const found = await held(client, 'piece', piece(made));
    expect(found).toMatchObject({ isHeld: true, heldBy: [{ hold: { id: hold.id } }] });
    expect(found.heldBy[0]?.path.map((each) => each.id)).toEqual([
      lot(source),
      container(history.lots[0]?.containers[0]?.id as string),
      batch(first),
      batch(child),
      piece(made),
    ]);
    expect((await held(client, 'materialLot', lot(source))).isHeld).toBe(true);
    expect(
      (await held(client, 'materialContainer', container(history.lots[0]?.containers[1]?.id as string)))
        .isHeld,
    ).toBe(true);
    expect((await held(client, 'materialBatch', batch(first))).isHeld).toBe(true);
  });

  it('does not reach what it came from, nor its siblings', async () => {
    const { client, source, first, child, made } = await powder();
    await place(client, { batchId: batch(child) });
    expect((await held(client, 'materialBatch', batch(first))).isHeld).toBe(false);
    expect((await held(client, 'materialLot', lot(source))).isHeld).toBe(false);
    expect((await held(client, 'piece', piece(made))).isHeld).toBe(true);
  });

  it('stands beside others: each goes on alone', async () => {
    const { client, source, made } = await powder();
    const one = await place(client, { lotId: lot(source) });
    const two = await place(client, { pieceId: piece(made) });
    const { heldBy } = await held(client, 'piece', piece(made));
    expect(heldBy.map((each) => each.hold.id)).toEqual([one.id, two.id]);
    await act(
      client,
      'addHoldDisposition',
      { holdId: two.id, pieceId: piece(made), decision: 'SCRAP' },
      '__typename',
    );
    await act(client, 'releaseHold', { holdId: two.id }, '__typename');
    expect((await held(client, 'piece', piece(made))).heldBy.map((each) => each.hold.id)).toEqual([one.id]);
  });

  it('of a machine holds what came out of it, and what is in it', async () => {
    const { client, history, first, child, made } = await powder();
    await place(client, { workstationId: history.shop.printerId, from: '2025-12-01T00:00:00Z' });
    expect((await held(client, 'piece', piece(made))).isHeld).toBe(true);
    expect((await held(client, 'materialBatch', batch(child))).isHeld).toBe(true);
    expect((await held(client, 'materialBatch', batch(first))).isHeld).toBe(false);
  });

  it('names exactly one thing that is there, and a span where it needs one', async () => {
    const { client, theirs, history, source, first } = await powder();
    const wrong = async (on: object, by = client) =>
      paths(await refused(by, 'placeHold', { reason: 'Why', ...on }));
    expect(await wrong({})).toEqual(['']);
    expect(await wrong({ lotId: lot(source), batchId: batch(first) })).toEqual(['batchId']);
    expect(await wrong({ lotId: lot(source), from: '2026-01-01T00:00:00Z' })).toEqual(['from']);
    expect(await wrong({ workstationId: history.shop.printerId })).toEqual(['from']);
    const span = { from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' };
    expect(await wrong({ workstationId: history.shop.printerId, ...span })).toEqual(['until']);
    expect(await wrong({ workstationId: history.shop.printerId, from: '2126-01-01T00:00:00Z' })).toEqual([
      'from',
    ]);
    expect(await wrong({ batchId: absentId('MaterialBatch') })).toEqual(['batchId']);
    expect(await wrong({ batchId: batch(first) }, theirs.client)).toEqual(['batchId']);
  });

  it('is one statement to ask about where none is open', async () => {
    const { client } = await powder();
    if (!calls) throw new Error('The server has not started.');
    const { statements } = await calls.during(() =>
      client.sendText(
        '{ materialBatches { nodes { isHeld } } pieces { nodes { isHeld } } runs { nodes { atRisk } } }',
      ),
    );
    expect(statements.filter((sql) => sql.includes('"Hold"'))).toHaveLength(2);
    expect(statements.filter((sql) => sql.includes('RECURSIVE'))).toEqual([]);
  });

  it('is asked about for a page as for one', async () => {
    const { client, source } = await powder();
    await place(client, { lotId: lot(source) });
    if (!calls) throw new Error('The server has not started.');
    const ask = (first: number) =>
      calls?.during(() =>
        client.sendText(
          `{ materialBatches(first: ${first}) { nodes { isHeld heldBy { path { label } } } } }`,
        ),
      );
    const cost = async (first: number) =>
      (await ask(first))?.statements.filter((sql) => !/UPDATE .*"ApiToken"/.test(sql)).length;
    expect(await cost(20)).toBe(await cost(1));
  });
});

describe('the end of a hold', () => {
  it('waits until all that it affects is decided about, adds up and is approved', async () => {
    const { client, ours, first, child, made, history, source } = await powder();
    const hold = await place(client, { lotId: lot(source) });
    const release = { holdId: hold.id, note: 'Cleaned' };
    const decide = (input: object) =>
      act<{ holdDisposition: { id: string } }>(
        client,
        'addHoldDisposition',
        { holdId: hold.id, ...input },
        'holdDisposition { id }',
      );
    const open = await refused(client, 'releaseHold', release);
    expect(rules(open)).toEqual(['hold.decided']);
    expect(
      blocked(open)
        .map((each) => each.subject?.id)
        .sort(),
    ).toEqual(
      [
        batch(first),
        batch(child),
        piece(made),
        container(history.lots[0]?.containers[1]?.id as string),
      ].sort(),
    );
    await decide({ batchId: batch(child), decision: 'SCRAP' });
    await decide({ pieceId: piece(made), decision: 'REWORK' });
    await decide({
      containerId: container(history.lots[0]?.containers[1]?.id as string),
      decision: 'RETURN',
    });
    await decide({ batchId: batch(first), decision: 'SCRAP', quantity: { value: '10', unit: 'g' } });
    expect(rules(await refused(client, 'releaseHold', release))).toEqual(['hold.addsUp']);
    const { holdDisposition } = await decide({
      batchId: batch(first),
      decision: 'USE_AS_IS',
      quantity: { value: '30', unit: 'g' },
    });
    expect(rules(await refused(client, 'releaseHold', release))).toEqual(['hold.approved']);
    const approve = { holdDispositionId: holdDisposition.id };
    expect(rules(await refused(client, 'approveHoldDisposition', approve))).toEqual([
      'disposition.secondPerson',
    ]);
    const second = await asRole(ours, 'OPERATOR');
    await act(second, 'approveHoldDisposition', approve, 'holdDisposition { approvedAt }');
    expect(rules(await refused(second, 'approveHoldDisposition', approve))).toEqual([
      'disposition.notApproved',
    ]);
    const closed = await act<Placed>(client, 'releaseHold', release, 'hold { id number status version }');
    expect(closed.hold.status).toBe('RELEASED');
    expect((await held(client, 'piece', piece(made))).isHeld).toBe(false);
    expect(await refused(client, 'releaseHold', release)).toMatchObject({
      __typename: 'TransitionError',
      from: 'RELEASED',
    });
  });

  it('needs nothing where nothing is affected', async () => {
    const { client, history } = await begin();
    const source = history.lot(0, 1);
    await history.write(app());
    const hold = await place(client, { lotId: lot(source) });
    await act(client, 'releaseHold', { holdId: hold.id }, '__typename');
  });

  it('lets a later disposition for all of it take the place of those before', async () => {
    const { client, child, made } = await powder();
    const hold = await place(client, { batchId: batch(child) });
    const decide = (input: object) =>
      act(client, 'addHoldDisposition', { holdId: hold.id, ...input }, '__typename');
    await decide({ pieceId: piece(made), decision: 'SCRAP' });
    await decide({ batchId: batch(child), decision: 'USE_AS_IS', quantity: { value: '1', unit: 'g' } });
    await decide({ batchId: batch(child), decision: 'SCRAP' });
    await act(client, 'releaseHold', { holdId: hold.id }, '__typename');
  });

  it('takes no disposition of what it does not affect, or of a part of a piece', async () => {
    const { client, theirs, first, child, made } = await powder();
    const hold = await place(client, { batchId: batch(child) });
    const decide = (input: object, by = client) =>
      refused(by, 'addHoldDisposition', { holdId: hold.id, decision: 'SCRAP', ...input });
    expect(paths(await decide({ batchId: batch(first) }))).toEqual(['batchId']);
    expect(paths(await decide({}))).toEqual(['']);
    expect(paths(await decide({ batchId: batch(child), pieceId: piece(made) }))).toEqual(['pieceId']);
    expect(paths(await decide({ pieceId: piece(made), quantity: { value: '1' } }))).toEqual(['quantity']);
    expect(paths(await decide({ batchId: batch(child), quantity: { value: '1', unit: 't' } }))).toEqual([
      'quantity.value',
    ]);
    expect((await decide({ batchId: batch(child) }, theirs.client)).__typename).toBe('NotFoundError');
  });
});

describe('a proposed hold', () => {
  it('blocks nothing until it is confirmed, and may be dismissed', async () => {
    const { client, ours, child } = await powder();
    const propose = () =>
      forOrganization(app().app.prisma, ours.organizationId).$transaction(async (tx) => {
        const caller = {
          organizationId: ours.organizationId,
          tokenId: ours.tokenId,
          userId: null,
          role: 'ADMINISTRATOR' as const,
        };
        return proposeHold(new CommandContext(tx, caller, new Date(), new Map()), {
          batchId: child,
          reason: 'Too wet',
        });
      });
    const [one, two] = [encodeId('Hold', await propose()), encodeId('Hold', await propose())];
    expect((await held(client, 'materialBatch', batch(child))).isHeld).toBe(false);
    expect(await refused(client, 'releaseHold', { holdId: one })).toMatchObject({
      __typename: 'TransitionError',
    });
    await act(client, 'confirmHold', { holdId: one }, '__typename');
    expect((await held(client, 'materialBatch', batch(child))).isHeld).toBe(true);
    await act(client, 'dismissHold', { holdId: two, note: 'Measured again' }, '__typename');
    expect(await refused(client, 'confirmHold', { holdId: two })).toMatchObject({ from: 'DISMISSED' });
  });
});

describe('a run', () => {
  it('does not start with a held piece, nor at a machine that holds a held batch', async () => {
    const { client, history, child, made } = await powder();
    const run = await makeRun(client, history.shop.printerId, [piece(made)], 'QUEUED');
    const hold = await place(client, { batchId: batch(child) });
    const reply = await refused(client, 'startRun', { runId: run.id });
    expect(rules(reply).sort()).toEqual(['hold.loadedBatch', 'hold.pieces']);
    expect(blocked(reply)[0]?.message).toContain(`${hold.number} (Oil on the lid)`);
  });

  it('is at risk, goes on, and cannot let a held piece leave', async () => {
    const { client, history, made } = await powder();
    await makeRun(client, history.shop.printerId, [piece(made)], 'COMPLETE');
    const shipping = await makeRun(client, history.shop.dockId, [piece(made)], 'IN_PROGRESS');
    const risk = async () => {
      const answer = await client.sendText('query($id: ID!) { run(id: $id) { atRisk status } }', {
        id: shipping.id,
      });
      return answer.data().run;
    };
    expect(await risk()).toEqual({ atRisk: false, status: 'IN_PROGRESS' });
    await place(client, { pieceId: piece(made) });
    expect(await risk()).toEqual({ atRisk: true, status: 'IN_PROGRESS' });
    const reply = await refused(client, 'completeRun', { runId: shipping.id, otherwise: 'SUCCESS' });
    expect(rules(reply)).toEqual(['hold.pieces']);
    const passing = { runId: shipping.id, error: 'The truck left.', passedPieceIds: [piece(made)] };
    expect(rules(await refused(client, 'failRun', passing))).toEqual(['hold.pieces']);
    // What fails does not leave.
    await act(client, 'completeRun', { runId: shipping.id, otherwise: 'FAILURE' }, '__typename');
  });
});

describe('the stream of holds', () => {
  it('tells how much a hold affects, and when it spreads', async () => {
    const { client, ours, source, first } = await powder();
    const stream = await subscribeText(
      client,
      `subscription { holdEvents { __typename ... on HoldPlaced { affectedBatches affectedPieces hold { id } }
         ... on HoldSpread { batchIds pieceIds } } }`,
    );
    // Where the stream begins.
    await stream.expectNext((message) => message.__typename === 'Position');
    const hold = await place(client, { lotId: lot(source) });
    expect(await stream.expectNext((message) => message.__typename === 'HoldPlaced')).toMatchObject({
      affectedBatches: 2,
      affectedPieces: 1,
      hold: { id: hold.id },
    });
    // A part is taken of the held batch, as a command does it.
    const { prisma } = app().app;
    const parent = await prisma.materialBatch.findFirstOrThrow({ where: { id: first } });
    const [part, actionId] = [newId(), newId()];
    const caller = {
      organizationId: ours.organizationId,
      tokenId: ours.tokenId,
      userId: null,
      role: 'ADMINISTRATOR' as const,
    };
    const context = await forOrganization(prisma, ours.organizationId).$transaction(async (tx) => {
      const running = new CommandContext(tx, caller, new Date(), new Map());
      const shares = {
        lots: {},
        cycles: {},
        reservedLots: {},
        reservedCycles: {},
        mixedLots: {},
        mixedCycles: {},
      };
      await tx.materialBatch.create({
        data: { ...parent, ...shares, id: part, name: `Part ${part}`, nodeId: part },
      });
      const action = {
        organizationId: ours.organizationId,
        id: actionId,
        occurredAt: new Date(),
        createdAt: new Date(),
      };
      await tx.materialAction.create({
        data: { ...action, type: 'SPLIT', batchId: first, updatedAt: new Date() },
      });
      await tx.materialLink.create({
        data: {
          organizationId: ours.organizationId,
          id: newId(),
          actionId,
          position: 0,
          fromPlace: 'BATCH',
          toPlace: 'BATCH',
          fromNode: first,
          toNode: part,
          sourceBatchId: first,
          destinationBatchId: part,
          quantity: '1',
          lots: {},
          cycles: {},
          occurredAt: new Date(),
        },
      });
      await recordSpread(running, [part, first], [], [actionId]);
      return running;
    });
    expect(context.drafts).toMatchObject([
      { kind: 'HoldSpread', subjectId: uuidOf(hold.id), data: { batchIds: [part], pieceIds: [] } },
    ]);
    await stream.close();
  });

  it('is in the log: proposed, placed, decided about, closed', async () => {
    const { client, ours, made } = await powder();
    const hold = await place(client, { pieceId: piece(made) });
    await act(
      client,
      'addHoldDisposition',
      { holdId: hold.id, pieceId: piece(made), decision: 'SCRAP' },
      '__typename',
    );
    await act(client, 'releaseHold', { holdId: hold.id, note: 'Scrapped' }, '__typename');
    const log = await logOf(app(), ours);
    expect(log.filter((event) => event.kind.startsWith('Hold')).map((event) => event.kind)).toEqual([
      'HoldPlaced',
      'HoldDispositionCreated',
      'HoldClosed',
    ]);
  });
});
