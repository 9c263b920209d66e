/** What holds have against using material, and against the work on pieces. */
import type { Operation } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { Blocker } from '../errors.ts';
import { holdGate, onPosted } from '../materials/books.ts';
import { mixingMaterial, openingContainers, usingMaterial } from '../materials/material-batch.guards.ts';
import { remanufacturing } from '../production/piece.ending.ts';
import { completingRun, failingRun } from '../production/run.execution.service.ts';
import { startingRun } from '../production/run.guards.ts';
import { blockHeld, blockHeldBatches, blockHeldContainers } from './hold.blockers.ts';
import { recordSpread } from './hold.spread.ts';

usingMaterial.add('hold.batch', (context, { batchIds }) => blockHeldBatches(context, batchIds));
openingContainers.add('hold.container', (context, { containerIds }) =>
  blockHeldContainers(context, containerIds),
);
onPosted.push((context, { batchIds, pieceIds, actionIds }) =>
  recordSpread(context, batchIds, pieceIds, actionIds),
);
mixingMaterial.add('hold.lot', (context, { containers }) =>
  blockHeld(context, 'hold.lot', { lotIds: [...new Set(containers.map((each) => each.lotId))] }),
);

/** Pieces that are held, themselves or by their material. From here to the commit no hold appears. */
async function heldPieces(context: CommandContext, rule: string, pieceIds: readonly string[]) {
  if (pieceIds.length === 0) return [];
  await holdGate(context, 'share');
  return blockHeld(context, rule, { pieceIds });
}

startingRun.add('hold.pieces', (context, { open }) =>
  heldPieces(
    context,
    'hold.pieces',
    open.map(({ pieceId }) => pieceId),
  ),
);

// Scrapping a held piece is possible; making another instead of it waits until it is decided what was wrong.
remanufacturing.add('hold.pieces', (context, { pieces }) =>
  heldPieces(
    context,
    'hold.pieces',
    pieces.map(({ id }) => id),
  ),
);

startingRun.add('hold.loadedBatch', async (context, { workstation }) => {
  const loaded = await context.tx.materialBatch.findMany({
    where: { organizationId: context.organizationId, workstationId: workstation.id },
    select: { id: true },
  });
  return blockHeld(context, 'hold.loadedBatch', { batchIds: loaded.map(({ id }) => id) });
});

// A held piece may fail, and may finish a step between: it does not leave the shop, and is not done.
completingRun.add('hold.pieces', (context, { verdicts }) =>
  heldLeaving(
    context,
    verdicts.filter(({ outcome }) => outcome === 'SUCCESS').map(({ operation }) => operation),
  ),
);

// Nor does it by being called good although its run failed.
failingRun.add('hold.pieces', (context, { passed }) => heldLeaving(context, passed));

/** The held ones of the pieces that are done, or ship, with these operations. */
async function heldLeaving(context: CommandContext, passing: readonly Operation[]): Promise<Blocker[]> {
  const last = await lastPositions(
    context,
    passing.map(({ pieceId }) => pieceId),
  );
  const leaving = passing.filter(
    ({ kind, position, pieceId }) => kind === 'SHIPPING' || position === last.get(pieceId),
  );
  return heldPieces(
    context,
    'hold.pieces',
    leaving.map(({ pieceId }) => pieceId),
  );
}

/** The position of each piece's last step. */
async function lastPositions(
  context: CommandContext,
  pieceIds: readonly string[],
): Promise<Map<string, number>> {
  const groups = await context.tx.operation.groupBy({
    by: ['pieceId'],
    where: { organizationId: context.organizationId, pieceId: { in: [...pieceIds] } },
    _max: { position: true },
  });
  return new Map(groups.map((group) => [group.pieceId, group._max.position ?? 0]));
}
