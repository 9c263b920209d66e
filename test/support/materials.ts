/** A powder shop for tests: a material, a released lot in containers, a printer. Made through the API. */
import { act, create } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import { makeOrder, makeRun, makeShop, type Shop } from './factories.ts';

export interface Powder extends Shop {
  subLocationId: string;
}

export interface Lot {
  id: string;
  containerIds: string[];
}

/** Amounts in tests are in kg. */
export const kg = (value: string | number) => ({ value: String(value), unit: 'kg' });

export async function makePowder(client: Client): Promise<Powder> {
  const shop = await makeShop(client);
  const subLocationId = await create(client, 'SubLocation', {
    name: unique('Powder store'),
    locationId: shop.locationId,
  });
  return { ...shop, subLocationId };
}

/** A lot that arrived and was released, in containers of `size` kg. */
export async function makeLot(
  client: Client,
  powder: Powder,
  {
    count = 4,
    size = '10',
    ...more
  }: { count?: number; size?: string; expiresAt?: string; materialId?: string } = {},
): Promise<Lot> {
  const { lot } = await act<{
    lot: { id: string; containers: { nodes: { id: string }[] } };
  }>(
    client,
    'createMaterialLot',
    {
      name: unique('Lot'),
      materialId: powder.materialId,
      locationId: powder.locationId,
      subLocationId: powder.subLocationId,
      status: 'RECEIVED',
      containers: { count, size: kg(size) },
      ...more,
    },
    'lot { id containers(first: 100, orderBy: [{ field: NAME }]) { nodes { id } } }',
  );
  await act(client, 'releaseMaterialLot', { lotId: lot.id }, '__typename');
  return { id: lot.id, containerIds: lot.containers.nodes.map((each) => each.id) };
}

/** A first batch of some containers of a lot; of all of them unless told. */
export async function makeBatch(client: Client, lot: Lot, count = lot.containerIds.length): Promise<string> {
  const containerIds = lot.containerIds.splice(0, count);
  const { batch } = await act<{ batch: { id: string } }>(
    client,
    'createInitialBatch',
    { containerIds },
    'batch { id }',
  );
  return batch.id;
}

/** A run in progress at the powder shop's printer, with its pieces. */
export async function makePrinting(
  client: Client,
  powder: Powder,
  quantity = 2,
): Promise<{ runId: string; pieceIds: string[] }> {
  const order = await makeOrder(client, powder, { quantity });
  const pieceIds = order.pieces.map((piece) => piece.id);
  const run = await makeRun(client, powder.printerId, pieceIds, 'IN_PROGRESS');
  return { runId: run.id, pieceIds };
}

export interface BatchView {
  id: string;
  name: string;
  status: string;
  quality: string;
  usageCycles: number;
  quantity: { value: string; unit: string };
  availableQuantity: { value: string };
  reservedQuantity: { value: string };
  workstation: { id: string } | null;
  composition: { lot: { id: string }; fraction: string; quantity: { value: string } }[];
  usageCycleShares: { cycles: number; fraction: string }[];
  lastAction: { id: string; type: string } | null;
  version: number;
}

const view = `id name status quality usageCycles version quantity { value unit } availableQuantity { value }
  reservedQuantity { value } workstation { id } composition { lot { id } fraction quantity { value } }
  usageCycleShares { cycles fraction } lastAction { id type }`;

/** A batch as the API shows it. */
export async function batchOf(client: Client, id: string): Promise<BatchView> {
  const answer = await client.sendText(`query Q($id: ID!) { materialBatch(id: $id) { ${view} } }`, { id });
  const { materialBatch } = answer.data() as unknown as { materialBatch: BatchView | null };
  if (!materialBatch) throw new Error(`There is no batch ${id}.`);
  return materialBatch;
}
