/** The certificates of pieces, operations and orders, and which of those that are demanded they have. */
import DataLoader from 'dataloader';
import {
  countRequiredCertificates,
  type RequiredCertificate,
  type RequiredCertificateCount,
  type RequiredCertificateStatus,
  requiredCertificates,
} from '../../src/certificates/certificate.completeness.ts';
import type { RequestContext } from '../../src/context.ts';
import { readerOf } from '../../src/materials/genealogy.graph.ts';
import { builder } from '../builder.ts';
import { pieceList } from '../production/piece.type.ts';
import { belongingList, childList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';
import { RequiredCertificateStatusRef } from './certificate.enums.ts';
import { certificateList } from './certificate.type.ts';
import { certificateAttachmentList } from './certificate-attachment.type.ts';

/** That a certificate `t` is attached to what a condition on its attachments `a` says. */
const attachedWhere = (condition: string, organization: string) =>
  `EXISTS (SELECT 1 FROM "CertificateAttachment" a WHERE a."organizationId" = ${organization}
     AND a."certificateId" = t.id AND a."voidedAt" IS NULL AND ${condition})`;

const RequiredCertificateRef = builder.objectRef<RequiredCertificate>('RequiredCertificate').implement({
  description: 'How one piece stands with one certificate that a step of its routing demands.',
  fields: (t) => ({
    requirement: rowField(
      t,
      'CertificateRequirement',
      'What is demanded.',
      ({ requirementId }) => requirementId,
    ),
    processStep: rowField(
      t,
      'ProcessStep',
      'The step that demands it.',
      ({ processStepId }) => processStepId,
    ),
    status: t.field({
      type: RequiredCertificateStatusRef,
      description: 'How it stands now.',
      resolve: ({ status }) => status,
    }),
    attachment: rowField(
      t,
      'CertificateAttachment',
      'The attachment that makes it so: of several that meet the demand the one that counts, and the latest. Null where there is none.',
      ({ attachmentId }) => attachmentId,
      { nullable: true },
    ),
  }),
});

const required = (context: RequestContext) =>
  context.memo.once(
    'piece.requiredCertificates',
    () =>
      new DataLoader<string, RequiredCertificate[]>(async (ids) => {
        const found = new Map<string, RequiredCertificate[]>(ids.map((id) => [id, []]));
        for (const cell of await requiredCertificates(readerOf(context), ids, context.now))
          found.get(cell.pieceId)?.push(cell);
        return ids.map((id) => found.get(id) ?? []);
      }),
  );

builder.prismaObjectFields('Piece', (t) => {
  const fields = t as unknown as NounFields<'Piece'>;
  return {
    certificates: belongingList(
      fields,
      certificateList,
      (piece, organization) => attachedWhere(`a."pieceId" = ${piece}`, organization),
      'The certificates that are attached to it, at whatever step. Superseded ones are among them.',
    ),
    certificateAttachments: childList(
      fields,
      'Piece',
      'certificateAttachments',
      certificateAttachmentList,
      'Which certificates are attached to it at which steps, and were.',
    ),
    requiredCertificates: t.field({
      type: [RequiredCertificateRef],
      description:
        'Every certificate that a step of its routing demands, in the order of the steps, and whether it has it: a row of the matrix of its order. Nothing for a piece that is given up or cancelled.',
      select: { id: true },
      resolve: ({ id }, _args, context) => required(context).load(id),
    }),
  };
});

builder.prismaObjectFields('Operation', (t) => ({
  certificates: belongingList(
    t as unknown as NounFields<'Operation'>,
    certificateList,
    (operation, organization) =>
      attachedWhere(
        `(a."pieceId", a."processStepId") = (SELECT o."pieceId", o."processStepId" FROM "Operation" o
           WHERE o."organizationId" = ${organization} AND o.id = ${operation})`,
        organization,
      ),
    'The certificates that are attached to its piece at its step, the same for all attempts.',
  ),
}));

const RequiredCertificateCountRef = builder
  .objectRef<RequiredCertificateCount>('RequiredCertificateCount')
  .implement({
    description: 'How many of the certificates that an order needs have one status.',
    fields: (t) => ({
      status: t.field({
        type: RequiredCertificateStatusRef,
        description: 'The status.',
        resolve: ({ status }) => status,
      }),
      count: t.exposeInt('count', { description: 'How many there are, over all its pieces; never 0.' }),
    }),
  });

/** The matrix of an order: its uuid is what the list of its pieces goes by. */
interface Completeness {
  readonly id: string;
}

const counts = (context: RequestContext) =>
  context.memo.once(
    'order.requiredCertificates',
    () =>
      new DataLoader<string, RequiredCertificateCount[]>(async (ids) => {
        const found = await countRequiredCertificates(readerOf(context), ids, context.now);
        return ids.map((id) => found.filter(({ orderId }) => orderId === id));
      }),
  );

const statusOrder: readonly RequiredCertificateStatus[] = [
  'PRESENT',
  'MISSING',
  'EXPIRED',
  'SUPERSEDED',
  'NOT_YET_DUE',
];

const CompletenessRef = builder.objectRef<Completeness>('CertificateCompleteness').implement({
  description:
    'Which certificates the pieces of an order need, and which of them they have: pieces by demanded certificates. Pieces that are given up or cancelled are left out.',
  fields: (t) => ({
    isComplete: t.boolean({
      description: 'Whether every certificate that is demanded of a piece is PRESENT, of later steps too.',
      resolve: async ({ id }, _args, context) =>
        (await counts(context).load(id)).every(({ status }) => status === 'PRESENT'),
    }),
    counts: t.field({
      type: [RequiredCertificateCountRef],
      description: 'How many certificates have each status; statuses that none has are left out.',
      resolve: async ({ id }, _args, context) => {
        const found = await counts(context).load(id);
        return statusOrder.flatMap((status) => found.filter((each) => each.status === status));
      },
    }),
    pieces: belongingList(
      t as unknown as NounFields<'Order'>,
      pieceList,
      (order, organization) =>
        `t."orderId" = ${order} AND t.status NOT IN ('INCOMPLETE', 'CANCELLED') AND EXISTS (
           SELECT 1 FROM "ProcessStep" s JOIN "CertificateRequirement" r
             ON r."organizationId" = s."organizationId" AND r."processStepId" = s.id
           WHERE s."organizationId" = ${organization} AND s."workflowId" = t."workflowId")`,
      'The rows: the pieces of which certificates are demanded. The cells are their `requiredCertificates`.',
    ),
  }),
});

builder.prismaObjectField('Order', 'certificateCompleteness', (t) =>
  t.field({
    type: CompletenessRef,
    description: 'Which certificates its pieces need, and which of them they have.',
    resolve: ({ id }) => ({ id }),
  }),
);
