import type { MachineCommand, Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, json, line, text, whole } from '../commands/input.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { disabledCollector, requireEnabledCollector } from './collector.health.ts';
import { machineCommandStates } from './machine-command.state.ts';

/** The most commands that are claimed at once. */
const mostClaimed = 100;

export const claimMachineCommands = command('claimMachineCommands', {
  description:
    'Gives a collector the commands of its machines that nobody has taken, oldest first: each to one collector only. What it has taken and not answered stands in `machineCommands(filter: { collector, status })`, should this answer be lost.',
  right: 'report',
  input: {
    collectorId: idOf('Collector').describe('Who takes them.'),
    machineIds: idOf('Machine')
      .array()
      .max(250, 'must be at most 250 machines')
      .nullish()
      .describe(
        'Of these machines only, at most 250: those of the collector, and those that no collector has. All of the collector unless given.',
      ),
    first: whole(1, mostClaimed).default(20).describe(`How many at most: 1 to ${mostClaimed}.`),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { collectorId, machineIds, first }) => {
    const { tx, organizationId, now } = context;
    await context.lock({ Collector: [collectorId] });
    const collector = await tx.collector.findUniqueOrThrow({ where: context.key(collectorId) });
    if (collector.archivedAt)
      throw new TransitionError('Collector', 'ARCHIVED', 'CLAIM_MACHINE_COMMANDS', []);
    const blockers = disabledCollector(collector);
    if (blockers.length > 0) throw new BlockedError(blockers);
    await requireMachines(context, machineIds ?? []);

    const free = await tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT c.id::text AS id FROM "MachineCommand" c
       JOIN "Machine" m ON m."organizationId" = c."organizationId" AND m.id = c."machineId"
       WHERE c."organizationId" = $1::uuid AND c.status = 'NEW' AND c.deadline > $2::timestamptz
         AND (m."collectorId" = $3::uuid OR ($4::uuid[] IS NOT NULL AND m."collectorId" IS NULL))
         AND ($4::uuid[] IS NULL OR m.id = ANY($4::uuid[]))
       ORDER BY c."createdAt", c.id LIMIT $5::int FOR UPDATE OF c SKIP LOCKED`,
      organizationId,
      now,
      collectorId,
      machineIds ?? null,
      first,
    );
    const ids = free.map(({ id }) => id);
    const claimed = await tx.machineCommand.findMany({
      where: { organizationId, id: { in: ids } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    const next = { status: 'PROCESSING', collectorId, claimedAt: now } as const;
    await tx.machineCommand.updateMany({
      where: { organizationId, id: { in: ids } },
      data: { ...next, ...context.touched() },
    });
    for (const before of claimed) {
      recordStatus(context, before, { ...before, ...next, version: before.version + 1 });
    }
    return { machineCommandIds: claimed.map(({ id }) => id) };
  },
});

/** Machines that are named and not there are the client's mistake, not an empty answer. */
async function requireMachines(
  { tx, organizationId }: CommandContext,
  ids: readonly string[],
): Promise<void> {
  const found = await tx.machine.findMany({
    where: { organizationId, id: { in: [...ids] } },
    select: { id: true },
  });
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.flatMap((id, place) => (known.has(id) ? [] : [String(place)]));
  if (missing.length === 0) return;
  throw new InvalidInputError(
    missing.slice(0, 25).map((place) => ({
      path: ['machineIds', place],
      message: 'names no Machine that is visible to you.',
    })),
  );
}

export const completeMachineCommand = command('completeMachineCommand', {
  description: 'Says that a machine has done what it was asked to do.',
  right: 'report',
  input: {
    machineCommandId: idOf('MachineCommand').describe('The command.'),
    response: json().nullish().describe('What the machine answered, as JSON of at most 64 KiB.'),
    externalJobId: line().nullish().describe('The job as the machine knows it, where the command began one.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { machineCommandId, response, externalJobId }) => {
    const before = await open(context, machineCommandId, 'COMPLETE_MACHINE_COMMAND');
    await end(context, before, {
      status: 'COMPLETE',
      ...(response === undefined || response === null ? {} : { response: response as Prisma.InputJsonValue }),
      ...(externalJobId ? { externalJobId } : {}),
    });
    return { machineCommandId };
  },
});

export const failMachineCommand = command('failMachineCommand', {
  description:
    'Says that a machine did not do what it was asked to do, or withdraws a command that nobody has taken.',
  right: 'report',
  input: {
    machineCommandId: idOf('MachineCommand').describe('The command.'),
    error: text(2_000).min(1, 'must not be empty').describe('Why.'),
    response: json().nullish().describe('What the machine answered, as JSON of at most 64 KiB.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { machineCommandId, error, response }) => {
    const before = await open(context, machineCommandId, 'FAIL_MACHINE_COMMAND');
    await end(context, before, {
      status: 'ERROR',
      error,
      ...(response === undefined || response === null ? {} : { response: response as Prisma.InputJsonValue }),
    });
    return { machineCommandId };
  },
});

/** The command, locked, in a state that allows the action. What a disabled collector has taken it may not answer. */
async function open(
  context: CommandContext,
  id: string,
  action: 'COMPLETE_MACHINE_COMMAND' | 'FAIL_MACHINE_COMMAND',
): Promise<MachineCommand> {
  await context.lock({ MachineCommand: [id] });
  const row = await context.tx.machineCommand.findUniqueOrThrow({ where: context.key(id) });
  machineCommandStates.require(row.status, action);
  await requireEnabledCollector(context, row.collectorId);
  return row;
}

/** Ends a command, which is locked and open, and records it. */
export async function end(
  context: CommandContext,
  before: MachineCommand,
  outcome: Prisma.MachineCommandUncheckedUpdateInput,
): Promise<void> {
  const after = await context.tx.machineCommand.update({
    where: context.key(before.id),
    data: { ...outcome, endedAt: context.now, ...context.touched() },
  });
  recordStatus(context, before, after, after.error);
}

function recordStatus(
  context: CommandContext,
  before: MachineCommand,
  after: MachineCommand,
  reason: string | null = null,
): void {
  context.record('MachineCommandStatusChanged', 'MachineCommand', before, after, { reason });
}
