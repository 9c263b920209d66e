/** The mutations of lots, containers and stocks, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { kg, makeBatch, makeLot, makePowder } from '../support/materials.ts';
import {
  makeContainer,
  makeFilledContainer,
  makeLooseBatch,
  makeOrderedLot,
  makeReceivedLot,
  makeStock,
} from '../support/stores.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, act } from './support.ts';

type Input = Record<string, unknown>;
const right = 'work' as const;

const on =
  (noun: Noun, field: string) =>
  (
    mutation: string,
    input: (client: Client) => Promise<Input>,
    rest: MutationCase['rest'] = () => ({}),
  ): MutationCase => ({ mutation, right, subject: { noun, field }, rest, input });
const onLot = on('MaterialLot', 'lotId');
const onContainer = on('MaterialContainer', 'containerId');
const onStock = on('Stock', 'stockId');

const ordered = async (client: Client) => (await makeOrderedLot(client, await makePowder(client))).id;
const received = async (client: Client) => (await makeReceivedLot(client, await makePowder(client))).id;
const empty = async (client: Client) => makeContainer(client, await makePowder(client));
const two = { containers: { count: 2, size: kg(5) } };
const place = async (client: Client) => {
  const { locationId, subLocationId } = await makePowder(client);
  return { locationId, subLocationId };
};
const printer = async (client: Client) => ({ workstationId: (await makePowder(client)).printerId });

const lots: MutationCase[] = [
  {
    mutation: 'createMaterialLot',
    right,
    subject: null,
    rest: () => ({ name: 'Lot', materialId: absentId('Material'), locationId: absentId('Location') }),
    input: async (client) => {
      const { materialId, locationId } = await makePowder(client);
      return { name: unique('Lot'), materialId, locationId, ...two };
    },
  },
  onLot('updateMaterialLot', async (client) => ({ lotId: await ordered(client), notes: unique('Note') })),
  onLot(
    'receiveMaterialLot',
    async (client) => ({ lotId: await ordered(client), notes: 'All well.' }),
    () => ({ notes: 'All well.' }),
  ),
  onLot(
    'addLotContainers',
    async (client) => ({ lotId: await received(client), ...two }),
    () => two,
  ),
  onLot(
    'editLotContainers',
    async (client) => {
      const lot = await makeReceivedLot(client, await makePowder(client));
      const containers = [{ containerId: lot.containerIds[0], quantity: kg(9) }];
      return { lotId: lot.id, containers, reason: 'Weighed.' };
    },
    () => ({
      containers: [{ containerId: absentId('MaterialContainer'), quantity: kg(9) }],
      reason: 'Weighed.',
    }),
  ),
  onLot(
    'removeLotContainers',
    async (client) => {
      const lot = await makeReceivedLot(client, await makePowder(client));
      return { lotId: lot.id, containerIds: lot.containerIds.slice(0, 1), reason: 'Never came.' };
    },
    () => ({ containerIds: [absentId('MaterialContainer')], reason: 'Never came.' }),
  ),
  onLot('storeMaterialLot', async (client) => ({ lotId: await received(client) })),
  onLot('testMaterialLot', async (client) => ({ lotId: await received(client) })),
  onLot('releaseMaterialLot', async (client) => ({ lotId: await received(client) })),
  onLot(
    'returnMaterialLot',
    async (client) => ({ lotId: await received(client), reason: 'Moist.' }),
    () => ({ reason: 'Moist.' }),
  ),
  onLot(
    'scrapMaterialLot',
    async (client) => ({ lotId: await received(client), reason: 'Moist.' }),
    () => ({ reason: 'Moist.' }),
  ),
];

const filled = async (client: Client) => (await makeFilledContainer(client)).containerId;
const batch = async (client: Client) => {
  const powder = await makePowder(client);
  const containerId = await makeContainer(client, powder);
  return { containerId, batchId: await makeLooseBatch(client, await makeLot(client, powder)) };
};
const both = async (client: Client) => {
  const { containerId, powder } = await makeFilledContainer(client);
  return { containerId, toContainerId: await makeContainer(client, powder) };
};
const docked = async (client: Client) => {
  const powder = await makePowder(client);
  const containerId = await makeContainer(client, powder, { type: 'DOSE' });
  await act(client, 'dockContainer', { containerId, workstationId: powder.printerId }, '__typename');
  return { containerId };
};

const containers: MutationCase[] = [
  {
    mutation: 'createMaterialContainer',
    right,
    subject: null,
    rest: () => ({ name: 'Drum', type: 'PERMANENT', locationId: absentId('Location') }),
    input: async (client) => ({
      name: unique('Drum'),
      type: 'PERMANENT',
      locationId: (await makePowder(client)).locationId,
    }),
  },
  onContainer('updateMaterialContainer', async (client) => ({
    containerId: await empty(client),
    name: unique('Drum'),
  })),
  onContainer('archiveMaterialContainer', async (client) => ({ containerId: await empty(client) })),
  onContainer(
    'setContainerTare',
    async (client) => ({ containerId: await empty(client), tare: '1250.5' }),
    () => ({ tare: '1' }),
  ),
  onContainer(
    'reclassifyContainer',
    async (client) => ({ containerId: await empty(client), type: 'OVERFLOW' }),
    () => ({ type: 'OVERFLOW' }),
  ),
  onContainer('cleanContainer', async (client) => ({ containerId: await empty(client) })),
  onContainer(
    'relocateContainer',
    async (client) => ({ containerId: await empty(client), ...(await place(client)) }),
    place,
  ),
  onContainer(
    'dockContainer',
    async (client) => ({ containerId: await empty(client), ...(await printer(client)) }),
    printer,
  ),
  onContainer('undockContainer', docked),
  onContainer('loadContainer', batch, () => ({ batchId: absentId('MaterialBatch') })),
  onContainer(
    'topOffContainer',
    async (client) => {
      const { containerId, lot } = await makeFilledContainer(client);
      return { containerId, batchId: await makeBatch(client, lot, 1), quantity: kg(1) };
    },
    async (client) => ({ batchId: (await batch(client)).batchId, quantity: kg(1) }),
  ),
  onContainer('transferContainer', both, async (client) => ({ toContainerId: await empty(client) })),
  onContainer(
    'splitContainer',
    async (client) => ({ ...(await both(client)), quantity: kg(1) }),
    async (client) => ({ toContainerId: await empty(client), quantity: kg(1) }),
  ),
  onContainer('unloadContainer', async (client) => ({ containerId: await filled(client) })),
  onContainer(
    'scrapContainer',
    async (client) => ({ containerId: await filled(client), reason: 'Spilt.' }),
    () => ({ reason: 'Spilt.' }),
  ),
  onContainer(
    'weighContainer',
    async (client) => {
      const containerId = await filled(client);
      await act(client, 'setContainerTare', { containerId, tare: '1000' }, '__typename');
      return { containerId, gross: kg('10.9') };
    },
    () => ({ gross: kg(1) }),
  ),
];

const stock = async (client: Client) => makeStock(client, await makePowder(client));
const full = async (client: Client) => {
  const stockId = await stock(client);
  await act(client, 'replenishStock', { stockId, quantity: kg(5) }, '__typename');
  return stockId;
};
const one = () => ({ quantity: kg(1) });
const counted = () => ({ counted: kg(4), reason: 'Counted.' });

const stocks: MutationCase[] = [
  {
    mutation: 'createStock',
    right: 'administer',
    subject: null,
    rest: () => ({ materialId: absentId('Material'), locationId: absentId('Location') }),
    input: async (client) => {
      const { materialId, locationId } = await makePowder(client);
      return { materialId, locationId };
    },
  },
  {
    ...onStock('updateStock', async (client) => ({ stockId: await stock(client), maximum: kg(90) })),
    right: 'administer',
  },
  {
    ...onStock('archiveStock', async (client) => ({ stockId: await stock(client) })),
    right: 'administer',
  },
  onStock('consumeStock', async (client) => ({ stockId: await full(client), ...one() }), one),
  onStock('replenishStock', async (client) => ({ stockId: await stock(client), ...one() }), one),
  onStock('reconcileStock', async (client) => ({ stockId: await full(client), ...counted() }), counted),
];

export const storesCases: MutationCase[] = [...lots, ...containers, ...stocks];
