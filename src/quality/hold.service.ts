/** Quarantine: placing holds, deciding what becomes of what they affect, and releasing them. */
import type { Hold, Prisma } from '../../prisma/generated/client/client.ts';
import { HoldSubject } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, instant, line, text } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { fieldName, type Noun } from '../ids.ts';
import { holdGate } from '../materials/books.ts';
import { readerOf } from '../materials/genealogy.graph.ts';
import type { Scope } from '../materials/genealogy.seeds.ts';
import { affectedBy } from '../materials/recall.service.ts';
import { liveItems, releasingHold } from './hold.items.ts';
import { scopeOf } from './hold.reach.ts';
import { holdStates } from './hold.state.ts';
import './hold.guards.ts';

/** A hold's running number. */
export const holdNumber = (value: bigint): string => `H-${value.toString().padStart(6, '0')}`;

/** What can be held: the member that names it, its noun, and whether it goes with a span of time. */
const subjects: Readonly<Record<HoldSubject, { member: keyof Scope; noun: Noun; spans: boolean }>> = {
  LOT: { member: 'lotId', noun: 'MaterialLot', spans: false },
  BATCH: { member: 'batchId', noun: 'MaterialBatch', spans: false },
  CONTAINER: { member: 'containerId', noun: 'MaterialContainer', spans: false },
  PIECE: { member: 'pieceId', noun: 'Piece', spans: false },
  WORKSTATION: { member: 'workstationId', noun: 'Workstation', spans: true },
  SENSOR: { member: 'sensorId', noun: 'Sensor', spans: true },
};

/** What a hold is placed on. Exactly one of the ids; `from` with a workstation or a sensor. */
export interface HoldOn {
  lotId?: string | null | undefined;
  batchId?: string | null | undefined;
  containerId?: string | null | undefined;
  pieceId?: string | null | undefined;
  workstationId?: string | null | undefined;
  sensorId?: string | null | undefined;
  from?: Date | null | undefined;
  until?: Date | null | undefined;
}

type HoldScope = Required<Scope> & { subject: HoldSubject };

/**
 * What the members name, as a hold keeps it.
 *
 * @throws InvalidInputError where not exactly one is named, it is not there, or the span is none
 */
async function subjectOf(context: CommandContext, on: HoldOn): Promise<HoldScope> {
  const given = Object.values(HoldSubject).filter((subject) => on[subjects[subject].member as 'lotId']);
  const [subject, other] = given;
  const all = Object.values(subjects).map(({ member }) => member);
  if (!subject) throw InvalidInputError.at([], `Name what is held: one of ${all.join(', ')}.`);
  if (other)
    throw InvalidInputError.at(subjects[other].member, 'comes beside another. Name one thing a hold.');
  const { member, noun, spans } = subjects[subject];
  const { from = null, until = null } = on;
  if (spans && !from)
    throw InvalidInputError.at('from', `says since when: a ${noun} is held for a span of time.`);
  if (!spans && (from ?? until))
    throw InvalidInputError.at(from ? 'from' : 'until', 'goes with a workstation or a sensor only.');
  if (from && from > context.now) throw InvalidInputError.at('from', 'lies in the future.');
  if (from && until && until < from) throw InvalidInputError.at('until', 'lies before from.');
  const id = on[member as 'lotId'] as string;
  const delegate = (context.tx as unknown as Record<string, { findUnique(args: object): Promise<unknown> }>)[
    fieldName(noun)
  ];
  if (!(await delegate?.findUnique({ where: context.key(id), select: { id: true } })))
    throw InvalidInputError.at(member, `names no ${noun} that is visible to you.`);
  const scope: HoldScope = {
    subject,
    lotId: null,
    batchId: null,
    containerId: null,
    pieceId: null,
    workstationId: null,
    sensorId: null,
    fromAt: from,
    untilAt: until,
  };
  return { ...scope, [member]: id };
}

/** Records that a hold blocks from now on, with how much it affects. */
async function recordPlaced(context: CommandContext, before: Hold | null, hold: Hold): Promise<void> {
  const affected = await affectedBy(readerOf(context), scopeOf(hold));
  context.record('HoldPlaced', 'Hold', before, hold, {
    data: { affectedBatches: affected.BATCH.length, affectedPieces: affected.PIECE.length },
  });
}

