import { listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { ManufacturingProcessRef, MaterialFamilyRef, MaterialTypeRef } from './enums.ts';

noun('Material', {
  description: 'What things are made of, or what is used up in making them: the kind, not an amount of it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    type: t.expose('type', { type: MaterialTypeRef, description: 'What it is for.' }),
    family: t.expose('family', { type: MaterialFamilyRef, description: 'What it is by nature.' }),
    manufacturingProcess: t.expose('manufacturingProcess', {
      type: ManufacturingProcessRef,
      nullable: true,
      description: 'The process that it is meant for.',
    }),
    unit: t.expose('unit', { type: 'Unit', description: 'The unit in which stock is counted.' }),
    density: t.expose('density', { type: 'Decimal', nullable: true, description: 'In g/cm3.' }),
    color: t.exposeString('color', { nullable: true, description: 'As #RRGGBB, in upper case.' }),
    colorOpacity: t.expose('colorOpacity', {
      type: 'Decimal',
      nullable: true,
      description: 'From 0 (clear) to 1 (opaque).',
    }),
    externalId: t.exposeString('externalId', { nullable: true, description: 'Its id in the ERP system.' }),
    datasheetUrl: t.exposeString('datasheetUrl', { nullable: true, description: 'Where its data sheet is.' }),

    manufacturer: t.relation('manufacturer', { nullable: true, description: 'Who makes it.' }),
  }),
});

export const materialList = listOf('Material', {
  plural: 'materials',
  filters: {
    name: byText('name', 'By name.'),
    type: byEnum('type', 'MaterialType', 'By what it is for.'),
    family: byEnum('family', 'MaterialFamily', 'By what it is by nature.'),
    manufacturingProcess: byEnum('manufacturingProcess', 'ManufacturingProcess', 'By process.'),
    manufacturer: byId('manufacturerId', 'Manufacturer', 'By maker.'),
    externalId: byText('externalId', 'By its id in the ERP system.'),
    workstationType: byId(
      'workstationTypeId',
      'WorkstationType',
      'By a type of workstation that may be used with it.',
      (where) => ({ workstationTypes: { some: where } }),
    ),
    archived: byArchived,
  },
  search: ['name', 'description', 'externalId'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    DENSITY: { column: 'density', nullable: true, description: 'By density.' },
  },
});
