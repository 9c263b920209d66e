import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { CertificateTypeRef } from './certificate.enums.ts';
import { certificateAttachmentList } from './certificate-attachment.type.ts';

noun('Certificate', {
  description:
    'A quality document about material or about a process, attached to serials at the steps of their routing. Permanent, and never changed: a correction is another one that supersedes it.',
  fields: (t) => ({
    type: t.expose('type', { type: CertificateTypeRef, description: 'What it is about.' }),
    name: t.exposeString('name', { description: 'How people call it. Need not be unique.' }),
    kind: t.exposeString('kind', {
      nullable: true,
      description: 'What kind of document it is, as process steps demand it.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'Whatever else it says: a JSON object, as it was given.',
    }),
    sha256: t.exposeString('sha256', {
      description:
        'Hexadecimal SHA-256 of what it says, as canonical JSON (RFC 8785) of an object of `type`, `name`, `kind`, `metadata`, `expiresAt`, `fileSha256` (the `sha256` of its file) and `millCertificationId`; null where it has none of them.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ceases to be valid; null for never. A step that was done before stays certified.',
    }),
    file: t.relation('file', { nullable: true, description: 'The document, where there is one.' }),
    millCertification: t.relation('millCertification', {
      nullable: true,
      description: 'The mill certification whose data it hands on.',
    }),
    supersedes: t.relation('supersedes', {
      nullable: true,
      description: 'The certificate that it corrects.',
    }),
    supersededBy: t.relation('supersededBy', {
      nullable: true,
      description: 'The certificate that corrects it. Where it is attached, attach that one.',
    }),
    isSuperseded: t.boolean({
      description: 'Whether another corrects it: it stays attached, and does not count any more.',
      select: { supersededBy: { select: { id: true } } },
      resolve: ({ supersededBy }) => supersededBy !== null,
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that created it.' }),
    attachments: childList(
      t,
      'Certificate',
      'attachments',
      certificateAttachmentList,
      'Where it is attached, and where it was.',
    ),
  }),
});

export const certificateList = listOf('Certificate', {
  plural: 'certificates',
  filters: {
    type: byEnum('type', 'CertificateType', 'By what they are about.'),
    kind: byText('kind', 'By kind of document.'),
    name: byText('name', 'By name.'),
    sha256: byText('sha256', 'By the hash of what they say.'),
    expiresAt: byInstant('expiresAt', 'By when they cease to be valid.'),
    superseded: byRule(
      'True: those that others supersede. False: those that stand. Both unless given.',
      (superseded) => (superseded ? { supersededBy: { is: {} } } : { NOT: { supersededBy: { is: {} } } }),
    ),
    supersedes: byId('supersedesId', 'Certificate', 'By the certificate that they correct.'),
    file: byId('fileId', 'File', 'By document.'),
    millCertification: byId('millCertificationId', 'MillCertification', 'By mill certification.'),
    piece: byId('pieceId', 'Piece', 'By a piece that they are attached to.', (where) => ({
      attachments: { some: { ...where, voidedAt: null } },
    })),
    processStep: byId('processStepId', 'ProcessStep', 'By a step that they are attached at.', (where) => ({
      attachments: { some: { ...where, voidedAt: null } },
    })),
    order: byId('orderId', 'Order', 'By an order of whose pieces one has them.', (where) => ({
      attachments: { some: { voidedAt: null, piece: { is: where } } },
    })),
    createdAt: byInstant('createdAt', 'By when they were created.'),
  },
  search: ['name', 'kind'],
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when they were created.' },
    NAME: { column: 'name', description: 'By name.' },
    EXPIRES_AT: { column: 'expiresAt', nullable: true, description: 'By when they cease to be valid.' },
  },
});
