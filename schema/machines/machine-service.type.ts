import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('MachineServiceMaterial', {
  description: 'A material as a service calls it, on a machine as the service calls it.',
  fields: (t) => ({
    materialName: t.exposeString('materialName', { description: 'The material as the service calls it.' }),
    machineName: t.exposeString('machineName', { description: 'The machine as the service calls it.' }),
    service: t.relation('service', { description: 'The service.' }),
    material: t.relation('material', {
      nullable: true,
      description: 'Our material of that name, where somebody said which.',
    }),
    machine: t.relation('machine', {
      nullable: true,
      description: 'Our machine of that name, where somebody said which.',
    }),
  }),
});

export const machineServiceMaterialList = listOf('MachineServiceMaterial', {
  plural: 'materials of services',
  filters: {
    materialName: byText('materialName', 'By the material as the service calls it.'),
    machineName: byText('machineName', 'By the machine as the service calls it.'),
    service: byId('serviceId', 'MachineService', 'By service.'),
    material: byId('materialId', 'Material', 'By our material.'),
    machine: byId('machineId', 'Machine', 'By our machine.'),
  },
  search: ['materialName', 'machineName'],
  orders: {
    MATERIAL_NAME: { column: 'materialName', description: 'By the material as the service calls it.' },
    MACHINE_NAME: { column: 'machineName', description: 'By the machine as the service calls it.' },
  },
});

noun('MachineService', {
  description:
    "A maker's service over which a machine and its builds are known. The builds themselves are those of the machine.",
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    url: t.exposeString('url', { description: 'Where the service is reached.' }),
    hasApplicationToken: t.boolean({
      description: 'Whether a token of the application is kept. The token itself is never told.',
      select: { sealedApplicationToken: true },
      resolve: ({ sealedApplicationToken }) => sealedApplicationToken !== null,
    }),
    hasUserToken: t.boolean({
      description: 'Whether a token of the user is kept. The token itself is never told.',
      select: { sealedUserToken: true },
      resolve: ({ sealedUserToken }) => sealedUserToken !== null,
    }),
    machine: t.relation('machine', { nullable: true, description: 'The machine whose builds it knows.' }),
    materials: childList(
      t,
      'MachineService',
      'materials',
      machineServiceMaterialList,
      'The materials that it knows.',
    ),
  }),
});

export const machineServiceList = listOf('MachineService', {
  plural: 'services of machines',
  filters: {
    name: byText('name', 'By name.'),
    url: byText('url', 'By where they are reached.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    archived: byArchived,
  },
  search: ['name', 'url'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
