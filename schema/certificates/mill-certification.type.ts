import DataLoader from 'dataloader';
import { toEn10168 } from '../../src/certificates/en10168.ts';
import { dataOfRow, type StoredExtra } from '../../src/certificates/mill-certification.data.ts';
import { fullMillCertifications } from '../../src/certificates/mill-certification.document.ts';
import {
  csvDownload,
  pageDownload,
  scansDownload,
} from '../../src/certificates/mill-certification.downloads.ts';
import type { Finding } from '../../src/certificates/mill-certification.findings.ts';
import { millCertificationStates } from '../../src/certificates/mill-certification.state.ts';
import type { StoredReading } from '../../src/certificates/mill-certification.values.ts';
import type { RequestContext } from '../../src/context.ts';
import { downloadLink } from '../../src/files/downloads.ts';
import { builder } from '../builder.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { expiresIn, linkUntil } from '../shared/links.ts';
import { noun } from '../shared/noun.ts';
import { certificateList } from './certificate.type.ts';
import { heatList, ReadingPlaceRef } from './heat.type.ts';
import {
  InspectionDocumentTypeRef,
  MillCertificationSourceRef,
  MillCertificationStatusRef,
  ReviewStatusRef,
} from './mill-certification.enums.ts';

const ActionRef = actionsOf(millCertificationStates);

const GroupingRef = enumOf<'PAGE' | 'HEAT'>(
  'ScanGrouping',
  'How the pages of a document stand in an archive.',
  {
    PAGE: 'One PDF a page.',
    HEAT: 'A folder for each heat with the pages that tell of it, and one for pages that tell of none.',
  },
);

noun('MillCertificationPage', {
  description: "One page of a mill's document.",
  fields: (t) => ({
    millCertification: t.relation('millCertification', { description: 'The document.' }),
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    width: t.expose('width', { type: 'Decimal', description: 'Its width in points (1/72 inch).' }),
    height: t.expose('height', { type: 'Decimal', description: 'Its height in points.' }),
    isRecognized: t.exposeBoolean('isRecognized', {
      description: 'Whether its text was recognized in an image, and may have wrong letters.',
    }),
    heatNumbers: t.exposeStringList('heatNumbers', { description: 'The heats that it tells of.' }),
    fileName: t.string({
      description: 'How the PDF of this page alone is called.',
      select: { number: true, millCertification: { select: { newFileName: true, originalFileName: true } } },
      resolve: ({ number, millCertification: { newFileName, originalFileName } }) =>
        `${(newFileName ?? originalFileName ?? 'document.pdf').replace(/\.pdf$/i, '')}-${number}.pdf`,
    }),
    url: t.string({
      description:
        'A link to a PDF of this page alone, that needs no token: whoever has it can read, until it expires.',
      args: { expiresIn: t.arg(expiresIn) },
      select: { organizationId: true, id: true },
      resolve: ({ organizationId, id }, args, context) =>
        downloadLink(
          context.runtime,
          pageDownload,
          { organizationId, subjectId: id, options: {} },
          linkUntil(context, args.expiresIn),
        ),
    }),
  }),
});

noun('MaterialTestCertificate', {
  description:
    "A material test certificate that was made of a mill certification: the organization's own document, kept as it was given out.",
  fields: (t) => ({
    millCertification: t.relation('millCertification', { description: 'What it was made of.' }),
    revision: t.exposeInt('revision', { description: 'The revision of the data that it shows.' }),
    isDraft: t.exposeBoolean('isDraft', {
      description: 'Whether the data were not approved when it was made: every page says DRAFT.',
    }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of the PDF, 64 hexadecimal digits.' }),
    file: t.relation('file', { description: 'The PDF, landscape A4.' }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that had it made.' }),
  }),
});

export const materialTestCertificateList = listOf('MaterialTestCertificate', {
  plural: 'material test certificates',
  filters: {
    millCertification: byId('millCertificationId', 'MillCertification', 'By what they were made of.'),
    isDraft: byRule('True: drafts. False: of approved data. Both unless given.', (value) => ({
      isDraft: value,
    })),
    sha256: byText('sha256', 'By the hash of the PDF.'),
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were made.' } },
});

const FindingSeverityRef = enumOf<Finding['severity']>('FindingSeverity', 'How grave a finding is.', {
  ERROR: 'It cannot be right.',
  WARNING: 'It is unusual, or something is missing.',
});

const FindingNumberRef = builder.objectRef<{ name: string; value: string }>('FindingNumber').implement({
  description: 'A number that a finding is about.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is.' }),
    value: t.exposeString('value', { description: 'Its value.' }),
  }),
});

