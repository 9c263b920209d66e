import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { TestVerdictRef } from './enums.ts';

noun('MaterialTestReport', {
  description: 'A measured value, with the limits that it was held against.',
  fields: (t) => ({
    value: t.expose('value', {
      type: 'Decimal',
      description: 'The measured value, in the unit of the report.',
    }),
    unit: t.expose('unit', {
      type: 'Unit',
      description: 'The unit of the instruction when it was recorded.',
    }),
    lowerLimit: t.expose('lowerLimit', {
      type: 'Decimal',
      nullable: true,
      description: 'The least value that passed then.',
    }),
    upperLimit: t.expose('upperLimit', {
      type: 'Decimal',
      nullable: true,
      description: 'The largest value that passed then.',
    }),
    verdict: t.expose('verdict', { type: TestVerdictRef, description: 'What the limits said.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'Anything worth knowing of this measurement.',
    }),

    panel: t.relation('panel', { description: 'The panel that it is part of.' }),
    instruction: t.relation('instruction', { description: 'What was measured, as the instruction is now.' }),
  }),
});

export const testReportList = listOf('MaterialTestReport', {
  plural: 'reports of material tests',
  filters: {
    panel: byId('panelId', 'MaterialTestPanel', 'By panel.'),
    instruction: byId('instructionId', 'MaterialTestInstruction', 'By instruction.'),
    material: byId('materialId', 'Material', 'By the material that was tested.', (where) => ({
      panel: { is: { sample: { is: { batch: { is: where } } } } },
    })),
    verdict: byEnum('verdict', 'TestVerdict', 'By verdict.'),
    createdAt: byInstant('createdAt', 'By when it was recorded.'),
  },
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when it was recorded.' },
    VALUE: { column: 'value', description: 'By value, whatever its unit.' },
  },
});
