import { listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { CassetteStatusRef } from './enums.ts';

noun('Cassette', {
  description:
    'A container of material that a machine takes in and counts itself, in the measure of its maker. What the shop weighs is a MaterialContainer.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What people or the machine call it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    serialNumber: t.exposeString('serialNumber', {
      nullable: true,
      description: "The maker's serial number, by which machines report it.",
    }),
    spool: t.exposeString('spool', { nullable: true, description: 'Its spool, as the machine tells it.' }),
    status: t.expose('status', { type: CassetteStatusRef, description: 'Whether it is in use.' }),
    initialAmount: t.expose('initialAmount', {
      type: 'Decimal',
      nullable: true,
      description: "How much was in it when it was new, in its maker's measure.",
    }),
    remainingAmount: t.expose('remainingAmount', {
      type: 'Decimal',
      nullable: true,
      description: 'How much is left in it, in the same measure.',
    }),
    manufacturedOn: t.expose('manufacturedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day on which it was made.',
    }),
    manufacturedLot: t.exposeString('manufacturedLot', {
      nullable: true,
      description: 'The lot that it was made in.',
    }),
    material: t.relation('material', { nullable: true, description: 'The material in it.' }),
    materialLot: t.relation('materialLot', {
      nullable: true,
      description: 'The lot that the material is of.',
    }),
    machine: t.relation('machine', {
      nullable: true,
      description: 'The machine that it is loaded in. Null while it is in none.',
    }),
  }),
});

export const cassetteList = listOf('Cassette', {
  plural: 'cassettes',
  filters: {
    name: byText('name', 'By name.'),
    serialNumber: byText('serialNumber', "By the maker's serial number."),
    status: byEnum('status', 'CassetteStatus', 'By whether they are in use.'),
    machine: byId('machineId', 'Machine', 'By the machine that they are loaded in.'),
    material: byId('materialId', 'Material', 'By the material in them.'),
    materialLot: byId('materialLotId', 'MaterialLot', 'By the lot that the material is of.'),
    archived: byArchived,
  },
  search: ['name', 'description', 'serialNumber', 'spool', 'manufacturedLot'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
