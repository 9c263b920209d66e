import DataLoader from 'dataloader';
import type { TestVerdict } from '../../prisma/generated/client/client.ts';
import type { RequestContext } from '../../src/context.ts';
import { effectiveInstructions } from '../../src/quality/effective-instructions.ts';
import {
  type MaterialTestPanelStatus,
  panelStatus,
  testPanelStates,
} from '../../src/quality/test-panel.state.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { rowLoader } from '../shared/rows.ts';
import { TestVerdictRef } from './enums.ts';
import { testReportList } from './material-test-report.type.ts';

const StatusRef = enumOf<MaterialTestPanelStatus>('MaterialTestPanelStatus', 'How far a panel is.', {
  OPEN: 'Values are measured and may be corrected.',
  COMPLETED: 'All values have been measured.',
});
const ActionRef = actionsOf(testPanelStates);

noun('MaterialTestPanel', {
  description: 'The tests that are done on one sample.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'How people call it.' }),
    status: t.field({
      type: StatusRef,
      description: 'How far it is.',
      select: { completedAt: true },
      resolve: panelStatus,
    }),
    allowedActions: t.field({
      type: [ActionRef],
      description: 'What its state allows now. Guards may still refuse.',
      select: { completedAt: true },
      resolve: (panel) => testPanelStates.allowedActions(panelStatus(panel)),
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first value was recorded.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was completed.',
    }),
    verdict: t.field({
      type: TestVerdictRef,
      nullable: true,
      description:
        'FAIL as soon as a value fails. Else, once the panel is completed: PASS where values were held against limits, RECORDED where there were none. Null until then.',
      select: { completedAt: true },
      resolve: async (panel, _args, context) => {
        const verdicts = await panelVerdicts(context).load(panel.id);
        if (verdicts.includes('FAIL')) return 'FAIL';
        if (!panel.completedAt || verdicts.length === 0) return null;
        return verdicts.includes('PASS') ? 'PASS' : 'RECORDED';
      },
    }),

    sample: t.relation('sample', { description: 'What is tested.' }),
    operations: t.field({
      type: ['MaterialTestOperation' as never],
      description: 'The operations that are done, in their order: at most 20.',
      select: (_args, _context, nested) => ({
        operations: { select: { operation: nested(true) }, orderBy: { position: 'asc' } },
      }),
      resolve: (panel) => panel.operations.map(({ operation }) => operation) as never,
    }),
    instructions: t.field({
      type: ['MaterialTestInstruction' as never],
      description:
        'What is to be measured, in the order of the work: at most 1000. For each operation the instructions of the panel; where there are none those of the material; else those of the organization; as they are now.',
      resolve: async (panel, _args, context, info) => {
        const ids = await instructionIds(context).load(panel.id);
        const loader = rowLoader(context, info, 'MaterialTestInstruction');
        return Promise.all(ids.map((id) => loader.load(id))) as never;
      },
    }),
    reports: childList(t, 'MaterialTestPanel', 'reports', testReportList, 'What was measured so far.'),
  }),
});

const panelVerdicts = (context: RequestContext) =>
  context.memo.once(
    'testPanel:verdicts',
    () =>
      new DataLoader<string, TestVerdict[]>(async (ids) => {
        const { organizationId } = context.signedIn;
        const groups = await context.prisma.materialTestReport.groupBy({
          by: ['panelId', 'verdict'],
          where: { organizationId, panelId: { in: [...ids] } },
        });
        return ids.map((id) => groups.flatMap((group) => (group.panelId === id ? [group.verdict] : [])));
      }),
  );

const instructionIds = (context: RequestContext) =>
  context.memo.once(
    'testPanel:instructions',
    () =>
      new DataLoader<string, string[]>(async (ids) => {
        const found = await effectiveInstructions(context.prisma, ids);
        return ids.map((id) => (found.get(id) ?? []).map((instruction) => instruction.id));
      }),
  );

export const testPanelList = listOf('MaterialTestPanel', {
  plural: 'panels of material tests',
  filters: {
    name: byText('name', 'By name.'),
    sample: byId('sampleId', 'MaterialSample', 'By sample.'),
    batch: byId('batchId', 'MaterialBatch', 'By the batch that was sampled.', (where) => ({
      sample: { is: where },
    })),
    operation: byId('operationId', 'MaterialTestOperation', 'By an operation that is done.', (where) => ({
      operations: { some: where },
    })),
    failed: byRule('Whether a value failed.', (value) => ({
      reports: { [value ? 'some' : 'none']: { verdict: 'FAIL' } },
    })),
    startedAt: byInstant('startedAt', 'By when it was started.'),
    completedAt: byInstant('completedAt', 'By when it was completed.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
    COMPLETED_AT: { column: 'completedAt', nullable: true, description: 'By when it was completed.' },
  },
});