export const placeHold = command('placeHold', {
  description:
    'Puts a lot, a batch, a container, a piece, or what was in a machine or near a sensor for some time, in quarantine, with all that descends from it. Nothing of it can be loaded, blended, consumed or shipped until the hold is released; relocating, splitting, sampling, scrapping and sending back stay possible.',
  right: 'work',
  input: {
    lotId: idOf('MaterialLot').nullish().describe('The lot that is held.'),
    batchId: idOf('MaterialBatch').nullish().describe('The batch that is held, with all that it ever was.'),
    containerId: idOf('MaterialContainer')
      .nullish()
      .describe('The container that is held, with all that it held, since it held it.'),
    pieceId: idOf('Piece').nullish().describe('The piece that is held.'),
    workstationId: idOf('Workstation').nullish().describe('The machine whose material is held, `from` when.'),
    sensorId: idOf('Sensor')
      .nullish()
      .describe('The sensor: what stood in its area, or was in its machine, is held, `from` when.'),
    from: instant()
      .nullish()
      .describe('Since when; needed for a workstation or a sensor, and for nothing else.'),
    until: instant().nullish().describe('Until when; up to now, and what is there still, unless given.'),
    reason: line(500).describe('Why. Everybody who is blocked reads it.'),
    reference: line().nullish().describe('The number of the non-conformance report.'),
  },
  refusals: [],
  numbers: () => ({ hold: 1 }),
  run: async (context, { reason, reference, ...on }) => {
    await holdGate(context, 'alone');
    const scope = await subjectOf(context, on);
    const hold = await context.tx.hold.create({
      data: {
        ...context.fresh(),
        ...scope,
        number: holdNumber(context.number('hold')),
        status: 'OPEN',
        reason,
        reference: reference ?? null,
        placedById: context.caller.tokenId,
      },
    });
    await recordPlaced(context, null, hold);
    return { holdId: hold.id };
  },
});

/**
 * The first of so many numbers of holds. Not by `numbers`: the command that proposes knows only while it runs whether
 * it will.
 */
async function takeNumbers(context: CommandContext, count: number): Promise<bigint> {
  const [row] = await context.tx.$queryRawUnsafe<{ value: string }[]>(
    `INSERT INTO "Counter" ("organizationId", name, value) VALUES ($1::uuid, 'hold', $2::int)
     ON CONFLICT ("organizationId", name) DO UPDATE SET value = "Counter".value + excluded.value
     RETURNING value::text AS value`,
    context.organizationId,
    count,
  );
  return BigInt(row?.value ?? count) - BigInt(count) + 1n;
}

/**
 * Proposes a hold on each of these pieces within another command, but for those that are given up or cancelled, and
 * those on which a hold stands or is proposed already. A bounded number of statements.
 */
export async function proposePieceHolds(
  context: CommandContext,
  wanted: readonly { pieceId: string; reason: string; related: readonly string[] }[],
): Promise<void> {
  const { tx, organizationId } = context;
  const byPiece = new Map(wanted.map((each) => [each.pieceId, each] as const).reverse());
  const without = () =>
    tx.piece.findMany({
      where: {
        organizationId,
        id: { in: [...byPiece.keys()] },
        status: { notIn: ['INCOMPLETE', 'CANCELLED'] },
        holds: { none: { status: { in: ['PROPOSED', 'OPEN'] } } },
      },
      orderBy: { id: 'asc' },
      select: { id: true },
    });
  const count = (await without()).length;
  if (count === 0) return;
  const first = await takeNumbers(context, count);
  // Asked again behind the counter, whose row is locked now: who proposed at the same time has committed.
  const pieces = (await without()).slice(0, count);
  const holds = await tx.hold.createManyAndReturn({
    data: pieces.map(({ id }, place) => ({
      ...context.fresh(),
      subject: 'PIECE' as const,
      pieceId: id,
      number: holdNumber(first + BigInt(place)),
      status: 'PROPOSED' as const,
      reason: byPiece.get(id)?.reason ?? '',
      placedById: context.caller.tokenId,
    })),
  });
  for (const hold of holds) {
    const related = byPiece.get(hold.pieceId ?? '')?.related ?? [];
    context.record('HoldProposed', 'Hold', null, hold, { related });
  }
}

