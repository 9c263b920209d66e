import DataLoader from 'dataloader';
import {
  attachmentStatuses,
  type CertificateAttachmentStatus,
} from '../../src/certificates/certificate.completeness.ts';
import type { RequestContext } from '../../src/context.ts';
import { readerOf } from '../../src/materials/genealogy.graph.ts';
import { listOf } from '../shared/connection.ts';
import { byId, byInstant, byRule } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { CertificateAttachmentStatusRef } from './certificate.enums.ts';

const statuses = (context: RequestContext) =>
  context.memo.once(
    'certificateAttachment.status',
    () =>
      new DataLoader<string, CertificateAttachmentStatus>(async (ids) => {
        const found = await attachmentStatuses(readerOf(context), ids, context.now);
        return ids.map((id) => found.get(id) ?? 'VOIDED');
      }),
  );

noun('CertificateAttachment', {
  description:
    'A certificate on one piece at one step of its routing. It is never removed: what was attached by mistake is voided, with a reason.',
  fields: (t) => ({
    certificate: t.relation('certificate', { description: 'The certificate.' }),
    piece: t.relation('piece', { description: 'The piece.' }),
    processStep: t.relation('processStep', { description: 'The step that the certificate is about.' }),
    status: t.field({
      type: CertificateAttachmentStatusRef,
      description: 'What it is worth now.',
      select: { id: true },
      resolve: ({ id }, _args, context) => statuses(context).load(id),
    }),
    attachedBy: t.relation('attachedBy', { nullable: true, description: 'The token that attached it.' }),
    voidedAt: t.expose('voidedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was taken off; null while it is attached.',
    }),
    voidedBy: t.relation('voidedBy', { nullable: true, description: 'The token that took it off.' }),
    voidReason: t.exposeString('voidReason', { nullable: true, description: 'Why it was taken off.' }),
  }),
});

export const certificateAttachmentList = listOf('CertificateAttachment', {
  plural: 'attachments of certificates',
  filters: {
    certificate: byId('certificateId', 'Certificate', 'By certificate.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    order: byId('orderId', 'Order', 'By the order of the piece.', (where) => ({ piece: { is: where } })),
    processStep: byId('processStepId', 'ProcessStep', 'By step.'),
    voided: byRule('True: what was taken off. False: what is attached. Both unless given.', (voided) => ({
      voidedAt: voided ? { not: null } : null,
    })),
    voidedAt: byInstant('voidedAt', 'By when they were taken off.'),
    createdAt: byInstant('createdAt', 'By when they were attached.'),
  },
  search: ['voidReason'],
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were attached.' } },
});