const FindingRef = builder.objectRef<Finding>('MillCertificationFinding').implement({
  description: 'Something in a mill certification that is not plausible.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The rule that found it: "chemistry.sum".' }),
    severity: t.expose('severity', { type: FindingSeverityRef, description: 'How grave it is.' }),
    message: t.exposeString('message', { description: 'What is wrong, for a person.' }),
    heatNumber: t.string({
      nullable: true,
      description: 'The heat that it is about.',
      resolve: ({ heat }) => heat ?? null,
    }),
    numbers: t.field({
      type: [FindingNumberRef],
      description: 'The numbers that it is about.',
      resolve: ({ numbers }) =>
        Object.entries(numbers).map(([name, value]) => ({ name, value: String(value) })),
    }),
  }),
});

const FieldReadingRef = builder
  .objectRef<{ field: string; reading: StoredReading }>('FieldReading')
  .implement({
    description: "Where one of the document's own fields was read.",
    fields: (t) => ({
      field: t.exposeString('field', { description: 'The field, as it is called here: "supplier".' }),
      reading: t.expose('reading', { type: ReadingPlaceRef, description: 'Where, and how surely.' }),
    }),
  });

/** The EN 10168 documents of a page of mill certifications: a bounded number of statements. */
const documents = (context: RequestContext) =>
  context.memo.once(
    'millCertification.en10168',
    () =>
      new DataLoader<string, object>(async (ids) => {
        const rows = await fullMillCertifications(context.prisma, context.signedIn.organizationId, ids);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => {
          const row = byId.get(id);
          return row ? toEn10168(dataOfRow(row), (row.en10168 as StoredExtra | null)?.imported) : {};
        });
      }),
  );

const text = (what: string) => ({ nullable: true, description: what }) as const;

