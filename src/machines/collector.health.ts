import type { Collector, ConnectorHealth, Machine } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { BlockedError, type Blocker } from '../errors.ts';

/** A collector that says nothing for longer than this, in ms, is unreachable, whatever it last said. */
export const collectorSilence = 5 * 60_000;

/** The latest instant from which silence is too long. */
export const silentBefore = (now: Date): Date => new Date(now.getTime() - collectorSilence);

type Heard = Pick<Collector, 'isEnabled' | 'health' | 'healthCheckedAt' | 'createdAt'>;

/** How a collector is now: what it last said, unless that is too long ago. */
export function healthOf(collector: Omit<Heard, 'isEnabled'>, now: Date): ConnectorHealth {
  const heard = collector.healthCheckedAt ?? collector.createdAt;
  return heard < silentBefore(now) ? 'UNREACHABLE' : collector.health;
}

/**
 * Since when nobody knows whether the status of a machine still holds: since the last sign of it, where its collector
 * is disabled or unreachable. Null while it can be relied on.
 */
export function staleSince(
  machine: Pick<Machine, 'lastReportAt'>,
  collector: Heard | null,
  now: Date,
): Date | null {
  if (!collector || (collector.isEnabled && healthOf(collector, now) !== 'UNREACHABLE')) return null;
  const signs = [machine.lastReportAt, collector.healthCheckedAt].filter((sign) => sign !== null);
  return signs.reduce((last, sign) => (sign > last ? sign : last), signs[0] ?? collector.createdAt);
}

/** What refuses a collector that somebody has disabled. */
export function disabledCollector({ id, name, isEnabled }: Collector): Blocker[] {
  if (isEnabled) return [];
  return [
    {
      rule: 'collector.isEnabled',
      message: `Collector ${name} is disabled: it may neither report nor take commands. Enable it with updateCollector.`,
      subject: { noun: 'Collector', uuid: id, label: name },
    },
  ];
}

/**
 * Refuses reports of a machine whose collector is disabled, and of the collector itself.
 * @throws BlockedError
 */
export async function requireEnabledCollector(
  context: CommandContext,
  ...collectorIds: (string | null | undefined)[]
): Promise<void> {
  const ids = [...new Set(collectorIds.filter((id) => typeof id === 'string'))];
  if (ids.length === 0) return;
  const collectors = await context.tx.collector.findMany({ where: { id: { in: ids } } });
  const blockers = collectors.flatMap(disabledCollector);
  if (blockers.length > 0) throw new BlockedError(blockers);
}
