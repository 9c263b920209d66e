import type { Decimal } from 'decimal.js';
import type { CommandContext } from '../commands/context.ts';
import { decimal, idOf, line, text, unit, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { InvalidInputError, TransitionError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { panelStatus } from './test-panel.state.ts';
import { isUcumCode } from './ucum.ts';

/** How much is measured in one operation at most: the instructions of a panel are not paged. */
const mostInstructions = 50;
/** A measured value, or a limit of one. */
export const measure = () => decimal({ min: -1e15, max: 1e15, places: 12 });

export const testInstructionCommands = plainNoun('MaterialTestInstruction', {
  fields: {
    operationId: idOf('MaterialTestOperation').describe('The operation that it is part of.'),
    materialId: idOf('Material')
      .nullish()
      .describe('The only material that it holds for. Its instructions replace those of the organization.'),
    panelId: idOf('MaterialTestPanel')
      .nullish()
      .describe('The only panel that it holds for. Its instructions replace those of the material.'),
    name: line().describe('What to measure: "hydrogen content".'),
    description: text().nullish().describe('How to measure it.'),
    unit: unit().describe('The unit in which values and limits are told, of any kind.'),
    position: whole(1, 10_000)
      .default(1)
      .describe('Its place in the operation; of equal ones the older comes first.'),
    lowerLimit: measure().nullish().describe('The least value that passes; none where it is null.'),
    upperLimit: measure().nullish().describe('The largest value that passes; none where it is null.'),
  },
  unique: 'name',
  fixed: ['operationId', 'materialId', 'panelId'],
  check: async (row, context, before) => {
    const [lower, upper] = [row.lowerLimit as Decimal | null, row.upperLimit as Decimal | null];
    if (lower && upper?.lt(lower.toFixed()))
      throw InvalidInputError.at('upperLimit', 'must not be less than the lower limit.');
    if (row.unit !== before?.unit && !(await isUcumCode(row.unit as string)))
      throw InvalidInputError.at('unit', 'is no UCUM code.');
    if (!before) await requireRoom(context, row);
    if (row.panelId) await requireOpenPanel(context, row, before);
  },
});

/** Its scope is one, and not full. */
async function requireRoom(context: CommandContext, row: Row): Promise<void> {
  const { operationId, materialId = null, panelId = null } = row as Record<string, string | null>;
  if (materialId && panelId)
    throw InvalidInputError.at(
      'panelId',
      'must be left out where a material is named: a panel is of one material.',
    );
  const where = { operationId: operationId as string, materialId, panelId, archivedAt: null };
  if ((await context.tx.materialTestInstruction.count({ where })) >= mostInstructions)
    throw InvalidInputError.at(
      'operationId',
      `has ${mostInstructions} instructions of this scope, which is the most.`,
    );
}

/** A completed panel stays as it was completed; an open one has the operation. */
async function requireOpenPanel(context: CommandContext, row: Row, before: Row | null): Promise<void> {
  const panelId = row.panelId as string;
  const panel = await context.tx.materialTestPanel.findUniqueOrThrow({
    where: context.key(panelId),
    include: { operations: true },
  });
  if (!panel.operations.some((each) => each.operationId === row.operationId))
    throw InvalidInputError.at('operationId', 'names an operation that is not done in this panel.');
  if (panelStatus(panel) === 'OPEN') return;
  if (before)
    throw new TransitionError('MaterialTestPanel', 'COMPLETED', 'UPDATE_MATERIAL_TEST_INSTRUCTION', []);
  throw InvalidInputError.at('panelId', 'names a panel that is completed.');
}
