import { Decimal } from 'decimal.js';
import type { RequestContext } from '../../src/context.ts';
import { SequenceGapError } from '../../src/monitoring/ingest.errors.ts';
import { builder } from '../builder.ts';
import { listOf, queryList } from '../shared/connection.ts';
import { UserErrorRef } from '../shared/errors.ts';
import { byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { rowLoader } from '../shared/rows.ts';

const whole = (value: bigint) => new Decimal(value.toString());

noun('IngestSource', {
  description:
    'How far a connector has come: it moves in the transaction that stores what the connector sent. A connector that starts again asks here what comes next.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the connector, unique in the organization.' }),
    instance: t.exposeString('instance', {
      nullable: true,
      description: 'The run of the source that its numbers belong to.',
    }),
    sequence: t.field({
      type: 'Decimal',
      description: "The source's own number of the last reading that was stored: the next is one more.",
      select: { sequence: true },
      resolve: ({ sequence }) => whole(sequence),
    }),
    lastIngestAt: t.expose('lastIngestAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last message came.',
    }),
    observations: t.field({
      type: 'Decimal',
      description: 'How many readings it has stored in all.',
      select: { observations: true },
      resolve: ({ observations }) => whole(observations),
    }),
    missed: t.field({
      type: 'Decimal',
      description: 'How many numbers never came, and were passed over with allowGap.',
      select: { missed: true },
      resolve: ({ missed }) => whole(missed),
    }),
  }),
});

builder.objectType(SequenceGapError, {
  name: 'SequenceGapError',
  description: 'Readings of the source are missing before this message. Nothing was stored.',
  interfaces: [UserErrorRef],
  fields: (t) => ({
    expected: t.field({
      type: 'Decimal',
      description: 'The number that has to come next.',
      resolve: ({ expected }) => new Decimal(expected),
    }),
  }),
});

const ingestSourceList = listOf('IngestSource', {
  plural: 'sources of readings',
  filters: {
    name: byText('name', 'By name.'),
    lastIngestAt: byInstant('lastIngestAt', 'By when the last message came.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    LAST_INGEST_AT: {
      column: 'lastIngestAt',
      nullable: true,
      description: 'By when the last message came.',
    },
  },
});

queryList('ingestSources', ingestSourceList, 'How far each connector has come.');

builder.queryField('ingestSource', (t) =>
  t.field({
    type: 'IngestSource' as never,
    nullable: true,
    description: 'How far a connector has come, by its name; null where it never sent anything.',
    args: { name: t.arg.string({ required: true, description: 'The name of the connector.' }) },
    resolve: async (_root, { name }, context: RequestContext, info) => {
      const { organizationId } = context.signedIn;
      const known = await context.prisma.ingestSource.findUnique({
        where: { organizationId_name: { organizationId, name: name.replaceAll('\0', '') } },
        select: { id: true },
      });
      return (known ? rowLoader(context, info, 'IngestSource').load(known.id) : null) as never;
    },
  }),
);
