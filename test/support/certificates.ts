import { act, create } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import { makeShop, type Shop } from './factories.ts';

/** A certificate that a step demands. */
export interface Demand {
  type: 'MATERIAL' | 'PROCESS';
  kind?: string;
}

/** A shop whose pieces are printed and shipped. */
export interface CertifiedShop extends Shop {
  /** The steps of the workflow, in their order. */
  stepIds: string[];
}

/** A shop whose steps demand certificates: printing, and then shipping. */
export async function makeCertifiedShop(
  client: Client,
  demands: { print?: Demand[]; ship?: Demand[] } = {},
): Promise<CertifiedShop> {
  const shop = await makeShop(client);
  const { workflow } = await act<{ workflow: { id: string; processSteps: { id: string }[] } }>(
    client,
    'createWorkflow',
    {
      name: unique('Certified'),
      steps: [
        { name: 'Print', workstationTypeId: shop.printerTypeId, requiredCertificates: demands.print ?? [] },
        { name: 'Ship', workstationTypeId: shop.shippingTypeId, requiredCertificates: demands.ship ?? [] },
      ],
    },
    'workflow { id processSteps { id } }',
  );
  return { ...shop, workflowId: workflow.id, stepIds: workflow.processSteps.map(({ id }) => id) };
}

/** A certificate: a record of a process unless told otherwise. */
export const makeCertificate = (client: Client, more: object = {}): Promise<string> =>
  create(client, 'Certificate', { type: 'PROCESS', name: unique('Record'), ...more });

/** Attaches a certificate to these pieces at a step; answers what each got. */
export async function attach(
  client: Client,
  certificateId: string,
  processStepId: string | undefined,
  pieceIds: readonly string[],
): Promise<{ answer: string; attachment: { id: string } | null }[]> {
  const { serials } = await act<{ serials: { answer: string; attachment: { id: string } | null }[] }>(
    client,
    'attachCertificate',
    { certificateId, processStepId, pieceIds },
    'serials { answer attachment { id } }',
  );
  return serials;
}
