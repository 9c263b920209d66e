import { machineCommandStates } from '../../src/machines/machine-command.state.ts';
import { actionsOf } from '../shared/actions.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { MachineCommandStatusRef, MachineCommandTypeRef } from './enums.ts';

const MachineCommandAction = actionsOf(machineCommandStates);

noun('MachineCommand', {
  description:
    'Something that a machine is asked to do. A collector takes it, has the machine do it, and tells the outcome.',
  fields: (t) => ({
    type: t.expose('type', { type: MachineCommandTypeRef, description: 'What it is to do.' }),
    status: t.expose('status', { type: MachineCommandStatusRef, description: 'How far it is.' }),
    allowedActions: t.field({
      type: [MachineCommandAction],
      description: 'What its status allows now.',
      select: { status: true },
      resolve: ({ status }) => machineCommandStates.allowedActions(status),
    }),
    jobName: t.string({
      nullable: true,
      description:
        "What the job is to be called at the machine: the run's number, so that its build links itself to the run. Null for a trial.",
      select: { run: { select: { number: true } } },
      resolve: ({ run }) => run?.number ?? null,
    }),
    externalJobId: t.exposeString('externalJobId', {
      nullable: true,
      description: 'The job as the machine knows it.',
    }),
    response: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the machine answered.',
      select: { response: true },
      resolve: ({ response }) => response,
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it was not done.' }),
    claimedAt: t.expose('claimedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a collector took it.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was done, or failed.',
    }),
    deadline: t.expose('deadline', {
      type: 'DateTime',
      description: 'A command that nobody has answered by then has failed.',
    }),
    machine: t.relation('machine', { description: 'The machine that is to do it.' }),
    run: t.relation('run', { nullable: true, description: 'The run that it is for. Null for a trial.' }),
    file: t.relation('file', { nullable: true, description: 'The file to print.' }),
    preset: t.relation('preset', { nullable: true, description: 'The preset to print with.' }),
    collector: t.relation('collector', { nullable: true, description: 'The collector that took it.' }),
    user: t.relation('user', { nullable: true, description: 'The person who asked for it.' }),
  }),
});

export const machineCommandList = listOf('MachineCommand', {
  plural: 'commands',
  filters: {
    type: byEnum('type', 'MachineCommandType', 'By what is to be done.'),
    status: byEnum('status', 'MachineCommandStatus', 'By how far they are.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    run: byId('runId', 'Run', 'By run.'),
    collector: byId('collectorId', 'Collector', 'By the collector that took them.'),
    externalJobId: byText('externalJobId', 'By the job as the machine knows it.'),
    deadline: byInstant('deadline', 'By deadline.'),
    createdAt: byInstant('createdAt', 'By when they were given.'),
  },
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when they were given.' },
    DEADLINE: { column: 'deadline', description: 'By deadline.' },
  },
});
