import type { Machine } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { startingRun } from '../production/run.guards.ts';
import type { RunScope } from '../production/run.scope.ts';
import { busyRun, runStates } from '../production/run.state.ts';
import { disabledCollector } from './collector.health.ts';
import { openCommand } from './machine-command.state.ts';

/** What a command to start a job looks at, with the machine and the run locked. */
interface Starting {
  machine: Machine;
  /** The run that the job is for, where it is for one. */
  scope: RunScope | null;
}

export const startingJob = new GuardedAction<Starting>('startJob', {
  'machine.oneStart': async ({ tx, organizationId }, { machine }) => {
    const [open] = await tx.machineCommand.findMany({
      where: { organizationId, machineId: machine.id, type: 'START_JOB', status: { in: [...openCommand] } },
      take: 1,
    });
    if (!open) return [];
    return [
      {
        rule: 'machine.oneStart',
        message: `Machine ${machine.name} is being told to start another job. Wait for its answer, or withdraw that command with failMachineCommand.`,
        subject: { noun: 'Machine', uuid: machine.id, label: machine.name },
      },
    ];
  },
  'run.mayStart': async (context, { scope }) => {
    if (!scope || busyRun.includes(scope.run.status)) return [];
    const { id, number, status } = scope.run;
    if (runStates.allows(status, 'START_RUN')) {
      await startingRun.check(context, scope);
      return [];
    }
    return [
      {
        rule: 'run.mayStart',
        message: `Run ${number} is ${status}: it cannot be started.`,
        subject: { noun: 'Run', uuid: id, label: number },
      },
    ];
  },
});

/** What stands against any command to a machine. */
export const commandingMachine = new GuardedAction<Machine>('commandMachine', {
  'collector.isEnabled': async (context: CommandContext, { collectorId }) => {
    const collector = collectorId
      ? await context.tx.collector.findUnique({ where: context.key(collectorId) })
      : null;
    return collector ? disabledCollector(collector) : [];
  },
});
