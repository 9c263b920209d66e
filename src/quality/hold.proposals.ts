/** A test that fails proposes a hold on the batch that the sample was taken of. */
import { proposeHold } from './hold.service.ts';
import { onFailedTest } from './test-report.service.ts';

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
