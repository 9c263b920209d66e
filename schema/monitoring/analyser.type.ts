import { ConnectorHealthRef } from '../machines/enums.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { analysisList } from './analysis.type.ts';

noun('Analyser', {
  description: 'An installation of software that watches builds or judges pieces.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    vendor: t.exposeString('vendor', { nullable: true, description: 'Who makes its software.' }),
    ipAddress: t.exposeString('ipAddress', { nullable: true, description: 'Where it is in the network.' }),
    url: t.exposeString('url', { nullable: true, description: 'Where its interface is.' }),
    username: t.exposeString('username', { nullable: true, description: 'Whom to sign in to it as.' }),
    hasPassword: t.boolean({
      description: 'Whether there is a password to sign in to it with. It is never told.',
      select: { sealedPassword: true },
      resolve: ({ sealedPassword }) => sealedPassword !== null,
    }),
    health: t.expose('health', {
      type: ConnectorHealthRef,
      description: 'How it was when it was last looked at.',
    }),
    healthNote: t.exposeString('healthNote', {
      nullable: true,
      description: 'What was wrong then. Null while nothing is.',
    }),
    healthCheckedAt: t.expose('healthCheckedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last looked at. Null while it never was.',
    }),
    collector: t.relation('collector', {
      nullable: true,
      description: 'The collector that speaks with it.',
    }),
    analyses: childList(t, 'Analyser', 'analyses', analysisList, 'What it looked at.'),
  }),
});

export const analyserList = listOf('Analyser', {
  plural: 'analysers',
  filters: {
    name: byText('name', 'By name.'),
    vendor: byText('vendor', 'By who makes its software.'),
    ipAddress: byText('ipAddress', 'By where it is in the network.'),
    health: byEnum('health', 'ConnectorHealth', 'By how it was when it was last looked at.'),
    healthCheckedAt: byInstant('healthCheckedAt', 'By when it was last looked at.'),
    collector: byId('collectorId', 'Collector', 'By collector.'),
    archived: byArchived,
  },
  search: ['name', 'vendor', 'ipAddress'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    HEALTH_CHECKED_AT: {
      column: 'healthCheckedAt',
      nullable: true,
      description: 'By when it was last looked at.',
    },
  },
});
