/** Holds that the shop proposes by itself: a person confirms or dismisses them. */
import { onDefects } from '../monitoring/anomaly.reactions.ts';
import { proposeHold, proposePieceHolds } from './hold.service.ts';
import { onFailedTest } from './test-report.service.ts';

// On the batch that the sample of a failed test was taken of.
onFailedTest.push(async (context, report) => {
  const panel = await context.tx.materialTestPanel.findUniqueOrThrow({
    where: context.key(report.panelId),
    include: { sample: { select: { batchId: true, name: true } } },
  });
  const instruction = await context.tx.materialTestInstruction.findUniqueOrThrow({
    where: context.key(report.instructionId),
    select: { name: true },
  });
  const limits = [
    report.lowerLimit ? `at least ${report.lowerLimit.toFixed()}` : null,
    report.upperLimit ? `at most ${report.upperLimit.toFixed()}` : null,
  ].filter((each) => each !== null);
  await proposeHold(context, {
    batchId: panel.sample.batchId,
    testReportId: report.id,
    reason: `${instruction.name} of sample ${panel.sample.name} is ${report.value.toFixed()} ${report.unit}; allowed is ${limits.join(' and ')}.`,
  });
});

// On every piece that a defect may harm.
onDefects.add((context, defects) =>
  proposePieceHolds(
    context,
    defects.flatMap(({ anomaly, pieceIds }) => {
      const where = anomaly.layer === null ? '' : ` in layer ${anomaly.layer}`;
      const reason = `${anomaly.source} found a defect (${anomaly.classification})${where}.`;
      return pieceIds.map((pieceId) => ({ pieceId, reason, related: [anomaly.id] }));
    }),
  ),
);
