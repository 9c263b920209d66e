import type * as prisma from '../../prisma/generated/client/client.ts';
import type {
  CertificateAttachmentStatus,
  RequiredCertificateStatus,
} from '../../src/certificates/certificate.completeness.ts';
import type { AttachAnswer } from '../../src/certificates/certificate-attachment.service.ts';
import { enumOf } from '../shared/enums.ts';

export const CertificateTypeRef = enumOf<prisma.CertificateType>(
  'CertificateType',
  'What a certificate is about.',
  {
    MATERIAL: 'Material: a mill test report, a certificate of conformance.',
    PROCESS: 'A process: a heat treatment record, a calibration certificate.',
  },
);

export const CertificateAttachmentStatusRef = enumOf<CertificateAttachmentStatus>(
  'CertificateAttachmentStatus',
  'What an attached certificate is worth.',
  {
    VALID: 'It counts.',
    EXPIRED:
      'It had expired when the step was done on the piece, or has expired while the step is not done: it does not count.',
    SUPERSEDED: 'Another certificate supersedes it: it does not count. Attach that one.',
    VOIDED: 'It was taken off the piece, with a reason.',
  },
);

export const RequiredCertificateStatusRef = enumOf<RequiredCertificateStatus>(
  'RequiredCertificateStatus',
  'How a piece stands with a certificate that a step of its routing demands.',
  {
    PRESENT: 'A certificate that meets the demand is attached, and counts.',
    MISSING: 'The piece has reached the step, and none is attached.',
    EXPIRED: 'The one that is attached had expired when the step was done, or has while it is not.',
    SUPERSEDED: 'The one that is attached is superseded, and what supersedes it is not attached.',
    NOT_YET_DUE: 'The piece has not reached the step.',
  },
);

export const AttachAnswerRef = enumOf<AttachAnswer>('AttachAnswer', 'What became of one serial.', {
  ATTACHED: 'The certificate was attached to it.',
  ALREADY: 'It was attached to it at that step already, or the serial was named twice.',
  UNKNOWN_SERIAL: 'No piece of that serial or id is visible to you.',
  STEP_NOT_IN_ROUTING: 'The step is not one of those by which the piece is made.',
  STEP_NOT_REACHED: 'The piece has not completed the steps before.',
  HOLD: 'An open hold reaches the piece.',
  EXPIRED: 'The certificate had expired when the step was done on the piece, or has while it is not.',
});
