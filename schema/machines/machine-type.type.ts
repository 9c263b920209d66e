import { ManufacturingProcessRef } from '../materials/enums.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { captureTypeList } from './capture-type.type.ts';
import { machineList } from './machine.type.ts';

noun('MachineType', {
  description: 'A model of machine: what its maker sells, and which captures it gives.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: "The maker's name of the model. Unique in the organization.",
    }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    technology: t.exposeString('technology', {
      nullable: true,
      description: "The technology in the maker's own words.",
    }),
    manufacturingProcess: t.field({
      type: ManufacturingProcessRef,
      nullable: true,
      description: 'How parts are made on it.',
      resolve: (type) => type.manufacturingProcess,
    }),
    manufacturer: t.relation('manufacturer', { nullable: true, description: 'Who makes it.' }),
    captureTypes: childList(
      t,
      'MachineType',
      'captureTypes',
      captureTypeList,
      'The kinds of capture that such machines give.',
    ),
    machines: childList(t, 'MachineType', 'machines', machineList, 'The machines of this type.'),
  }),
});

export const machineTypeList = listOf('MachineType', {
  plural: 'types of machine',
  filters: {
    name: byText('name', 'By name.'),
    technology: byText('technology', 'By technology.'),
    manufacturingProcess: byEnum(
      'manufacturingProcess',
      'ManufacturingProcess',
      'By how parts are made on it.',
    ),
    manufacturer: byId('manufacturerId', 'Manufacturer', 'By who makes it.'),
    archived: byArchived,
  },
  search: ['name', 'description', 'technology'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
