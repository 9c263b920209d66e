/** The mutations of holds, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeShop } from '../support/factories.ts';
import { kg, makeBatch, makeLot, makePowder } from '../support/materials.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, act, create } from './support.ts';

const subject = (noun: Noun, field: string) => ({ noun, field });
const right = 'work' as const;
const reason = 'Oil on the lid';

async function piece(client: Client): Promise<string> {
  const order = await makeOrder(client, await makeShop(client), { quantity: 1 });
  return order.pieces[0]?.id as string;
}

/** A hold on a piece, open. */
async function hold(client: Client): Promise<{ holdId: string; pieceId: string }> {
  const pieceId = await piece(client);
  const placed = await act<{ hold: { id: string } }>(client, 'placeHold', { pieceId, reason }, 'hold { id }');
  return { holdId: placed.hold.id, pieceId };
}

/** A hold that a failed test proposed. */
async function proposed(client: Client): Promise<{ holdId: string }> {
  const powder = await makePowder(client);
  const batchId = await makeBatch(client, await makeLot(client, powder), 1);
  const { sample } = await act<{ sample: { id: string } }>(
    client,
    'sampleBatch',
    { batchId, name: unique('Sample'), quantity: kg('0.1') },
    'sample { id }',
  );
  const operationId = await create(client, 'MaterialTestOperation', { name: unique('Density') });
  const instruction = { name: 'Density', unit: 'g/cm3', upperLimit: '5', operationId };
  const instructionId = await create(client, 'MaterialTestInstruction', instruction);
  const panel = { name: unique('Panel'), sampleId: sample.id, operationIds: [operationId] };
  const panelId = await create(client, 'MaterialTestPanel', panel);
  await act(client, 'recordMaterialTest', { panelId, instructionId, value: '6' }, '__typename');
  const answer = await client.sendText(
    '{ holds(filter: { status: { equals: PROPOSED } }) { nodes { id } } }',
  );
  return { holdId: (answer.data().holds as { nodes: { id: string }[] }).nodes[0]?.id as string };
}

export const holdCases: readonly MutationCase[] = [
  {
    mutation: 'placeHold',
    right,
    subject: null,
    rest: () => ({ pieceId: absentId('Piece'), reason }),
    input: async (client) => ({ pieceId: await piece(client), reason }),
  },
  {
    mutation: 'confirmHold',
    right,
    subject: subject('Hold', 'holdId'),
    rest: () => ({}),
    input: proposed,
  },
  {
    mutation: 'dismissHold',
    right,
    subject: subject('Hold', 'holdId'),
    rest: () => ({ note: 'Measured again' }),
    input: async (client) => ({ ...(await proposed(client)), note: 'Measured again' }),
  },
  {
    mutation: 'addHoldDisposition',
    right,
    subject: subject('Hold', 'holdId'),
    rest: () => ({ pieceId: absentId('Piece'), decision: 'SCRAP' }),
    input: async (client) => ({ ...(await hold(client)), decision: 'SCRAP' }),
  },
  {
    mutation: 'approveHoldDisposition',
    right,
    subject: subject('HoldDisposition', 'holdDispositionId'),
    rest: () => ({}),
    input: async (client) => {
      // Decided by another person than the one who approves.
      const { token } = await act<{ token: string }>(
        client,
        'createApiToken',
        { name: 'Inspector', role: 'OPERATOR' },
        'token',
      );
      const { holdDisposition } = await act<{ holdDisposition: { id: string } }>(
        client.as(token),
        'addHoldDisposition',
        { ...(await hold(client)), decision: 'USE_AS_IS' },
        'holdDisposition { id }',
      );
      return { holdDispositionId: holdDisposition.id };
    },
  },
  {
    mutation: 'releaseHold',
    right,
    subject: subject('Hold', 'holdId'),
    rest: () => ({}),
    input: async (client) => {
      const { holdId, pieceId } = await hold(client);
      await act(client, 'addHoldDisposition', { holdId, pieceId, decision: 'SCRAP' }, '__typename');
      return { holdId };
    },
  },
];
