import { act } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import { makeLot, makePowder } from './materials.ts';
import { american } from './mill-certificates.ts';
import { subscribeText } from './stream.ts';
import { storeFile } from './uploads.ts';

/** A mill certification that was entered by hand, and its heat. */
export async function makeMillCertification(client: Client): Promise<{ id: string; heatId: string }> {
  const { millCertification } = await act<{
    millCertification: { id: string; heats: { nodes: { id: string }[] } };
  }>(
    client,
    'createMillCertification',
    {
      document: { supplier: unique('Supplier'), certificateNumber: unique('C') },
      heats: [{ number: unique('H'), elements: [{ symbol: 'Cr', value: '17.1' }] }],
      properties: [{ kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: '590', unit: 'MPa' }],
    },
    'millCertification { id heats { nodes { id } } }',
  );
  const [heat] = millCertification.heats.nodes;
  if (!heat) throw new Error('It has no heat.');
  return { id: millCertification.id, heatId: heat.id };
}

/** A stored PDF of a mill that does not exist. */
export const storeMillPdf = async (client: Client): Promise<string> =>
  storeFile(client, client, (await american()).bytes as Uint8Array<ArrayBuffer>, { name: 'mill.pdf' });

/** Uploads a PDF, and waits until it was read, or could not be. */
async function uploaded(client: Client, fileId: string, expected: 'COMPLETED' | 'FAILED'): Promise<string> {
  const {
    millCertification: { id },
  } = await act<{ millCertification: { id: string } }>(
    client,
    'uploadMillCertification',
    { fileId },
    'millCertification { id }',
  );
  const events = await subscribeText(
    client,
    `subscription($id: ID, $after: Cursor) { millCertificationEvents(millCertificationId: $id, after: $after) {
       __typename ... on MillCertificationStatusChanged { to } } }`,
    { id, after: 'START' },
  );
  let ended = await events.next();
  while (!/COMPLETED|FAILED|REJECTED/.test(String(ended.to))) ended = await events.next();
  await events.close();
  if (ended.to !== expected) throw new Error(`It is ${ended.to}.`);
  return id;
}

/** A mill's PDF that was read. */
export const readMillPdf = async (client: Client): Promise<string> =>
  uploaded(client, await storeMillPdf(client), 'COMPLETED');

/** One that could not be read: its file is no PDF but for its first line. */
export async function makeUnreadable(client: Client): Promise<string> {
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(500, 'x')]) as Buffer<ArrayBuffer>;
  return uploaded(client, await storeFile(client, client, content, { name: 'broken.pdf' }), 'FAILED');
}

/** A lot that came from a heat. */
export async function makeLotOfHeat(client: Client): Promise<{ lotId: string; heatId: string }> {
  const { heatId } = await makeMillCertification(client);
  const lotId = (await makeLot(client, await makePowder(client))).id;
  await act(client, 'linkMaterialLotHeats', { lotId, heatIds: [heatId] }, '__typename');
  return { lotId, heatId };
}

/** An EN 10168 document with what must be there. */
export const en10168 = () => ({
  Certificate: {
    CommercialTransaction: {
      A01: { CompanyName: unique('Mill') },
      A02: 'Inspection certificate EN 10204 3.1',
      A03: unique('C'),
    },
    Validation: { Z02: '2026-02-11' },
  },
});
