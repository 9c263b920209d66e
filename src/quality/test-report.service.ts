import type { Decimal } from 'decimal.js';
import type {
  MaterialTestInstruction,
  MaterialTestReport,
  TestVerdict,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line, text, unit } from '../commands/input.ts';
import { lockReferences, reference } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { effectiveInstructions } from './effective-instructions.ts';
import { measure } from './test-instruction.service.ts';
import { panelStatus, testPanelStates } from './test-panel.state.ts';
import { convertMeasured } from './ucum.ts';

/** What follows from a measured value that is out of its limits, in the same transaction: other domains add to it. */
export const onFailedTest: ((context: CommandContext, report: MaterialTestReport) => Promise<void>)[] = [];

const measured = {
  value: measure().describe('The measured value.'),
  unit: unit()
    .nullish()
    .describe("The unit of the value: the instruction's unless given, and converted to that if it differs."),
  notes: text().nullish().describe('Anything worth knowing of this measurement.'),
};

export const recordMaterialTest = command('recordMaterialTest', {
  description:
    'Records what an instruction of a panel measured, and holds it against the limits in force. The first report starts the panel.',
  right: 'work',
  input: {
    panelId: idOf('MaterialTestPanel').describe('The MaterialTestPanel.'),
    instructionId: idOf('MaterialTestInstruction').describe(
      'What was measured: one of the instructions of the panel.',
    ),
    ...measured,
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { panelId, instructionId, value, unit, notes }) => {
    await lockReferences(context, reference('MaterialTestInstruction', instructionId, 'instructionId'), {
      MaterialTestPanel: [panelId],
    });
    const panel = await context.tx.materialTestPanel.findUniqueOrThrow({ where: context.key(panelId) });
    testPanelStates.require(panelStatus(panel), 'RECORD_MATERIAL_TEST');
    const effective = (await effectiveInstructions(context.tx, [panelId])).get(panelId) ?? [];
    const instruction = effective.find((each) => each.id === instructionId);
    if (!instruction)
      throw InvalidInputError.at('instructionId', 'names none of the instructions that hold for this panel.');
    const where = { panelId, instructionId };
    if ((await context.tx.materialTestReport.count({ where })) > 0)
      throw InvalidInputError.at(
        'instructionId',
        'has been measured. Correct its report with correctMaterialTest.',
      );
    const report = await context.tx.materialTestReport.create({
      data: {
        ...context.fresh(),
        panelId,
        instructionId,
        notes: notes ?? null,
        ...(await judge(instruction, value, unit)),
      },
    });
    context.record('MaterialTestReportCreated', 'MaterialTestReport', null, report);
    if (panel.startedAt === null) {
      const started = await context.tx.materialTestPanel.update({
        where: context.key(panelId),
        data: { startedAt: context.now, ...context.touched() },
      });
      context.record('MaterialTestPanelChanged', 'MaterialTestPanel', panel, started);
    }
    if (report.verdict === 'FAIL') for (const react of onFailedTest) await react(context, report);
    return { id: report.id, panelId };
  },
});

export const correctMaterialTest = command('correctMaterialTest', {
  description:
    'Corrects a report of a panel that is not completed, and holds it against the limits in force now. What stood there stays in its history.',
  right: 'work',
  input: {
    reportId: idOf('MaterialTestReport').describe('The MaterialTestReport.'),
    expectedVersion: expectedVersion(),
    ...measured,
    reason: line(2_000).describe('Why it is corrected.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { reportId: id, expectedVersion: expected, ...input }) => {
    const { value, unit, notes, reason } = input;
    const found = await context.tx.materialTestReport.findUnique({ where: context.key(id) });
    if (!found) throw new NotFoundError('MaterialTestReport', id);
    const { panelId, instructionId } = found;
    await context.lock({ MaterialTestInstruction: [instructionId], MaterialTestPanel: [panelId] });
    const panel = await context.tx.materialTestPanel.findUniqueOrThrow({ where: context.key(panelId) });
    const instruction = await context.tx.materialTestInstruction.findUniqueOrThrow({
      where: context.key(instructionId),
    });
    const before = await context.tx.materialTestReport.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('MaterialTestReport', before, expected);
    testPanelStates.require(panelStatus(panel), 'CORRECT_MATERIAL_TEST');
    const after = await context.tx.materialTestReport.update({
      where: context.key(id),
      data: {
        ...(await judge(instruction, value, unit)),
        ...(notes === undefined ? {} : { notes }),
        ...context.touched(),
      },
    });
    context.record('MaterialTestReportChanged', 'MaterialTestReport', before, after, { reason });
    if (after.verdict === 'FAIL' && before.verdict !== 'FAIL')
      for (const react of onFailedTest) await react(context, after);
    return { id, panelId };
  },
});

/** A measured value in the instruction's unit, with the limits in force and what they say of it. */
async function judge(
  { unit, lowerLimit, upperLimit }: MaterialTestInstruction,
  entered: Decimal,
  enteredIn: string | null | undefined,
): Promise<Pick<MaterialTestReport, 'unit' | 'lowerLimit' | 'upperLimit' | 'verdict'> & { value: Decimal }> {
  const value = await convertMeasured(entered, enteredIn ?? unit, unit);
  if (value.abs().gt(1e25)) throw InvalidInputError.at('value', `is too large in ${unit}.`);
  return { value, unit, lowerLimit, upperLimit, verdict: verdictOf(value, lowerLimit, upperLimit) };
}

type Limit = { toFixed(): string } | null;

/** What limits say of a value; a value that equals a limit is within. */
export function verdictOf(value: Decimal, lower: Limit, upper: Limit): TestVerdict {
  if (!lower && !upper) return 'RECORDED';
  const below = lower && value.lt(lower.toFixed());
  const above = upper && value.gt(upper.toFixed());
  return below || above ? 'FAIL' : 'PASS';
}
