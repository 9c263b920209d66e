import type { MillCertificationStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

/**
 * What a person may do with a mill certification. The rest happens by itself: UPLOADED, SCANNED once nothing hostile was
 * found in it, PROCESSED once it was read, COMPLETED once its values are stored and checked; FAILED where it could not be
 * read, REJECTED where it is no harmless PDF.
 */
export const millCertificationStates = stateTable<
  MillCertificationStatus,
  | 'UPDATE_MILL_CERTIFICATION'
  | 'REVIEW_MILL_CERTIFICATION'
  | 'CREATE_MATERIAL_TEST_CERTIFICATE'
  | 'RETRY_MILL_CERTIFICATION'
>('MillCertification', {
  UPDATE_MILL_CERTIFICATION: { from: ['COMPLETED', 'FAILED'], to: 'COMPLETED' },
  REVIEW_MILL_CERTIFICATION: { from: ['COMPLETED'], to: 'COMPLETED' },
  CREATE_MATERIAL_TEST_CERTIFICATE: { from: ['COMPLETED'], to: 'COMPLETED' },
  RETRY_MILL_CERTIFICATION: { from: ['FAILED'], to: 'UPLOADED' },
});
