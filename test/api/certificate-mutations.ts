/** The mutations of certificates, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import { attach, makeCertificate, makeCertifiedShop } from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { makeOrder } from '../support/factories.ts';
import type { MutationCase } from './mutations.ts';
import { absentId } from './support.ts';

const right = 'work' as const;
const subject = { noun: 'Certificate', field: 'certificateId' } as const;
const certificate = () => ({ type: 'PROCESS', name: unique('Record') });
const reason = 'The wrong charge';

async function attachable(client: Client) {
  const shop = await makeCertifiedShop(client);
  const { pieces } = await makeOrder(client, shop, { quantity: 1 });
  return {
    certificateId: await makeCertificate(client),
    processStepId: shop.stepIds[0] as string,
    pieceIds: pieces.map(({ id }) => id),
  };
}

export const certificateCases: readonly MutationCase[] = [
  {
    mutation: 'createCertificate',
    right,
    subject: null,
    rest: certificate,
    input: async () => certificate(),
  },
  {
    mutation: 'supersedeCertificate',
    right,
    subject,
    rest: () => ({ ...certificate(), reason }),
    input: async (client) => ({
      certificateId: await makeCertificate(client),
      ...certificate(),
      reason,
    }),
  },
  {
    mutation: 'attachCertificate',
    right,
    subject,
    rest: () => ({ processStepId: absentId('ProcessStep'), pieceIds: [absentId('Piece')] }),
    input: attachable,
  },
  {
    mutation: 'detachCertificate',
    right,
    subject: null,
    rest: () => ({ certificateAttachmentIds: [absentId('CertificateAttachment')], reason }),
    input: async (client) => {
      const { certificateId, processStepId, pieceIds } = await attachable(client);
      const attached = await attach(client, certificateId, processStepId, pieceIds);
      return { certificateAttachmentIds: attached.map(({ attachment }) => attachment?.id), reason };
    },
  },
];
