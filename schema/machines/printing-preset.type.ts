import { listOf } from '../shared/connection.ts';
import { byId, byInstant, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('PrintingPreset', {
  description: 'A material and a way of working that a machine offers to print with.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique among the presets of its machine.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'A summary of what it does.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'Whether it is offered for new jobs: false once the machine does not list it any more.',
    }),
    steps: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its steps in the words of the machine.',
      select: { steps: true },
      resolve: ({ steps }) => steps,
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the machine last listed it. Null for one that was entered by hand.',
    }),
    machine: t.relation('machine', { description: 'The machine that offers it.' }),
  }),
});

export const printingPresetList = listOf('PrintingPreset', {
  plural: 'presets',
  filters: {
    name: byText('name', 'By name.'),
    isActive: byTruth('isActive', 'Whether they are offered for new jobs.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    lastSeenAt: byInstant('lastSeenAt', 'By when the machine last listed them.'),
  },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
