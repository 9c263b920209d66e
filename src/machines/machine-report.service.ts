import { z } from 'zod';
import { type Machine, MachineStatus } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, instant, line, oneOf, text } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { BlockedError, NotFoundError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { requireEnabledCollector } from './collector.health.ts';

/** What a machine, or somebody for it, says of it. What is left out stays as it is. */
export interface MachineReport {
  status?: MachineStatus | null | undefined;
  isConnected?: boolean | null | undefined;
  error?: string | null | undefined;
  activity?: string | null | undefined;
  signalLight?: string | null | undefined;
  watermark?: string | null | undefined;
}

export const reportMachine = command('reportMachine', {
  description:
    'Says what state a machine is in: safe to repeat, and a report older than what is known changes nothing. While it is not connected its status is OFFLINE, whatever it reports; connected again, it has the status that it last reported.',
  right: 'report',
  input: {
    machineId: idOf('Machine').describe('The machine that reports.'),
    status: oneOf('MachineStatus', MachineStatus).nullish().describe('Its state; unchanged unless given.'),
    isConnected: z
      .boolean()
      .nullish()
      .describe('False: nobody can reach it now. True: somebody can again. Unchanged unless given.'),
    error: text(2_000)
      .nullish()
      .describe('What is wrong, where something is. A report of a status without it says that nothing is.'),
    activity: line(500).nullish().describe('What it does, in its own words; null clears it.'),
    signalLight: line(50).nullish().describe('The colour of its signal tower; null clears it.'),
    watermark: line(1_000)
      .nullish()
      .describe('The newest build of its history that was collected; null clears it.'),
    observedAt: instant().nullish().describe('When the machine said so; now unless given.'),
  },
  refusals: [NotFoundError, BlockedError],
  run: async (context, { machineId, observedAt, ...report }) => {
    const at = observed(observedAt, context.now);
    await context.lock({ Machine: [machineId] });
    return { machineId, applied: await applyMachineReport(context, machineId, report, at) };
  },
});

/**
 * Writes what a machine, which is locked, says of itself. False where something newer was known already.
 * @throws BlockedError where its collector is disabled
 */
export async function applyMachineReport(
  context: CommandContext,
  machineId: string,
  report: MachineReport,
  at: Date,
): Promise<boolean> {
  const before = await context.tx.machine.findUniqueOrThrow({ where: context.key(machineId) });
  await requireEnabledCollector(context, before.collectorId);
  if (before.lastReportAt && at < before.lastReportAt) return false;

  const status = statusAfter(before, report);
  const error = report.status || report.error !== undefined ? (report.error ?? null) : before.error;
  const news = {
    ...status,
    error,
    ...defined({
      activity: report.activity,
      signalLight: report.signalLight,
      historyWatermark: report.watermark,
    }),
  };
  const changes = Object.entries(news).filter(([field, value]) => (before as Row)[field] !== value);
  const after = await context.tx.machine.update({
    where: context.key(machineId),
    data: {
      lastReportAt: at,
      ...(changes.length > 0
        ? {
            ...news,
            ...(status.status === before.status ? {} : { statusSince: at }),
            ...context.touched(),
          }
        : { updatedAt: context.now }),
    },
  });
  if (changes.length > 0) {
    const isStatus = changes.some(([field]) => ofStatus.has(field));
    context.record(isStatus ? 'MachineStatusChanged' : 'MachineChanged', 'Machine', before, after, {
      occurredAt: at,
    });
  }
  return true;
}

/** What makes a report one of the status, and not of something beside it. */
const ofStatus: ReadonlySet<string> = new Set(['status', 'reportedStatus', 'isConnected', 'error']);

/** The status that shows, the one that it last reported while nobody hears it, and whether somebody does. */
function statusAfter(
  before: Machine,
  report: MachineReport,
): Pick<Machine, 'status' | 'reportedStatus' | 'isConnected'> {
  const isConnected = report.isConnected ?? before.isConnected;
  const known = before.reportedStatus ?? before.status;
  const wasSilent = known === 'NOT_CONNECTED' || known === 'OFFLINE';
  const reported = report.status ?? (wasSilent && report.isConnected ? 'UNKNOWN' : known);
  return isConnected === false
    ? { status: 'OFFLINE', reportedStatus: reported, isConnected }
    : { status: reported, reportedStatus: null, isConnected };
}