noun('MillCertification', {
  description:
    "A mill's inspection document: who made and sold the material, its heats with their chemistry and mechanical properties, and whether somebody approved what was read.",
  fields: (t) => ({
    status: t.expose('status', { type: MillCertificationStatusRef, description: 'How far it is.' }),
    statusNotes: t.exposeString('statusNotes', text('Why it failed or was rejected.')),
    allowedActions: t.field({
      type: [ActionRef],
      description: 'What its status allows now. Guards may still refuse.',
      select: { status: true },
      resolve: ({ status }) => millCertificationStates.allowedActions(status),
    }),
    source: t.expose('source', {
      type: MillCertificationSourceRef,
      description: 'Where its data come from.',
    }),
    isTestRun: t.exposeBoolean('isTestRun', {
      description: 'A trial: lists do not show it unless asked, and no lot can come from its heats.',
    }),
    file: t.relation('file', { nullable: true, description: 'The PDF; null where there is none.' }),
    originalFileName: t.exposeString('originalFileName', text('How its file was called.')),
    newFileName: t.exposeString(
      'newFileName',
      text('How its file is called now that it was read: by supplier, heats and date.'),
    ),
    pageCount: t.exposeInt('pageCount', text('How many pages it has; null until it was read.')),
    hasTextLayer: t.exposeBoolean(
      'hasTextLayer',
      text('Whether all its text was there as text; false where some was recognized in images.'),
    ),
    documentType: t.expose('documentType', {
      type: InspectionDocumentTypeRef,
      nullable: true,
      description: 'The type of document by EN 10204.',
    }),
    certificateNumber: t.exposeString('certificateNumber', text("The document's own number.")),
    supplier: t.exposeString('supplier', text('Who sold the material.')),
    mill: t.exposeString('mill', text('Who made it.')),
    standard: t.exposeString('standard', text('The norms of the product.')),
    quality: t.exposeString('quality', text('The grade of the material.')),
    product: t.exposeString('product', text('What was delivered.')),
    productionProcess: t.exposeString('productionProcess', text('How it was made.')),
    deliveryCondition: t.exposeString('deliveryCondition', text('The state in which it was delivered.')),
    caresQR: t.exposeString('caresQR', text('What the QR code of the CARES scheme says.')),
    certificateDate: t.expose('certificateDate', {
      type: 'Date',
      nullable: true,
      description: 'The date of the document.',
    }),
    customerName: t.exposeString('customerName', text('The customer that it names.')),
    customerAddress: t.exposeString('customerAddress', text("The customer's address, in lines.")),
    orderNumber: t.exposeString('orderNumber', text("The customer's order.")),
    deliveryNumber: t.exposeString('deliveryNumber', text('The delivery.')),
    inspector: t.exposeString('inspector', text("The manufacturer's inspector.")),
    inspectorTwo: t.exposeString('inspectorTwo', text('The second signatory of a document 3.2.')),
    department: t.exposeString('department', text('The department of the inspector.')),
    revision: t.exposeInt('revision', { description: 'How often its data have changed, from 1.' }),
    readings: t.field({
      type: [FieldReadingRef],
      description: "Where the document's own fields were read; none for what a person entered.",
      select: { readings: true },
      resolve: ({ readings }) =>
        ((readings ?? []) as unknown as ({ field: string } & StoredReading)[]).map(
          ({ field, ...reading }) => ({
            field,
            reading,
          }),
        ),
    }),
    findings: t.field({
      type: [FindingRef],
      description: 'What is not plausible in this revision, gravest first.',
      select: { findings: true },
      resolve: ({ findings }) => findings as unknown as Finding[],
    }),
    en10168: t.field({
      type: 'JSON',
      description:
        'The document as JSON of EN 10168: what was imported or read, with the data as they are now in it.',
      select: { id: true },
      resolve: ({ id }, _args, context) => documents(context).load(id),
    }),
    reviewStatus: t.expose('reviewStatus', {
      type: ReviewStatusRef,
      nullable: true,
      description: 'What the reviewer decided about this revision; null while nobody has.',
    }),
    reviewComment: t.exposeString('reviewComment', text('What the reviewer had to say.')),
    reviewedBy: t.relation('reviewedBy', { nullable: true, description: 'The token that reviewed it.' }),
    reviewedAt: t.expose('reviewedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was reviewed.',
    }),
    lastEditedBy: t.relation('lastEditedBy', {
      nullable: true,
      description: 'The token that edited its data last; null where they are as they were read.',
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that brought it in.' }),
    pages: t.relation('pages', {
      description: 'Its pages in order, at most 300; none until it was read.',
      query: { orderBy: { number: 'asc' } },
    }),
    heats: childList(t, 'MillCertification', 'heats', heatList, 'Its heats.'),
    heatNumbers: t.stringList({
      description: 'The numbers of its heats in order.',
      select: { heats: { select: { number: true }, orderBy: { position: 'asc' } } },
      resolve: ({ heats }) => heats.flatMap(({ number }) => number ?? []),
    }),
    materialTestCertificates: childList(
      t,
      'MillCertification',
      'documents',
      materialTestCertificateList,
      'The material test certificates that were made of it.',
    ),
    certificates: childList(
      t,
      'MillCertification',
      'certificates',
      certificateList,
      'The certificates of serials that hand on its data.',
    ),
    scansUrl: t.string({
      nullable: true,
      description:
        'A link to a ZIP archive of its pages as single PDFs, that needs no token. Null until it was read.',
      args: {
        groupBy: t.arg({
          type: GroupingRef,
          required: true,
          defaultValue: 'PAGE',
          description: 'How the pages stand in the archive.',
        }),
        expiresIn: t.arg(expiresIn),
      },
      select: { organizationId: true, id: true, pagesFileId: true },
      resolve: ({ organizationId, id, pagesFileId }, args, context) =>
        pagesFileId === null
          ? null
          : downloadLink(
              context.runtime,
              scansDownload,
              { organizationId, subjectId: id, options: { groupBy: args.groupBy } },
              linkUntil(context, args.expiresIn),
            ),
    }),
    csvUrl: t.string({
      description: 'A link to its details as CSV, that needs no token.',
      args: { expiresIn: t.arg(expiresIn) },
      select: { organizationId: true, id: true },
      resolve: ({ organizationId, id }, args, context) =>
        downloadLink(
          context.runtime,
          csvDownload,
          { organizationId, subjectId: id, options: {} },
          linkUntil(context, args.expiresIn),
        ),
    }),
  }),
});

export const millCertificationList = listOf('MillCertification', {
  plural: 'mill certifications',
  filters: {
    status: byEnum('status', 'MillCertificationStatus', 'By how far they are.'),
    source: byEnum('source', 'MillCertificationSource', 'By where their data come from.'),
    documentType: byEnum('documentType', 'InspectionDocumentType', 'By type.'),
    review: byEnum('reviewStatus', 'ReviewStatus', 'By review.'),
    heat: byText('number', 'By the number of one of their heats.', (where) => ({ heats: { some: where } })),
    quality: byText('quality', 'By grade.'),
    standard: byText('standard', 'By norm.'),
    supplier: byText('supplier', 'By who sold the material.'),
    mill: byText('mill', 'By who made it.'),
    certificateNumber: byText('certificateNumber', 'By their own number.'),
    originalFileName: byText('originalFileName', 'By how their file was called.'),
    certificateDate: byInstant('certificateDate', 'By their date, as its midnight in UTC.'),
    createdAt: byInstant('createdAt', 'By when they were brought in.'),
    isTestRun: byRule('True: trials. False: others. Others unless given.', (value) => ({ isTestRun: value })),
    lot: byId('lotId', 'MaterialLot', 'Those that a lot came from.', (where) => ({
      heats: { some: { lots: { some: where } } },
    })),
  },
  search: ['certificateNumber', 'supplier', 'mill', 'quality', 'standard', 'originalFileName', 'orderNumber'],
  orders: {
    CERTIFICATE_DATE: { column: 'certificateDate', nullable: true, description: 'By their date.' },
    SUPPLIER: { column: 'supplier', nullable: true, description: 'By who sold the material.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were brought in.' },
  },
  hides: { unless: 'isTestRun', where: { isTestRun: false } },
});