/**
 * Proposes a hold within another command: it blocks nothing until a person confirms it. Answers its id, or that of the
 * hold that stands for the same test report already.
 */
export async function proposeHold(
  context: CommandContext,
  {
    reason,
    reference,
    testReportId,
    ...on
  }: HoldOn & {
    reason: string;
    reference?: string | null;
    testReportId?: string | null;
  },
): Promise<string> {
  if (testReportId) {
    const standing = await context.tx.hold.findFirst({
      where: { organizationId: context.organizationId, testReportId, status: { in: ['PROPOSED', 'OPEN'] } },
      select: { id: true },
    });
    if (standing) return standing.id;
  }
  const scope = await subjectOf(context, on);
  const first = await takeNumbers(context, 1);
  const hold = await context.tx.hold.create({
    data: {
      ...context.fresh(),
      ...scope,
      number: holdNumber(first),
      status: 'PROPOSED',
      reason,
      reference: reference ?? null,
      testReportId: testReportId ?? null,
      placedById: context.caller.tokenId,
    },
  });
  context.record('HoldProposed', 'Hold', null, hold);
  return hold.id;
}

const onHold = { holdId: idOf('Hold').describe('The hold.'), expectedVersion: expectedVersion() };

/** The hold, locked, at the version that the client expects. */
export async function lockHold(
  context: CommandContext,
  { holdId, expectedVersion: expected }: { holdId: string; expectedVersion?: number | null | undefined },
): Promise<Hold> {
  await context.lock({ Hold: [holdId] });
  const hold = await context.tx.hold.findUniqueOrThrow({ where: context.key(holdId) });
  context.expectVersion('Hold', hold, expected);
  return hold;
}

const change = (context: CommandContext, hold: Hold, data: Prisma.HoldUncheckedUpdateInput): Promise<Hold> =>
  context.tx.hold.update({ where: context.key(hold.id), data: { ...data, ...context.touched() } });

export const confirmHold = command('confirmHold', {
  description: 'Makes a proposed hold one that blocks.',
  right: 'work',
  input: onHold,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    await holdGate(context, 'alone');
    const before = await lockHold(context, input);
    const status = holdStates.next(before.status, 'CONFIRM_HOLD');
    const hold = await change(context, before, { status, placedById: context.caller.tokenId });
    await recordPlaced(context, before, hold);
    return { holdId: hold.id };
  },
});

/** Ends a hold and records it. */
async function close(
  context: CommandContext,
  before: Hold,
  action: 'DISMISS_HOLD' | 'RELEASE_HOLD',
  note: string | null,
): Promise<void> {
  const hold = await change(context, before, {
    status: holdStates.next(before.status, action),
    closedById: context.caller.tokenId,
    closedAt: context.now,
    closingNote: note,
  });
  context.record('HoldClosed', 'Hold', before, hold, { reason: note });
}

export const dismissHold = command('dismissHold', {
  description: 'Turns down a proposed hold.',
  right: 'work',
  input: {
    ...onHold,
    note: text(2_000).min(1, 'must not be empty').describe('Why there is no need for it.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { note, ...input }) => {
    await close(context, await lockHold(context, input), 'DISMISS_HOLD', note);
    return { holdId: input.holdId };
  },
});

export const releaseHold = command('releaseHold', {
  description:
    'Ends a hold. Refused while anything that it affects lacks a disposition, the dispositions of a batch do not add up to what there is of it, or a concession is not approved. Other holds go on blocking.',
  right: 'work',
  input: { ...onHold, note: text(2_000).nullish().describe('What was found.') },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { note, ...input }) => {
    // Alone: while it is asked what is affected, nothing is moved.
    await holdGate(context, 'alone');
    const hold = await lockHold(context, input);
    holdStates.require(hold.status, 'RELEASE_HOLD');
    await releasingHold.check(context, { hold, items: await liveItems(context, hold) });
    await close(context, hold, 'RELEASE_HOLD', note ?? null);
    return { holdId: hold.id };
  },
});
