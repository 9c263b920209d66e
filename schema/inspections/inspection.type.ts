import type { InspectionCaseStatus } from '../../prisma/generated/client/client.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { downloadLink } from '../../src/files/downloads.ts';
import { casePdf, casesOf, reportArchive } from '../../src/inspections/inspection.downloads.ts';
import {
  type InspectionReportStatus,
  inspectionCaseStates,
  inspectionReportStates,
  reportStatus,
} from '../../src/inspections/inspection.state.ts';
import { builder } from '../builder.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { type NounFields, noun } from '../shared/noun.ts';
import { inspectionItemList } from './inspection-item.type.ts';

export const InspectionCaseStatusRef = enumOf<InspectionCaseStatus>(
  'InspectionCaseStatus',
  'How far an inspection case is.',
  {
    OPEN: 'Items can be added.',
    CLOSED: 'It is evidence: nothing is added any more, and the root over its items is kept.',
  },
);
const InspectionReportStatusRef = enumOf<InspectionReportStatus>(
  'InspectionReportStatus',
  'Whether the token of an inspection report opens it.',
  {
    SHARED: 'Whoever has the token reads the metadata, until it expires.',
    REVOKED: 'The token opens nothing any more.',
  },
);
const InspectionCaseActionRef = actionsOf(inspectionCaseStates);
const InspectionReportActionRef = actionsOf(inspectionReportStates);

/** How long the links are good for, in ms. */
const linkLife = 3_600_000;

const linkNote =
  'It needs no token: whoever has it can read, for an hour. A path, to be resolved against the URL of this endpoint, unless the installation names its public URL.';

noun('InspectionCase', {
  description:
    'One inspection: what was seen, step by step. It is open, then closed for ever; what comes late is a case of its own that continues it.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Its number, unique in the organization.' }),
    frame: t.exposeString('frame', { description: 'What is inspected by which rules.' }),
    status: t.expose('status', { type: InspectionCaseStatusRef, description: 'How far it is.' }),
    allowedActions: t.field({
      type: [InspectionCaseActionRef],
      description: 'What its state allows now. Guards may still refuse.',
      select: { status: true },
      resolve: ({ status }) => inspectionCaseStates.allowedActions(status),
    }),
    report: t.relation('report', { description: 'The report that it belongs to.' }),
    piece: t.relation('piece', { nullable: true, description: 'The piece that is inspected.' }),
    continues: t.relation('continues', {
      nullable: true,
      description: 'The closed case that this one completes.',
    }),
    continuedBy: childList(
      t,
      'InspectionCase',
      'continuedBy',
      inspectionCaseList,
      'The cases that complete it.',
    ),
    items: childList(t, 'InspectionCase', 'items', inspectionItemList, 'What was seen. Order by POSITION.'),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed; null while it is open.',
    }),
    merkleRoot: t.exposeString('merkleRoot', {
      nullable: true,
      description:
        'The root of the Merkle tree over its items in their order (RFC 9162, SHA-256), 64 hexadecimal digits; null while it is open.',
    }),
    timestamp: t.relation('timestamp', {
      nullable: true,
      description: 'The timestamp of its root; null while it is open.',
    }),
    document: t.relation('document', {
      nullable: true,
      description: 'Its PDF; null until it is made, some moments after it was closed.',
    }),
    bundle: t.relation('bundle', {
      nullable: true,
      description:
        'An archive with all of it and the program that verifies it offline; null until it is made. Keep it as it is: unpacked and packed again it does not verify.',
    }),
    pdfUrl: t.string({
      description: `A link to its PDF; of one that is not closed, as it is when the link is followed. ${linkNote}`,
      select: { organizationId: true, id: true },
      resolve: ({ organizationId, id }, _args, { runtime, now }) =>
        downloadLink(
          runtime,
          casePdf,
          { organizationId, subjectId: id, options: {} },
          new Date(now.getTime() + linkLife),
        ),
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that opened it.' }),
  }),
});

export const inspectionCaseList = listOf('InspectionCase', {
  plural: 'inspection cases',
  filters: {
    inspectionReport: byId('reportId', 'InspectionReport', 'By report.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    continues: byId('continuesId', 'InspectionCase', 'By the case that they complete.'),
    status: byEnum('status', 'InspectionCaseStatus', 'By status.'),
    number: byText('number', 'By number.'),
    frame: byText('frame', 'By what is inspected by which rules.'),
    closedAt: byInstant('closedAt', 'By when they were closed.'),
    createdAt: byInstant('createdAt', 'By when they were opened.'),
  },
  search: ['number', 'frame'],
  orders: {
    NUMBER: { column: 'number', description: 'By number.' },
    CLOSED_AT: { column: 'closedAt', nullable: true, description: 'By when they were closed.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were opened.' },
  },
});

interface CaseLink {
  readonly number: string;
  readonly url: string;
}

const InspectionCaseLinkRef = builder.objectRef<CaseLink>('InspectionCaseLink').implement({
  description: 'Where the PDF of an inspection case is.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'The number of the case.' }),
    url: t.exposeString('url', { description: `A link to its PDF. ${linkNote}` }),
  }),
});

