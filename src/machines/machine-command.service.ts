import { type Machine, MachineCommandType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { duration, idOf, line, oneOf } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { requireStoredFile } from '../files/file.service.ts';
import { lockRun, type RunScope } from '../production/run.scope.ts';
import { commandingMachine, startingJob } from './machine-command.guards.ts';

/** Seconds after which a command that nobody has answered has failed, unless told otherwise. */
const usualTimeout = 600;

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
