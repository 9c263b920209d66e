/** Reports as everybody reads them who has their token. */
import { Decimal } from 'decimal.js';
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { RateLimited } from '../../src/http/errors.ts';
import {
  type PublicCase,
  type PublicItem,
  type PublicReport,
  publicCases,
  publicReport,
} from '../../src/inspections/public-report.service.ts';
import { builder } from '../builder.ts';
import { rowLoader } from '../shared/rows.ts';
import { InspectionCaseStatusRef } from './inspection.type.ts';
import { TimestampStatusRef } from './timestamp.type.ts';

const decimal = (text: string | null) => (text === null ? null : new Decimal(text));

const PublicItemRef = builder.objectRef<PublicItem>('PublicInspectionItem').implement({
  description: 'One step of an inspection, as everybody reads it who has the token of the report.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place in the case, from 1.' }),
    reference: t.exposeString('reference', { description: 'Its name.' }),
    stepAction: t.exposeString('stepAction', { description: 'What was to be done: `Photography`, `Text`.' }),
    stepTitle: t.exposeString('stepTitle', { nullable: true, description: 'What the step is called.' }),
    stepDescription: t.exposeString('stepDescription', {
      nullable: true,
      description: 'What was to be done, in detail.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'What the item shows.' }),
    data: t.exposeString('data', { nullable: true, description: 'What was found.' }),
    latitude: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Where it was, in degrees north (WGS 84).',
      resolve: ({ latitude }) => decimal(latitude),
    }),
    longitude: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Where it was, in degrees east (WGS 84).',
      resolve: ({ longitude }) => decimal(longitude),
    }),
    accuracy: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'How far the place may be off, in m.',
      resolve: ({ accuracy }) => decimal(accuracy),
    }),
    takenAt: t.expose('takenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was, by the device’s own clock.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it came here.' }),
    imageHash: t.exposeString('imageHash', {
      nullable: true,
      description: 'The SHA-256 of the photo, 64 hexadecimal digits. The photo itself is not public.',
    }),
    leafHash: t.exposeString('leafHash', {
      description: 'Its hash as a leaf of the tree of its case, in hexadecimal digits.',
    }),
  }),
});

const PublicTimestampRef = builder.objectRef<PublicCase>('PublicTimestamp').implement({
  description: 'The timestamp of the root of a case (RFC 3161).',
  fields: (t) => ({
    status: t.field({
      type: TimestampStatusRef,
      description: 'How far it is.',
      resolve: ({ timestampStatus }) => timestampStatus ?? 'PENDING',
    }),
    stampedAt: t.expose('stampedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time that the authority states.',
    }),
    authority: t.exposeString('authority', { nullable: true, description: 'Who signed it.' }),
    tokenHash: t.exposeString('tokenHash', {
      nullable: true,
      description: 'The SHA-256 of the token’s DER, in hexadecimal digits.',
    }),
    token: t.string({
      nullable: true,
      description: 'The whole token: base64 of its DER, to check it against `merkleRoot`.',
      resolve: ({ token }) => (token ? Buffer.from(token).toString('base64') : null),
    }),
  }),
});

const PublicCaseRef = builder.objectRef<PublicCase>('PublicInspectionCase').implement({
  description: 'An inspection case, as everybody reads it who has the token of the report.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Its number.' }),
    frame: t.exposeString('frame', { description: 'What is inspected by which rules.' }),
    status: t.field({
      type: InspectionCaseStatusRef,
      description: 'How far it is.',
      resolve: ({ status }) => status,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was opened.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was closed.' }),
    continues: t.exposeString('continues', {
      nullable: true,
      description: 'The number of the case that it completes.',
    }),
    merkleRoot: t.exposeString('merkleRoot', {
      nullable: true,
      description: 'The root of the tree over its items (RFC 9162, SHA-256); null while it is open.',
    }),
    timestamp: t.field({
      type: PublicTimestampRef,
      nullable: true,
      description: 'The timestamp of its root; null while it is open.',
      resolve: (found) => (found.timestampStatus ? found : null),
    }),
    items: t.field({
      type: [PublicItemRef],
      description: 'What was seen, in its order; at most 200.',
      complexity: 10,
      resolve: ({ items }) => items,
    }),
  }),
});

const mostCases = 50;

const PublicReportRef = builder.objectRef<PublicReport>('PublicInspectionReport').implement({
  description:
    'An inspection report, as everybody reads it who has its token: metadata without files, and no ids.',
  fields: (t) => ({
    reference: t.exposeString('reference', { description: 'The name that the other system knows it by.' }),
    title: t.exposeString('title', { nullable: true, description: 'What people call it.' }),
    organizationName: t.exposeString('organizationName', { description: 'Who inspected.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    cases: t.field({
      type: [PublicCaseRef],
      description: `Its cases, the oldest first: at most ${mostCases} at once.`,
      args: {
        limit: t.arg.int({
          required: true,
          defaultValue: 20,
          description: `How many: from 1 to ${mostCases}.`,
        }),
        after: t.arg.string({
          required: false,
          description: 'The number of a case: those after it. From the first unless given.',
        }),
      },
      complexity: ({ limit }: { limit?: number | null }) => ({ field: 10, multiplier: limit ?? 20 }),
      resolve: (report, { limit, after }, { runtime }) => {
        if (limit < 1 || limit > mostCases)
          throw new MalformedInputError(`limit must be from 1 to ${mostCases}.`);
        return publicCases(runtime.database, report, { first: limit, after: after ?? null });
      },
    }),
  }),
});

/** The report that a token opens, as often as an address may ask in a minute. Throws RateLimited beyond that. */
function lookUp({ runtime, address, now }: RequestContext, token: string): Promise<PublicReport | null> {
  const wait = runtime.publicLookups.take(address, now);
  if (wait !== null) throw new RateLimited(wait, 'Too many reports were looked up from your address.');
  return publicReport(runtime.database, token, now);
}

const tokenArgument = {
  type: 'String',
  required: true,
  description: 'The token of the report.',
} as const;

builder.queryField('publicInspectionReport', (t) =>
  t.field({
    type: PublicReportRef,
    nullable: true,
    description:
      'An inspection report by its token, for everybody: no account is needed. Null for a token that is unknown, expired or revoked. How often one address may ask is limited: RATE_LIMITED beyond that.',
    skipTypeScopes: true,
    complexity: 50,
    args: { token: t.arg(tokenArgument) },
    resolve: (_root, { token }, context) => lookUp(context, token),
  }),
);

builder.queryField('inspectionReportByToken', (t) =>
  t.field({
    type: 'InspectionReport' as never,
    nullable: true,
    description:
      'An inspection report of your organization by its token. Null for a token that is unknown, expired, revoked, or another organization’s.',
    args: { token: t.arg(tokenArgument) },
    resolve: async (_root, { token }, context, info) => {
      const found = await lookUp(context, token);
      const isOurs = found?.organizationId === context.signedIn.organizationId;
      return (found && isOurs ? rowLoader(context, info, 'InspectionReport').load(found.id) : null) as never;
    },
  }),
);
