import { listOf } from '../shared/connection.ts';
import { byArchived, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('MaterialTestInstruction', {
  description:
    'One value to measure in a test, with its limits. It holds for the organization, or only for the material or panel that it names.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What to measure.' }),
    description: t.exposeString('description', { nullable: true, description: 'How to measure it.' }),
    unit: t.expose('unit', { type: 'Unit', description: 'The unit in which values and limits are told.' }),
    position: t.exposeInt('position', { description: 'Its place in the operation.' }),
    lowerLimit: t.expose('lowerLimit', {
      type: 'Decimal',
      nullable: true,
      description: 'The least value that passes; none where it is null.',
    }),
    upperLimit: t.expose('upperLimit', {
      type: 'Decimal',
      nullable: true,
      description: 'The largest value that passes; none where it is null.',
    }),

    operation: t.relation('operation', { description: 'The operation that it is part of.' }),
    material: t.relation('material', { nullable: true, description: 'The only material that it holds for.' }),
    panel: t.relation('panel', { nullable: true, description: 'The only panel that it holds for.' }),
  }),
});

export const testInstructionList = listOf('MaterialTestInstruction', {
  plural: 'instructions of material tests',
  filters: {
    name: byText('name', 'By name.'),
    operation: byId('operationId', 'MaterialTestOperation', 'By operation.'),
    material: byId('materialId', 'Material', 'By material; isNull for those that hold for any.'),
    panel: byId('panelId', 'MaterialTestPanel', 'By panel; isNull for those that hold for any.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    POSITION: { column: 'position', description: 'By place in the operation.' },
  },
});
