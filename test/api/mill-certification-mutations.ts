/** The mutations of mill certifications, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeLot, makePowder } from '../support/materials.ts';
import {
  en10168,
  makeLotOfHeat,
  makeMillCertification,
  makeUnreadable,
  storeMillPdf,
} from '../support/mills.ts';
import type { MutationCase } from './mutations.ts';
import { absentId } from './support.ts';

const right = 'work' as const;
const subject = { noun: 'MillCertification', field: 'millCertificationId' } as const;
const lot = { noun: 'MaterialLot', field: 'lotId' } as const;
const reason = 'Another heat';
const ofOne = async (client: Client) => ({ millCertificationId: (await makeMillCertification(client)).id });

export const millCertificationCases: readonly MutationCase[] = [
  {
    mutation: 'uploadMillCertification',
    right,
    subject: null,
    rest: () => ({ fileId: absentId('File') }),
    input: async (client) => ({ fileId: await storeMillPdf(client) }),
  },
  {
    mutation: 'createMillCertification',
    right,
    subject: null,
    rest: () => ({}),
    input: async () => ({ document: { supplier: unique('Supplier') } }),
  },
  {
    mutation: 'importMillCertification',
    right,
    subject: null,
    rest: () => ({ document: en10168() }),
    input: async () => ({ document: en10168() }),
  },
  {
    mutation: 'updateMillCertification',
    right,
    subject,
    rest: () => ({ document: { supplier: 'Another' } }),
    input: async (client) => ({ ...(await ofOne(client)), document: { supplier: 'Another' } }),
  },
  {
    mutation: 'reviewMillCertification',
    right,
    subject,
    rest: () => ({ status: 'APPROVED' }),
    input: async (client) => ({ ...(await ofOne(client)), status: 'APPROVED' }),
  },
  {
    mutation: 'retryMillCertification',
    right,
    subject,
    rest: () => ({}),
    input: async (client) => ({ millCertificationId: await makeUnreadable(client) }),
  },
  {
    mutation: 'createMaterialTestCertificate',
    right,
    subject,
    rest: () => ({}),
    input: ofOne,
  },
  {
    mutation: 'linkMaterialLotHeats',
    right,
    subject: lot,
    rest: () => ({ heatIds: [absentId('Heat')] }),
    input: async (client) => ({
      lotId: (await makeLot(client, await makePowder(client))).id,
      heatIds: [(await makeMillCertification(client)).heatId],
    }),
  },
  {
    mutation: 'unlinkMaterialLotHeat',
    right,
    subject: lot,
    rest: () => ({ heatId: absentId('Heat'), reason }),
    input: async (client) => ({ ...(await makeLotOfHeat(client)), reason }),
  },
  {
    mutation: 'setBranding',
    right: 'administer',
    subject: null,
    rest: () => ({}),
    input: async () => ({ footer: unique('Footer') }),
  },
];
