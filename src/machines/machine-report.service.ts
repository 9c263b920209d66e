import { MachineStatus } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { idOf, instant, oneOf, text } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { NotFoundError } from '../errors.ts';

export const reportMachine = command('reportMachine', {
  description:
    'Says what state a machine is in: safe to repeat, and a report older than what is known changes nothing.',
  right: 'report',
  input: {
    machineId: idOf('Machine').describe('The machine that reports.'),
    status: oneOf('MachineStatus', MachineStatus).describe('Its state.'),
    error: text(2_000).nullish().describe('What is wrong, where something is.'),
    observedAt: instant().nullish().describe('When the machine said so; now unless given.'),
  },
  refusals: [NotFoundError],
  run: async (context, { machineId, status, error, observedAt }) => {
    const at = observed(observedAt, context.now);
    await context.lock({ Machine: [machineId] });
    const before = await context.tx.machine.findUniqueOrThrow({ where: context.key(machineId) });
    if (before.lastReportAt && at < before.lastReportAt) return { machineId, applied: false };
    const changed = status !== before.status || (error ?? null) !== before.error;
    const after = await context.tx.machine.update({
      where: context.key(machineId),
      data: {
        lastReportAt: at,
        ...(changed
          ? {
              status,
              error: error ?? null,
              ...(status === before.status ? {} : { statusSince: at }),
              ...context.touched(),
            }
          : { updatedAt: context.now }),
      },
    });
    if (changed) context.record('MachineStatusChanged', 'Machine', before, after, { occurredAt: at });
    return { machineId, applied: true };
  },
});
