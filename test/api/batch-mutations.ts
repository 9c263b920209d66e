/** The mutations of batches, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { batchOf, kg, makeBatch, makeLot, makePowder, makePrinting } from '../support/materials.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, act } from './support.ts';

const subject = (noun: Noun, field: string) => ({ noun, field });
const right = 'work' as const;
const onBatch = subject('MaterialBatch', 'batchId');

async function batch(client: Client, count = 1) {
  const powder = await makePowder(client);
  const lot = await makeLot(client, powder);
  return { powder, lot, batchId: await makeBatch(client, lot, count) };
}
/** A batch of which 4 of 10 kg are in the printer. */
async function loaded(client: Client) {
  const made = await batch(client);
  const workstationId = made.powder.printerId;
  await act(client, 'loadBatch', { batchId: made.batchId, workstationId, quantity: kg(4) }, '__typename');
  return { ...made, workstationId };
}
/** A module that holds a batch, docked at the printer. */
async function module(client: Client) {
  const { powder, batchId } = await batch(client);
  const { container } = await act<{ container: { id: string } }>(
    client,
    'createMaterialContainer',
    { name: unique('Dose'), type: 'DOSE', locationId: powder.locationId },
    'container { id }',
  );
  const containerId = container.id;
  await act(client, 'loadContainer', { containerId, batchId, quantity: kg(6) }, '__typename');
  await act(client, 'dockContainer', { containerId, workstationId: powder.printerId }, '__typename');
  return { workstationId: powder.printerId, modules: [{ containerId }] };
}

const simple = (mutation: string, rest: () => Record<string, unknown>): MutationCase => ({
  mutation,
  right,
  subject: onBatch,
  rest,
  input: async (client) => ({ batchId: (await batch(client)).batchId, ...rest() }),
});

export const batchCases: MutationCase[] = [
  {
    mutation: 'createInitialBatch',
    right,
    subject: null,
    rest: () => ({ containerIds: [absentId('MaterialContainer')] }),
    input: async (client) => ({
      containerIds: (await makeLot(client, await makePowder(client))).containerIds.slice(0, 1),
    }),
  },
  {
    mutation: 'addContainerToBatch',
    right,
    subject: onBatch,
    rest: async (client) => ({
      containerIds: (await makeLot(client, await makePowder(client))).containerIds.slice(0, 1),
    }),
    input: async (client) => {
      const { lot, batchId } = await batch(client);
      return { batchId, containerIds: lot.containerIds.slice(0, 1) };
    },
  },
  {
    mutation: 'blendBatches',
    right,
    subject: null,
    rest: () => ({
      sources: [{ batchId: absentId('MaterialBatch') }, { batchId: absentId('MaterialBatch') }],
    }),
    input: async (client) => {
      const { lot, batchId } = await batch(client);
      return { sources: [{ batchId }, { batchId: await makeBatch(client, lot, 1) }] };
    },
  },
  {
    mutation: 'containerizeBatch',
    right,
    subject: onBatch,
    rest: () => ({ containers: [{ quantity: kg(1) }] }),
    input: async (client) => {
      const { batchId } = await batch(client);
      const { newBatch } = await act<{ newBatch: { id: string } }>(
        client,
        'splitBatch',
        { batchId, quantity: kg(5) },
        'newBatch { id }',
      );
      return { batchId: newBatch.id, containers: [{ quantity: kg(1) }] };
    },
  },
  simple('splitBatch', () => ({ quantity: kg(1) })),
  simple('sieveBatch', () => ({ quantity: kg(9) })),
  simple('scrapBatch', () => ({ reason: 'Spilt.' })),
  simple('returnBatch', () => ({ reason: 'Too coarse.' })),
  simple('adjustBatch', () => ({ quantity: kg(9), reason: 'Counted.' })),
  simple('sampleBatch', () => ({ name: unique('Sample') })),
  simple('updateMaterialBatch', () => ({ notes: unique('Note') })),
  {
    mutation: 'relocateBatch',
    right,
    subject: onBatch,
    rest: async (client) => ({ subLocationId: (await makePowder(client)).subLocationId }),
    input: async (client) => {
      const { powder, batchId } = await batch(client);
      return { batchId, subLocationId: powder.subLocationId };
    },
  },
  {
    mutation: 'dockBatch',
    right,
    subject: onBatch,
    rest: async (client) => ({ workstationId: (await makePowder(client)).printerId }),
    input: async (client) => {
      const { powder, batchId } = await batch(client);
      return { batchId, workstationId: powder.printerId };
    },
  },
  {
    mutation: 'undockBatch',
    right,
    subject: onBatch,
    rest: () => ({}),
    input: async (client) => {
      const { powder, batchId } = await batch(client);
      await act(client, 'dockBatch', { batchId, workstationId: powder.printerId }, '__typename');
      return { batchId };
    },
  },
  {
    mutation: 'loadBatch',
    right,
    subject: onBatch,
    rest: async (client) => ({ workstationId: (await makePowder(client)).printerId }),
    input: async (client) => {
      const { powder, batchId } = await batch(client);
      return { batchId, workstationId: powder.printerId };
    },
  },
  {
    mutation: 'topOffMachine',
    right,
    subject: onBatch,
    rest: async (client) => ({ workstationId: (await makePowder(client)).printerId }),
    input: async (client) => {
      const { workstationId, lot } = await loaded(client);
      return { batchId: await makeBatch(client, lot, 1), workstationId };
    },
  },
  {
    mutation: 'consumeBatch',
    right,
    subject: subject('Run', 'runId'),
    rest: () => ({ otherwise: kg(1) }),
    input: async (client) => {
      const { powder } = await loaded(client);
      return { runId: (await makePrinting(client, powder)).runId, otherwise: kg(1) };
    },
  },
  {
    mutation: 'unloadChamber',
    right,
    subject: subject('Workstation', 'workstationId'),
    rest: () => ({}),
    input: async (client) => ({ workstationId: (await loaded(client)).workstationId, quantity: kg(1) }),
  },
  {
    mutation: 'unloadHopper',
    right,
    subject: subject('Workstation', 'workstationId'),
    rest: () => ({}),
    input: async (client) => ({ workstationId: (await loaded(client)).workstationId, quantity: kg(1) }),
  },
  {
    mutation: 'deferModularBuild',
    right,
    subject: null,
    rest: () => ({
      workstationId: absentId('Workstation'),
      modules: [{ containerId: absentId('MaterialContainer') }],
    }),
    input: module,
  },
  {
    mutation: 'reconcileModularBuild',
    right,
    subject: subject('MaterialTransaction', 'transactionId'),
    rest: () => ({ quantity: kg(1) }),
    input: async (client) => {
      const { transactions } = await act<{ transactions: { id: string }[] }>(
        client,
        'deferModularBuild',
        await module(client),
        'transactions { id }',
      );
      return { transactionId: transactions[0]?.id, quantity: kg(1) };
    },
  },
  {
    mutation: 'reverseMaterialAction',
    right,
    subject: subject('MaterialAction', 'actionId'),
    rest: () => ({ reason: 'A mistake.' }),
    input: async (client) => {
      const { batchId } = await batch(client);
      await act(client, 'scrapBatch', { batchId, quantity: kg(1), reason: 'Spilt.' }, '__typename');
      return { actionId: (await batchOf(client, batchId)).lastAction?.id, reason: 'A mistake.' };
    },
  },
];
