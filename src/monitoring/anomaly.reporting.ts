import type { Anomaly, Prisma } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { recordHarms } from './anomaly.harm.ts';
import { onDefects } from './anomaly.reactions.ts';

/**
 * Stores finds, but for those that are known by source and externalId, with the pieces that they may harm, and tells of
 * each. A bounded number of statements. The runs that they name are locked, be it shared. Answers the new ones.
 */
export async function storeAnomalies(
  context: CommandContext,
  finds: readonly Prisma.AnomalyCreateManyInput[],
): Promise<Anomaly[]> {
  const anomalies = await context.tx.anomaly.createManyAndReturn({
    data: [...finds],
    // The same find reported again.
    skipDuplicates: true,
  });
  if (anomalies.length === 0) return [];
  const harms = await recordHarms(context, anomalies);
  const piecesOf = ({ id }: Anomaly) => (harms.get(id) ?? []).map(({ pieceId }) => pieceId);
  for (const anomaly of anomalies) {
    context.record('AnomalyDetected', 'Anomaly', null, anomaly, {
      occurredAt: anomaly.observedAt,
      related: piecesOf(anomaly),
    });
  }
  await onDefects.tell(
    context,
    anomalies.filter(({ isDefect }) => isDefect).map((anomaly) => ({ anomaly, pieceIds: piecesOf(anomaly) })),
  );
  return anomalies;
}
