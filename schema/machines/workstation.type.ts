import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { WorkstationKindRef } from './enums.ts';
import { machineList } from './machine.type.ts';

noun('Workstation', {
  description:
    'Where work is planned and done: a printer, a furnace, a bench, a shipping desk. The machines behind it report what they do.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    inProgressMax: t.exposeInt('inProgressMax', { description: 'How many runs it works on at once.' }),
    kind: t.field({
      type: WorkstationKindRef,
      description: 'Which kind of work is done there: that of its type.',
      select: { workstationType: { select: { kind: true } } },
      resolve: ({ workstationType }) => workstationType.kind,
    }),

    workstationType: t.relation('workstationType', { description: 'What it is one of.' }),
    location: t.relation('location', { description: 'The location where it stands.' }),
    subLocation: t.relation('subLocation', {
      nullable: true,
      description: 'The area of the location where it stands.',
    }),
    machines: childList(t, 'Workstation', 'machines', machineList, 'The machines that do its work.'),
  }),
});

export const workstationList = listOf('Workstation', {
  plural: 'workstations',
  filters: {
    name: byText('name', 'By name.'),
    kind: byEnum('kind', 'WorkstationKind', 'By kind of work.', (where) => ({
      workstationType: { is: where },
    })),
    workstationType: byId('workstationTypeId', 'WorkstationType', 'By type.'),
    location: byId('locationId', 'Location', 'By location.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area of a location.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
