import { z } from 'zod';
import { type Collector, ConnectorHealth } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, instant, line, oneOf, text } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { plainNoun } from '../commands/plain.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { disabledCollector, silentBefore } from './collector.health.ts';

/** Where it runs, and which version of it. */
const installation = {
  osName: line().nullish().describe('The operating system that it runs on: Windows, Linux.'),
  osVersion: line().nullish().describe('The version of the operating system.'),
  osArchitecture: line().nullish().describe('The architecture of the processor: x86_64, arm64.'),
  softwareVersion: line().nullish().describe('The version of the collector itself.'),
};

export const collectorCommands = plainNoun('Collector', {
  fields: {
    name: line().describe('Unique in the organization.'),
    isEnabled: z
      .boolean()
      .default(true)
      .describe('False: its reports are refused, and it is given no commands.'),
  },
  unique: 'name',
  related: (row, context) => machinesOf(context, row.id as string),
});

/** The machines of a collector: their streams tell how it is. */
async function machinesOf({ tx }: CommandContext, collectorId: string): Promise<string[]> {
  const machines = await tx.machine.findMany({ where: { collectorId }, select: { id: true } });
  return machines.map(({ id }) => id);
}

export const registerCollector = command('registerCollector', {
  description:
    'Makes a program in the shop known that speaks with machines. Registering the same externalId again is the same collector, with the versions that are told now.',
  right: 'report',
  input: {
    externalId: line().describe("The collector's own id for itself, made once at its installation."),
    name: line()
      .nullish()
      .describe('Unique in the organization. Its externalId unless given; kept later on.'),
    ...installation,
  },
  refusals: [TransitionError],
  run: async (context, input) => {
    const { externalId, name } = input;
    const { tx, organizationId } = context;
    const told = installationOf(input);
    const fresh = context.fresh();
    const { count } = await tx.collector.createMany({
      data: [{ ...fresh, ...told, externalId, name: name ?? externalId }],
      skipDuplicates: true,
    });
    const collector = await tx.collector.findUnique({
      where: { organizationId_externalId: { organizationId, externalId } },
    });
    if (!collector) throw InvalidInputError.at('name', 'is taken by another Collector. Choose another.');
    if (count === 1) {
      context.record('CollectorCreated', 'Collector', null, collector);
      return { collectorId: collector.id, created: true };
    }
    await context.lock({ Collector: [collector.id] });
    const before = await tx.collector.findUniqueOrThrow({ where: context.key(collector.id) });
    if (before.archivedAt) throw new TransitionError('Collector', 'ARCHIVED', 'REGISTER_COLLECTOR', []);
    await change(context, before, told);
    return { collectorId: before.id, created: false };
  },
});

export const reportCollector = command('reportCollector', {
  description: `Says how a collector is: its sign of life. Without one for five minutes it is UNREACHABLE. Safe to repeat, and a report older than what is known changes nothing.`,
  right: 'report',
  input: {
    collectorId: idOf('Collector').describe('The collector that reports.'),
    health: oneOf('ConnectorHealth', ConnectorHealth).describe('How it is.'),
    note: text(2_000).nullish().describe('What is wrong, where something is.'),
    ...installation,
    observedAt: instant().nullish().describe('When the collector said so; now unless given.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { collectorId, health, note } = input;
    const at = observed(input.observedAt, context.now);
    await context.lock({ Collector: [collectorId] });
    const before = await context.tx.collector.findUniqueOrThrow({ where: context.key(collectorId) });
    if (before.archivedAt) throw new TransitionError('Collector', 'ARCHIVED', 'REPORT_COLLECTOR', []);
    const blockers = disabledCollector(before);
    if (blockers.length > 0) throw new BlockedError(blockers);
    if (before.healthCheckedAt && at < before.healthCheckedAt) return { collectorId, applied: false };
    await change(
      context,
      before,
      { ...installationOf(input), health, healthNote: note || null, healthCheckedAt: at },
      // It was given up, and is back.
      (before.healthCheckedAt ?? before.createdAt) < silentBefore(context.now),
    );
    return { collectorId, applied: true };
  },
});

/** What was told of the installation; what was left out stays as it is. */
function installationOf({
  osName,
  osVersion,
  osArchitecture,
  softwareVersion,
}: Partial<Record<keyof typeof installation, string | null | undefined>>) {
  return defined({ osName, osVersion, osArchitecture, softwareVersion });
}

/** Writes what a collector told; an event where anything but the time of its last sign is new. */
async function change(
  context: CommandContext,
  before: Collector,
  told: Partial<Collector>,
  isBack = false,
): Promise<void> {
  const isNews = Object.entries(told).some(
    ([field, value]) => field !== 'healthCheckedAt' && (before as Row)[field] !== value,
  );
  const changed = isNews || isBack;
  if (!changed && Object.keys(told).length === 0) return;
  const after = await context.tx.collector.update({
    where: context.key(before.id),
    data: { ...told, ...(changed ? context.touched() : { updatedAt: context.now }) },
  });
  if (!changed) return;
  const related = await machinesOf(context, before.id);
  context.record('CollectorChanged', 'Collector', before, after, { related });
}
