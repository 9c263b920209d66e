import { sensorList } from '../monitoring/sensor.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { MachineStatusRef } from './enums.ts';

noun('Machine', {
  description:
    'A device in the network that reports what it does: its status, its builds, its sensors. It does the work of a workstation.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    model: t.exposeString('model', { nullable: true, description: "The maker's name of the model." }),
    serialNumber: t.exposeString('serialNumber', {
      nullable: true,
      description: "The maker's serial number.",
    }),
    ipAddress: t.exposeString('ipAddress', {
      nullable: true,
      description: "Its address in the shop's network, IPv4 or IPv6.",
    }),
    status: t.expose('status', { type: MachineStatusRef, description: 'What it last said that it does.' }),
    statusSince: t.expose('statusSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When it entered that status. Null while it has never reported.',
    }),
    lastReportAt: t.expose('lastReportAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last heard. Null while it has never reported.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'What it says is wrong. Null while nothing is.',
    }),

    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The workstation whose work it does.',
    }),
    sensors: childList(t, 'Machine', 'sensors', sensorList, 'The sensors that are part of it.'),
  }),
});

export const machineList = listOf('Machine', {
  plural: 'machines',
  filters: {
    name: byText('name', 'By name.'),
    model: byText('model', "By the maker's name of the model."),
    serialNumber: byText('serialNumber', "By the maker's serial number."),
    status: byEnum('status', 'MachineStatus', 'By status.'),
    lastReportAt: byInstant('lastReportAt', 'By when it was last heard.'),
    workstation: byId('workstationId', 'Workstation', 'By the workstation whose work it does.'),
    archived: byArchived,
  },
  search: ['name', 'description', 'model', 'serialNumber'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    STATUS_SINCE: {
      column: 'statusSince',
      nullable: true,
      description: 'By when it entered its status.',
    },
    LAST_REPORT_AT: { column: 'lastReportAt', nullable: true, description: 'By when it was last heard.' },
  },
});
