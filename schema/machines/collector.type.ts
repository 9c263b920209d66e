import { healthOf, silentBefore } from '../../src/machines/collector.health.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byInstant, byText, byTruth, type Filter } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { ConnectorHealthRef } from './enums.ts';
import { machineList } from './machine.type.ts';
import { machineCommandList } from './machine-command.type.ts';

noun('Collector', {
  description:
    'A program in the shop that speaks with machines: it reports what they do and takes what they are asked to do.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The collector's own id for itself: registering with it again is the same collector.",
    }),
    isEnabled: t.exposeBoolean('isEnabled', {
      description: 'False: its reports are refused, and it is given no commands.',
    }),
    health: t.field({
      type: ConnectorHealthRef,
      description:
        'How it is: what it last said, and UNREACHABLE once nothing was heard of it for five minutes.',
      select: { health: true, healthCheckedAt: true, createdAt: true },
      resolve: (collector, _args, context) => healthOf(collector, context.now),
    }),
    healthNote: t.exposeString('healthNote', {
      nullable: true,
      description: 'What it says is wrong. Null while nothing is.',
    }),
    healthCheckedAt: t.expose('healthCheckedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last said how it is. Null while it never has.',
    }),
    osName: t.exposeString('osName', {
      nullable: true,
      description: 'The operating system that it runs on.',
    }),
    osVersion: t.exposeString('osVersion', {
      nullable: true,
      description: 'The version of the operating system.',
    }),
    osArchitecture: t.exposeString('osArchitecture', {
      nullable: true,
      description: 'The architecture of the processor.',
    }),
    softwareVersion: t.exposeString('softwareVersion', {
      nullable: true,
      description: 'The version of the collector itself.',
    }),
    machines: childList(t, 'Collector', 'machines', machineList, 'The machines that it speaks with.'),
    commands: childList(t, 'Collector', 'commands', machineCommandList, 'The commands that it took.'),
  }),
});

const stored = byEnum('health', 'ConnectorHealth', 'By how they are now.');

/** By what the field shows: what is not heard any more is UNREACHABLE, whatever the column holds. */
const byHealth: Filter = {
  ...stored,
  where: (value, noun, now) => {
    const since = { gte: silentBefore(now) };
    const heard = { OR: [{ healthCheckedAt: since }, { healthCheckedAt: null, createdAt: since }] };
    const before = { lt: silentBefore(now) };
    const silent = { OR: [{ healthCheckedAt: before }, { healthCheckedAt: null, createdAt: before }] };
    const said = { AND: [heard, stored.where(value, noun, now)] };
    return isWanted('UNREACHABLE', value) ? { OR: [said, silent] } : said;
  },
};

interface EnumCondition {
  equals?: string | null;
  in?: readonly string[] | null;
  notIn?: readonly string[] | null;
}

const isWanted = (health: string, { equals, in: among, notIn }: EnumCondition): boolean =>
  (equals ?? health) === health && (among?.includes(health) ?? true) && !notIn?.includes(health);

export const collectorList = listOf('Collector', {
  plural: 'collectors',
  filters: {
    name: byText('name', 'By name.'),
    externalId: byText('externalId', "By the collector's own id."),
    isEnabled: byTruth('isEnabled', 'Whether it may report and take commands.'),
    health: byHealth,
    healthCheckedAt: byInstant('healthCheckedAt', 'By when they last said how they are.'),
    archived: byArchived,
  },
  search: ['name', 'externalId'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    HEALTH_CHECKED_AT: {
      column: 'healthCheckedAt',
      nullable: true,
      description: 'By when they last said how they are.',
    },
  },
});
