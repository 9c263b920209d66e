import { z } from 'zod';
import { type Build, BuildStatus, type Machine, type Run } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, duration, idOf, instant, line, oneOf, whole } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { namedBlockers } from '../commands/references.ts';
import { StaleScopeError } from '../database/errors.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { decodeId } from '../ids.ts';
import { requireEnabledCollector } from '../machines/collector.health.ts';
import { machineCommands } from '../machines/machine.service.ts';
import { applyFail, applyPause, applyStart } from './run.execution.service.ts';
import { writeRun } from './run.leaving.ts';
import { lockRun, type RunScope } from './run.scope.ts';
import { runStates } from './run.state.ts';

machineCommands.archiving.add('machine.noOpenBuild', async ({ tx, organizationId }, { id }) => {
  const open = await tx.build.findMany({
    where: { organizationId, machineId: id, endedAt: null },
    orderBy: { id: 'asc' },
    take: namedBlockers,
  });
  return open.map((build) => ({
    rule: 'machine.noOpenBuild',
    message: `It is making build ${build.name} (${build.status}). Wait for its end, or report it.`,
    subject: { noun: 'Build', uuid: build.id, label: build.name },
  }));
});

/** What a build's status asks of its run (domain rule: a machine proposes, a person confirms outcomes). */
type Demand = 'work' | 'pause' | 'propose' | 'fail' | 'alert' | 'nothing';

export const demandOf: Readonly<Record<BuildStatus, Demand>> = {
  NEW: 'nothing',
  BACKLOGGED: 'nothing',
  PREHEAT: 'work',
  PROCESSING: 'work',
  PAUSED: 'pause',
  SUSPENDED: 'pause',
  WAITING_FOR_RESOLUTION: 'pause',
  COMPLETE: 'propose',
  FAILED: 'fail',
  MACHINE_ERROR: 'fail',
  PART_EXCEEDS_BOUNDARIES: 'fail',
  USER_ABORT: 'fail',
  ERROR: 'fail',
  CANCELLED: 'fail',
  UNKNOWN: 'alert',
};

/** Whether a build of that status has begun, as far as its machine says. */
const begun = (status: BuildStatus): boolean =>
  demandOf[status] !== 'nothing' && demandOf[status] !== 'alert';

/** A build in one of these has ended: what the machine reports next under its name is another attempt. */
const ended: ReadonlySet<BuildStatus> = new Set(
  (Object.keys(demandOf) as BuildStatus[]).filter(
    (status) => demandOf[status] === 'fail' || demandOf[status] === 'propose',
  ),
);

export const reportBuild = command('reportBuild', {
  description:
    "Says what a machine reports of a build: safe to repeat, and a report older than what is known changes nothing. A build whose name is a run's number or id links itself to the run and moves it: it starts, pauses or fails the run, and proposes its completion. What the run's guards refuse is recorded as a RunAlert; the build is recorded all the same.",
  right: 'report',
  input: {
    machineId: idOf('Machine').describe('The machine that reports.'),
    name: line(300).describe("The build's name at the machine."),
    status: oneOf('BuildStatus', BuildStatus).describe('What the machine is doing with it.'),
    layers: whole(0, 10_000_000).nullish().describe('How many layers it has.'),
    currentLayer: whole(0, 10_000_000)
      .nullish()
      .describe('The layer being made. It may only grow within an attempt.'),
    estimatedTime: duration().nullish().describe('How long the machine expects it to take.'),
    observedAt: instant().nullish().describe('When the machine said so; now unless given.'),
    newAttempt: z
      .boolean()
      .default(false)
      .describe(
        'True where the machine has begun this build again. An attempt that has ended is followed by a new one by itself.',
      ),
  },
  refusals: [NotFoundError, BlockedError],
  run: (context, input) => applyBuildReport(context, input, observed(input.observedAt, context.now)),
});

/**
 * Writes what a machine says of a build, and moves the run that it is of. Takes the locks of both.
 * @throws NotFoundError, BlockedError where the machine's collector is disabled, InvalidInputError for a layer that
 *   goes back
 */