/** The instant so many hours ago; null for all time. Throws MalformedInputError unless it is a number above 0. */
function sinceHours(hours: number | null | undefined, now: Date): Date | null {
  if (hours === null || hours === undefined) return null;
  if (!(hours > 0) || hours > 1_000_000)
    throw new MalformedInputError('hours must be above 0 and at most 1000000.');
  return new Date(now.getTime() - hours * 3_600_000);
}

const hoursArgument = {
  hours: {
    type: 'Float',
    required: false,
    description: 'Only cases that were opened in the last so many hours: above 0. All unless given.',
  },
} as const;

noun('InspectionReport', {
  description:
    'What ties inspection cases to something outside, such as a record of another system, and shows them to whoever has its token.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      description: 'The name that the other system knows it by; unique in the organization.',
    }),
    title: t.exposeString('title', { nullable: true, description: 'What people call it.' }),
    status: t.field({
      type: InspectionReportStatusRef,
      description: 'Whether its token opens it.',
      select: { revokedAt: true },
      resolve: reportStatus,
    }),
    allowedActions: t.field({
      type: [InspectionReportActionRef],
      description: 'What its state allows now.',
      select: { revokedAt: true },
      resolve: (report) => inspectionReportStates.allowedActions(reportStatus(report)),
    }),
    token: t.string({
      nullable: true,
      authScopes: { right: 'work' },
      description:
        'The token that opens it for everybody, by `publicInspectionReport`; null once it is revoked. For those who may work in the shop.',
      select: { organizationId: true, sealedToken: true, revokedAt: true },
      resolve: ({ organizationId, sealedToken, revokedAt }, _args, { runtime }) =>
        revokedAt ? null : runtime.secrets.open(organizationId, sealedToken),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when its token opens it; null for ever.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its token was revoked; null while it is shared.',
    }),
    order: t.relation('order', { nullable: true, description: 'The order that it is about.' }),
    cases: childList(t, 'InspectionReport', 'cases', inspectionCaseList, 'Its cases.'),
    archiveUrl: t.string({
      description: `A link to a ZIP archive of the PDFs of its cases; of more than a thousand the newest. A case that is open is marked so. ${linkNote}`,
      args: { hours: t.arg(hoursArgument.hours) },
      select: { organizationId: true, id: true },
      resolve: ({ organizationId, id }, { hours }, { runtime, now }) => {
        const since = sinceHours(hours, now);
        const options: Record<string, string> = since ? { since: since.toISOString() } : {};
        const until = new Date(now.getTime() + linkLife);
        return downloadLink(runtime, reportArchive, { organizationId, subjectId: id, options }, until);
      },
    }),
    caseLinks: t.field({
      type: [InspectionCaseLinkRef],
      description: 'Links to the PDFs of its cases, the oldest first; of more than a thousand the newest.',
      args: { hours: t.arg(hoursArgument.hours) },
      select: { organizationId: true, id: true },
      complexity: 1_000,
      resolve: async ({ organizationId, id }, { hours }, { runtime, now }) => {
        const cases = await casesOf(runtime, organizationId, id, sinceHours(hours, now));
        const until = new Date(now.getTime() + linkLife);
        return cases.map(({ id: subjectId, number }) => ({
          number,
          url: downloadLink(runtime, casePdf, { organizationId, subjectId, options: {} }, until),
        }));
      },
    }),
  }),
});

export const inspectionReportList = listOf('InspectionReport', {
  plural: 'inspection reports',
  filters: {
    reference: byText('reference', 'By reference.'),
    title: byText('title', 'By title.'),
    order: byId('orderId', 'Order', 'By order.'),
    revoked: byRule(
      'True: those whose token was revoked. False: the others. Both unless given.',
      (revoked) => ({
        revokedAt: revoked ? { not: null } : null,
      }),
    ),
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  search: ['reference', 'title'],
  orders: {
    REFERENCE: { column: 'reference', description: 'By reference.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
  },
});

builder.prismaObjectFields('Piece', (t) => ({
  inspectionCases: childList(
    t as unknown as NounFields<'Piece'>,
    'Piece',
    'inspectionCases',
    inspectionCaseList,
    'The inspections of it.',
  ),
}));
builder.prismaObjectFields('Order', (t) => ({
  inspectionReports: childList(
    t as unknown as NounFields<'Order'>,
    'Order',
    'inspectionReports',
    inspectionReportList,
    'The inspection reports about it.',
  ),
}));
