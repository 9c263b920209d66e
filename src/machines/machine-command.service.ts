import {
  type Machine,
  type MachineCommand,
  MachineCommandType,
  type Prisma,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { duration, idOf, json, line, oneOf, text, whole } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { requireStoredFile } from '../files/file.service.ts';
import { lockRun, type RunScope } from '../production/run.scope.ts';
import { disabledCollector, requireEnabledCollector } from './collector.health.ts';
import { commandingMachine, startingJob } from './machine-command.guards.ts';
import { machineCommandStates } from './machine-command.state.ts';

/** Seconds after which a command that nobody has answered has failed, unless told otherwise. */
const usualTimeout = 600;
/** The most commands that are claimed at once. */
const mostClaimed = 100;

export const commandMachine = command('commandMachine', {
  description:
    'Asks a machine to do something. Its collector hears of it in machineCommandEvents, takes it with claimMachineCommands and answers with completeMachineCommand or failMachineCommand.',
  right: 'work',
  input: {
    machineId: idOf('Machine').describe('The machine that is to do it.'),
    type: oneOf('MachineCommandType', MachineCommandType).describe('What it is to do.'),
    runId: idOf('Run').nullish().describe('The run that it is for; none for a trial.'),
    presetId: idOf('PrintingPreset')
      .nullish()
      .describe('The preset of this machine to print with, for START_JOB.'),
    fileId: idOf('File').nullish().describe('The file to print, for START_JOB.'),
    machineJobFileId: idOf('MachineJobFile')
      .nullish()
      .describe('A file to try the machine with, in place of fileId.'),
    externalJobId: line()
      .nullish()
      .describe(
        'The job as the machine knows it, for what is done to a job that has begun. That of the last START_JOB of the run unless given.',
      ),
    timeout: duration(7 * 86_400)
      .default(usualTimeout)
      .describe('How long it may take until it has failed: up to a week; 10 minutes unless given.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { machineId, type, runId } = input;
    const scope = await lockTarget(context, machineId, runId ?? null);
    const machine = await context.tx.machine.findUniqueOrThrow({ where: context.key(machineId) });
    if (machine.archivedAt) throw new TransitionError('Machine', 'ARCHIVED', 'COMMAND_MACHINE', []);
    await commandingMachine.check(context, machine);
    requireOwnRun(machine, scope);

    const fileId = await fileOf(context, input);
    await requirePreset(context, machineId, input.presetId);
    const isStart = type === 'START_JOB';
    const externalJobId = input.externalJobId ?? (isStart ? null : await jobOf(context, machineId, runId));
    requireMaterials(input.type, { fileId, presetId: input.presetId ?? null, externalJobId });
    if (isStart) await startingJob.check(context, { machine, scope });

    const made = await context.tx.machineCommand.create({
      data: {
        ...context.fresh(),
        machineId,
        type,
        runId: runId ?? null,
        fileId,
        presetId: input.presetId ?? null,
        externalJobId,
        userId: context.caller.userId,
        deadline: new Date(context.now.getTime() + input.timeout * 1_000),
      },
    });
    // Who takes the commands of this machine hears of it before it is theirs.
    context.record('MachineCommandCreated', 'MachineCommand', null, made, { related: [machine.collectorId] });
    return { machineCommandId: made.id };
  },
});

/** Locks the machine, and the run with all that its start looks at. */
async function lockTarget(
  context: CommandContext,
  machineId: string,
  runId: string | null,
): Promise<RunScope | null> {
  if (!runId) {
    await context.lock({ Machine: [machineId] });
    return null;
  }
  const machine = await context.tx.machine.findUnique({ where: context.key(machineId) });
  if (!machine) throw new NotFoundError('Machine', machineId);
  if (!(await context.tx.run.findUnique({ where: context.key(runId) })))
    throw InvalidInputError.at('runId', 'names no Run that is visible to you.');
  return lockRun(context, runId, { Machine: [machineId] });
}

function requireOwnRun(machine: Machine, scope: RunScope | null): void {
  if (!scope || scope.run.workstationId === machine.workstationId) return;
  throw InvalidInputError.at(
    'runId',
    `names run ${scope.run.number}, which is planned for another workstation than this machine's.`,
  );
}

/** The file that the input names, in either way. It must have arrived. */
async function fileOf(
  context: CommandContext,
  {
    fileId,
    machineJobFileId,
  }: { fileId?: string | null | undefined; machineJobFileId?: string | null | undefined },
): Promise<string | null> {
  if (fileId && machineJobFileId) {
    throw InvalidInputError.at('machineJobFileId', 'stands beside fileId. Give one of them.');
  }
  const [jobFile] = await requireReferences(
    context,
    reference('MachineJobFile', machineJobFileId, 'machineJobFileId'),
  );
  if (jobFile) return jobFile.fileId as string;
  if (!fileId) return null;
  await requireStoredFile(context, fileId, ['fileId']);
  return fileId;
}

async function requirePreset(
  context: CommandContext,
  machineId: string,
  presetId: string | null | undefined,
): Promise<void> {
  const [preset] = await requireReferences(context, reference('PrintingPreset', presetId, 'presetId'));
  if (!preset) return;
  if (preset.machineId !== machineId) {
    throw InvalidInputError.at('presetId', 'names a preset of another machine. Choose one of its own.');
  }
  if (!preset.isActive) {
    throw InvalidInputError.at(
      'presetId',
      'names a preset that the machine offers no more. Choose an active one.',
    );
  }
}

/** The job that the machine last began for a run. */
async function jobOf(
  { tx, organizationId }: CommandContext,
  machineId: string,
  runId: string | null | undefined,
): Promise<string | null> {
  if (!runId) return null;
  const [started] = await tx.machineCommand.findMany({
    where: { organizationId, machineId, runId, type: 'START_JOB', externalJobId: { not: null } },
    orderBy: { id: 'desc' },
    take: 1,
  });
  return started?.externalJobId ?? null;
}

/** Each type needs what it works on. */
function requireMaterials(
  type: MachineCommandType,
  {
    fileId,
    presetId,
    externalJobId,
  }: { fileId: string | null; presetId: string | null; externalJobId: string | null },
): void {
  if (type === 'START_JOB') {
    if (fileId || presetId) return;
    throw InvalidInputError.at('fileId', 'is needed to start a job, unless a preset or a job file is given.');
  }
  if (fileId || presetId) {
    throw InvalidInputError.at(fileId ? 'fileId' : 'presetId', `is of no use to ${type}: leave it out.`);
  }
  if (type !== 'CHECK_CONFIGURATION' && !externalJobId) {
    throw InvalidInputError.at('externalJobId', `is needed for ${type}, or a run whose job has begun.`);
  }
}

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