export async function applyBuildReport(
  context: CommandContext,
  report: BuildReport,
  observedAt: Date,
): Promise<{ buildId: string; applied: boolean }> {
  const { machine, scope, linked } = await lockBuild(context, report.machineId, report.name);
  await requireEnabledCollector(context, machine.collectorId);
  const last = await lastAttempt(context, report.machineId, report.name);
  if (last && observedAt < last.reportedAt) return { buildId: last.id, applied: false };
  const goesOn = last && !report.newAttempt && !(ended.has(last.status) && !ended.has(report.status));
  const known = goesOn || isRepeated(last, report) ? last : null;
  if (known) checkLayers(known, report.currentLayer ?? null);
  const before = known?.status ?? null;
  const build = known
    ? await updateBuild(context, known, report, observedAt)
    : await createBuild(context, report, observedAt, (last?.attempt ?? 0) + 1, linked?.id ?? null);
  if (scope && before !== build.status) await moveRun(context, scope, build);
  return { buildId: build.id, applied: true };
}

/** What a machine says of a build. */
export interface BuildReport {
  machineId: string;
  name: string;
  status: BuildStatus;
  layers?: number | null | undefined;
  currentLayer?: number | null | undefined;
  estimatedTime?: number | null | undefined;
  observedAt?: Date | null | undefined;
  newAttempt?: boolean | undefined;
  /** When the machine began and ended, where it says so itself; else as it was observed. */
  startedAt?: Date | null | undefined;
  endedAt?: Date | null | undefined;
}

/** Whether it is the report that stands, sent again: a repeated `newAttempt` begins no further one. */
function isRepeated(last: Build | null, { observedAt, status, currentLayer }: BuildReport): boolean {
  return (
    last !== null &&
    observedAt?.getTime() === last.reportedAt.getTime() &&
    status === last.status &&
    (currentLayer ?? null) === last.currentLayer
  );
}

function checkLayers(build: Build, layer: number | null): void {
  if (layer === null || build.currentLayer === null || layer >= build.currentLayer) return;
  throw InvalidInputError.at(
    'currentLayer',
    `goes back from ${build.currentLayer} to ${layer}. If the machine has begun the build again, report it with newAttempt: true.`,
  );
}

/** The latest attempt of the build of that name on that machine. */
function lastAttempt(context: CommandContext, machineId: string, name: string): Promise<Build | null> {
  return context.tx.build
    .findMany({
      where: { organizationId: context.organizationId, machineId, name },
      orderBy: { attempt: 'desc' },
      take: 1,
    })
    .then(([build]) => build ?? null);
}

/** The run that a build's name names: by its number, its public id or its bare uuid. */
async function runNamed(context: CommandContext, name: string): Promise<Run | null> {
  const text = name.trim();
  const decoded = decodeId(text.toLowerCase());
  const uuid =
    decoded?.noun === 'Run'
      ? decoded.uuid
      : /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
        ? text.toLowerCase()
        : null;
  if (uuid) return context.tx.run.findUnique({ where: context.key(uuid) });
  const { organizationId } = context;
  return context.tx.run.findUnique({
    where: { organizationId_number: { organizationId, number: text.toUpperCase() } },
  });
}

/** Locks the machine and the run that the build is of, with all that the run's actions touch. */
async function lockBuild(
  context: CommandContext,
  machineId: string,
  name: string,
): Promise<{ machine: Machine; scope: RunScope | null; linked: Run | null }> {
  const machine = await context.tx.machine.findUnique({ where: context.key(machineId) });
  if (!machine) throw new NotFoundError('Machine', machineId);
  const earlier = await lastAttempt(context, machineId, name);
  const linked = earlier?.runId
    ? await context.tx.run.findUnique({ where: context.key(earlier.runId) })
    : await runNamed(context, name);
  if (!linked) {
    await context.lock({ Machine: [machineId] });
    if ((await lastAttempt(context, machineId, name))?.runId) throw new StaleScopeError();
    return { machine, scope: null, linked: null };
  }
  const scope = await lockRun(context, linked.id, { Machine: [machineId] });
  // A machine that stands at another workstation than the run is planned for reports, and moves nothing.
  const elsewhere = machine.workstationId !== null && machine.workstationId !== scope.run.workstationId;
  if (elsewhere && earlier?.runId == null) {
    alert(
      context,
      scope.run,
      `Machine ${machine.name} reports build ${name}, but stands at another workstation than the run's.`,
    );
  }
  return { machine, scope: elsewhere ? null : scope, linked };
}

