import { z } from 'zod';
import { command } from '../commands/command.ts';
import { GuardedAction } from '../commands/guards.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { lockReferences, reference, requireInUse } from '../commands/references.ts';
import { BlockedError, ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { effectiveInstructions } from './effective-instructions.ts';
import { panelStatus, testPanelStates } from './test-panel.state.ts';

/** How many operations a panel has at most: their list is not paged. */
const mostOperations = 20;

export const createMaterialTestPanel = command('createMaterialTestPanel', {
  description: 'Plans tests of a sample: the operations to do, in that order.',
  right: 'work',
  input: {
    sampleId: idOf('MaterialSample').describe('What is tested.'),
    name: line().describe('How people call it.'),
    operationIds: z
      .array(idOf('MaterialTestOperation'))
      .min(1, 'must name at least one operation')
      .max(mostOperations, `must be at most ${mostOperations} operations`)
      .refine((ids) => new Set(ids).size === ids.length, 'must name every operation once')
      .describe(`The operations to do, in that order: 1 to ${mostOperations}.`),
  },
  refusals: [],
  run: async (context, { sampleId, name, operationIds }) => {
    const references = operationIds.flatMap((id, place) =>
      reference('MaterialTestOperation', id, 'operationIds', String(place)),
    );
    await lockReferences(context, [...references, ...reference('MaterialSample', sampleId, 'sampleId')]);
    await requireInUse(context, references);
    const panel = await context.tx.materialTestPanel.create({ data: { ...context.fresh(), sampleId, name } });
    await context.tx.materialTestPanelOperation.createMany({
      data: operationIds.map((operationId, place) => ({
        organizationId: context.organizationId,
        panelId: panel.id,
        operationId,
        position: place + 1,
      })),
    });
    context.record('MaterialTestPanelCreated', 'MaterialTestPanel', null, { ...panel, operationIds });
    return { id: panel.id };
  },
});

export const updateMaterialTestPanel = command('updateMaterialTestPanel', {
  description: 'Renames a panel that is not completed.',
  right: 'work',
  input: {
    panelId: idOf('MaterialTestPanel').describe('The MaterialTestPanel.'),
    expectedVersion: expectedVersion(),
    name: line().describe('How people call it.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { panelId: id, expectedVersion: expected, name }) => {
    await context.lock({ MaterialTestPanel: [id] });
    const before = await context.tx.materialTestPanel.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('MaterialTestPanel', before, expected);
    testPanelStates.require(panelStatus(before), 'UPDATE_MATERIAL_TEST_PANEL');
    const after = await context.tx.materialTestPanel.update({
      where: context.key(id),
      data: { name, ...context.touched() },
    });
    context.record('MaterialTestPanelChanged', 'MaterialTestPanel', before, after);
    return { id };
  },
});

/** What stands against completing a panel. */
export const completingPanel = new GuardedAction<{ id: string }>('completeMaterialTestPanel', {
  'materialTestPanel.allMeasured': async (context, { id }) => {
    const instructions = (await effectiveInstructions(context.tx, [id])).get(id) ?? [];
    const reports = await context.tx.materialTestReport.findMany({
      where: { panelId: id },
      select: { instructionId: true },
    });
    const measured = new Set(reports.map((report) => report.instructionId));
    return instructions
      .filter((instruction) => !measured.has(instruction.id))
      .map((instruction) => ({
        rule: 'materialTestPanel.allMeasured',
        message: `${instruction.name} has not been measured. Record it first.`,
        subject: { noun: 'MaterialTestInstruction', uuid: instruction.id, label: instruction.name },
      }));
  },
});

export const completeMaterialTestPanel = command('completeMaterialTestPanel', {
  description:
    'Completes a panel, all of whose instructions have been measured. Its reports cannot be corrected any more.',
  right: 'work',
  input: {
    panelId: idOf('MaterialTestPanel').describe('The MaterialTestPanel.'),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { panelId: id, expectedVersion: expected }) => {
    await context.lock({ MaterialTestPanel: [id] });
    const before = await context.tx.materialTestPanel.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('MaterialTestPanel', before, expected);
    testPanelStates.require(panelStatus(before), 'COMPLETE_MATERIAL_TEST_PANEL');
    await completingPanel.check(context, { id });
    const after = await context.tx.materialTestPanel.update({
      where: context.key(id),
      data: { completedAt: context.now, ...context.touched() },
    });
    context.record('MaterialTestPanelChanged', 'MaterialTestPanel', before, after);
    return { id };
  },
});
