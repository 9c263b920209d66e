import { workstationTypeList } from '../machines/workstation-type.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { materialList } from './material.type.ts';

noun('Manufacturer', {
  description: 'Who makes materials or workstations, and whom to ask there.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    address: t.exposeString('address', { nullable: true, description: 'The postal address.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Anything worth knowing.' }),
    contactName: t.exposeString('contactName', { nullable: true, description: 'Whom to ask about buying.' }),
    contactEmail: t.exposeString('contactEmail', { nullable: true, description: 'Their e-mail address.' }),
    contactPhone: t.exposeString('contactPhone', { nullable: true, description: 'Their telephone number.' }),
    supportName: t.exposeString('supportName', { nullable: true, description: 'Whom to ask for help.' }),
    supportEmail: t.exposeString('supportEmail', { nullable: true, description: 'Their e-mail address.' }),
    supportPhone: t.exposeString('supportPhone', { nullable: true, description: 'Their telephone number.' }),

    materials: childList(t, 'Manufacturer', 'materials', materialList, 'The materials that it makes.'),
    workstationTypes: childList(
      t,
      'Manufacturer',
      'workstationTypes',
      workstationTypeList,
      'The types of workstation that it makes.',
    ),
  }),
});

export const manufacturerList = listOf('Manufacturer', {
  plural: 'manufacturers',
  filters: { name: byText('name', 'By name.'), archived: byArchived },
  search: ['name', 'address', 'notes', 'contactName', 'supportName'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