async function createBuild(
  context: CommandContext,
  report: BuildReport,
  observedAt: Date,
  attempt: number,
  runId: string | null,
): Promise<Build> {
  const { machineId, name, status, layers, currentLayer, estimatedTime } = report;
  const build = await context.tx.build.create({
    data: {
      ...context.fresh(),
      ...defined({ layers, currentLayer, estimatedTime }),
      machineId,
      name,
      status,
      attempt,
      runId,
      reportedAt: observedAt,
      startedAt: begun(status) ? (report.startedAt ?? observedAt) : null,
      endedAt: ended.has(status) ? (report.endedAt ?? observedAt) : null,
    },
  });
  context.record('BuildCreated', 'Build', null, build, { occurredAt: observedAt });
  return build;
}

async function updateBuild(
  context: CommandContext,
  build: Build,
  report: BuildReport,
  observedAt: Date,
): Promise<Build> {
  const { status, layers, currentLayer, estimatedTime } = report;
  const changed = status !== build.status;
  const known = (value: number | null | undefined) => value ?? undefined;
  const after = await context.tx.build.update({
    where: context.key(build.id),
    data: {
      ...defined({
        layers: known(layers),
        currentLayer: known(currentLayer),
        estimatedTime: known(estimatedTime),
      }),
      status,
      reportedAt: observedAt,
      startedAt: build.startedAt ?? (begun(status) ? (report.startedAt ?? observedAt) : null),
      endedAt: ended.has(status) ? (build.endedAt ?? report.endedAt ?? observedAt) : null,
      // A layer is progress, not a change that somebody could have overlooked.
      ...(changed ? context.touched() : { updatedAt: context.now }),
    },
  });
  if (changed) context.record('BuildStatusChanged', 'Build', build, after, { occurredAt: observedAt });
  else if (after.currentLayer !== build.currentLayer)
    context.progress(after, `${after.attempt}.${after.currentLayer}`);
  return after;
}

/** Does to the run what its build's new status asks, as far as the run's state allows it. */
async function moveRun(context: CommandContext, scope: RunScope, build: Build): Promise<void> {
  const says = `Build ${build.name} is ${build.status}`;
  const demand = demandOf[build.status];
  // A machine that works has not completed: what it proposed was of an attempt before.
  const again = scope.run.completionProposedAt !== null && (demand === 'work' || demand === 'pause');
  const run = again ? await writeRun(context, scope.run, { completionProposedAt: null }, says) : scope.run;
  switch (demand) {
    case 'work':
      if (run.status === 'PAUSED') await applyPause(context, run, 'RESUME_RUN', says);
      else if (runStates.allows(run.status, 'START_RUN')) await tryStart(context, scope, says);
      else if (run.status !== 'IN_PROGRESS')
        alert(context, run, `${says}, but run ${run.number} is ${run.status}.`);
      return;
    case 'pause':
      if (run.status === 'IN_PROGRESS') await applyPause(context, run, 'PAUSE_RUN', says);
      return;
    case 'propose': {
      if (!runStates.allows(run.status, 'COMPLETE_RUN')) return;
      const after = await context.tx.run.update({
        where: context.key(run.id),
        data: { completionProposedAt: context.now, ...context.touched() },
      });
      context.record('RunCompletionProposed', 'Run', run, after);
      return;
    }
    case 'fail':
      if (runStates.allows(run.status, 'FAIL_RUN')) await applyFail(context, scope, `${says}.`);
      return;
    case 'alert':
      alert(context, run, `${says}.`);
      return;
    case 'nothing':
  }
}

/** Starts the run as a person would; what stands against it is told instead, as the machine runs already. */
async function tryStart(context: CommandContext, scope: RunScope, says: string): Promise<void> {
  try {
    await applyStart(context, scope);
  } catch (error) {
    if (!(error instanceof BlockedError) && !(error instanceof TransitionError)) throw error;
    alert(context, scope.run, `${says}, but the run could not be started: ${error.message}`);
  }
}

/** Tells of something that nobody may overlook and that changes nothing. */
function alert(context: CommandContext, run: Run, message: string): void {
  context.record('RunAlert', 'Run', run, run, { data: { message }, reason: message });
}
