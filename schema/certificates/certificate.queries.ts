import { queryList, queryOne } from '../shared/connection.ts';
import { certificateList } from './certificate.type.ts';
import { certificateAttachmentList } from './certificate-attachment.type.ts';

queryOne('certificate', 'Certificate', 'A certificate by its id.');
queryList('certificates', certificateList, 'The certificates of the organization.');
queryOne('certificateAttachment', 'CertificateAttachment', 'An attachment of a certificate by its id.');
queryList(
  'certificateAttachments',
  certificateAttachmentList,
  'Which certificates are attached to which pieces at which steps, and were.',
);
queryOne('certificateRequirement', 'CertificateRequirement', 'What a step demands, by its id.');
