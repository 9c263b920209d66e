import { staleSince } from '../../src/machines/collector.health.ts';
import { sensorList } from '../monitoring/sensor.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { rowLoader } from '../shared/rows.ts';
import { captureList } from './capture.type.ts';
import { cassetteList } from './cassette.type.ts';
import { HistoryFrequencyRef, MachineStatusRef } from './enums.ts';
import { currentBuilds } from './machine.loaders.ts';
import { machineCommandList } from './machine-command.type.ts';
import { machineServiceList } from './machine-service.type.ts';
import { printingPresetList } from './printing-preset.type.ts';

/** What tells whether a status can still be relied on. */
const heard = {
  lastReportAt: true,
  collector: { select: { isEnabled: true, health: true, healthCheckedAt: true, createdAt: true } },
} as const;

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
    username: t.exposeString('username', {
      nullable: true,
      description: 'Whom a connector signs in as.',
    }),
    hasPassword: t.boolean({
      description: 'Whether a password is kept to sign in with. The password itself is never told.',
      select: { sealedPassword: true },
      resolve: ({ sealedPassword }) => sealedPassword !== null,
    }),
    historyFrequency: t.expose('historyFrequency', {
      type: HistoryFrequencyRef,
      description: 'How often the history of its builds is collected.',
    }),
    historyWatermark: t.exposeString('historyWatermark', {
      nullable: true,
      description: 'The newest build of its history that was collected, in its own words.',
    }),
    isSimulated: t.exposeBoolean('isSimulated', {
      description: 'A stand-in without a device behind it.',
    }),
    alwaysShown: t.exposeBoolean('alwaysShown', {
      description: 'Shown on displays also while it is offline.',
    }),
    status: t.expose('status', {
      type: MachineStatusRef,
      description: 'What it last said that it does; OFFLINE while it is not connected.',
    }),
    reportedStatus: t.expose('reportedStatus', {
      type: MachineStatusRef,
      nullable: true,
      description: 'What it last said, while it is not connected. Null otherwise: then `status` says it.',
    }),
    isConnected: t.exposeBoolean('isConnected', {
      nullable: true,
      description: 'Whether it can be reached, as its collector says. Null where nobody has said.',
    }),
    isOnline: t.boolean({
      description:
        'Whether it is heard now: it has reported, is not said to be offline, and its status is not stale.',
      select: { ...heard, status: true },
      resolve: (machine, _args, context) =>
        machine.status !== 'NOT_CONNECTED' &&
        machine.status !== 'OFFLINE' &&
        staleSince(machine, machine.collector, context.now) === null,
    }),
    staleSince: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'The last sign of it, where its collector is disabled or unreachable: its status is what stood then. Null while the status can be relied on.',
      select: heard,
      resolve: (machine, _args, context) => staleSince(machine, machine.collector, context.now),
    }),
    activity: t.exposeString('activity', {
      nullable: true,
      description: 'What it does, in its own words.',
    }),
    signalLight: t.exposeString('signalLight', {
      nullable: true,
      description: 'The colour of its signal tower.',
    }),
    latestCaptureAt: t.expose('latestCaptureAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its newest capture was taken.',
    }),
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
    machineType: t.relation('machineType', { nullable: true, description: 'What it is one of.' }),
    collector: t.relation('collector', {
      nullable: true,
      description: 'What reports for it and takes its commands.',
    }),
    currentBuild: t.field({
      type: 'Build' as never,
      nullable: true,
      description: 'The newest of its builds that has not ended; one that works before one that waits.',
      resolve: async (machine, _args, context, info) => {
        const buildId = await currentBuilds(context).load(machine.id);
        return (buildId ? rowLoader(context, info, 'Build').load(buildId) : null) as never;
      },
    }),
    sensors: childList(t, 'Machine', 'sensors', sensorList, 'The sensors that are part of it.'),
    cassettes: childList(t, 'Machine', 'cassettes', cassetteList, 'The cassettes that are loaded in it.'),
    presets: childList(t, 'Machine', 'presets', printingPresetList, 'What it offers to print with.'),
    commands: childList(t, 'Machine', 'commands', machineCommandList, 'What it was asked to do.'),
    captures: childList(t, 'Machine', 'captures', captureList, 'Snapshots of what it did.'),
    services: childList(
      t,
      'Machine',
      'services',
      machineServiceList,
      "The makers' services that know its builds.",
    ),
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
    location: byId('locationId', 'Location', 'By the location of the workstation.', (where) => ({
      workstation: { is: where },
    })),
    machineType: byId('machineTypeId', 'MachineType', 'By type.'),
    collector: byId('collectorId', 'Collector', 'By what reports for them.'),
    isConnected: byTruth('isConnected', 'Whether they can be reached, as their collectors say.'),
    isSimulated: byTruth('isSimulated', 'Whether they are stand-ins without a device.'),
    alwaysShown: byTruth('alwaysShown', 'Whether displays show them also while they are offline.'),
    latestCaptureAt: byInstant('latestCaptureAt', 'By when their newest capture was taken.'),
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
