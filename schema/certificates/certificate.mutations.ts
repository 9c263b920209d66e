import { createCertificate, supersedeCertificate } from '../../src/certificates/certificate.service.ts';
import {
  type AttachAnswer,
  attachCertificate,
  detachCertificate,
} from '../../src/certificates/certificate-attachment.service.ts';
import { builder } from '../builder.ts';
import { many, mutation, one } from '../shared/mutation.ts';
import { rowField } from '../shared/row-field.ts';
import { AttachAnswerRef } from './certificate.enums.ts';

mutation(createCertificate, { certificate: one('Certificate', 'id') });
mutation(supersedeCertificate, {
  certificate: one('Certificate', 'id', 'The new certificate.'),
  superseded: one('Certificate', 'supersededId', 'The certificate that it corrects.'),
});
mutation(attachCertificate, {
  certificate: one('Certificate', 'certificateId'),
  attachedCount: {
    scalar: 'Int',
    from: 'attachedCount',
    description: 'To how many pieces it was attached that did not have it before.',
  },
});
mutation(detachCertificate, {
  certificateAttachments: many(
    'CertificateAttachment',
    'certificateAttachmentIds',
    'What was voided, in the order in which it was named; at most 250.',
  ),
});

/** What was answered for one serial, out of the lists that the outcome keeps side by side. */
interface SerialAnswer {
  readonly label: string;
  readonly answer: AttachAnswer;
  readonly message: string;
  readonly pieceId: string;
  readonly attachmentId: string;
}

const SerialAnswerRef = builder.objectRef<SerialAnswer>('AttachedSerial').implement({
  description: 'What became of one serial to which a certificate was to be attached.',
  fields: (t) => ({
    serial: t.exposeString('label', {
      description: 'The serial of the piece; what was given, where that names none.',
    }),
    answer: t.field({
      type: AttachAnswerRef,
      description: 'What became of it.',
      resolve: ({ answer }) => answer,
    }),
    message: t.exposeString('message', {
      description: 'For a person: what was done, or what is in the way.',
    }),
    piece: rowField(t, 'Piece', 'The piece; null where there is none.', ({ pieceId }) => pieceId || null, {
      nullable: true,
    }),
    attachment: rowField(
      t,
      'CertificateAttachment',
      'The attachment, where it is attached now or was already.',
      ({ attachmentId }) => attachmentId || null,
      { nullable: true },
    ),
  }),
});

interface Attached {
  readonly done: {
    readonly outcome: Readonly<
      Record<'labels' | 'answers' | 'messages' | 'pieceIds' | 'attachmentIds', readonly string[]>
    >;
  };
}

builder.objectField('AttachCertificateSuccess' as never, 'serials', (t) =>
  t.field({
    type: [SerialAnswerRef],
    description:
      'An answer for each: serials, then ids, then the pieces of the run by their serials; at most 1,000.',
    // As many as a page holds: that there can be more is paid for by who names more.
    complexity: { field: 1, multiplier: 100 },
    resolve: (success) => {
      const { labels, answers, messages, pieceIds, attachmentIds } = (success as Attached).done.outcome;
      return labels.map((label, place) => ({
        label,
        answer: answers[place] as AttachAnswer,
        message: messages[place] ?? '',
        pieceId: pieceIds[place] ?? '',
        attachmentId: attachmentIds[place] ?? '',
      }));
    },
  }),
);
