import { describe, expect, it } from 'vitest';
import { releasingLot } from '../../../src/materials/material-lot.release.service.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { kg, makeBatch, makeLot, makePowder } from '../../support/materials.ts';
import { makeOrderedLot, makeReceivedLot, pathsOf, read, refused, rulesOf } from '../../support/stores.ts';
import { absentId, act, create } from '../support.ts';

const app = useApp();

const shop = async () => {
  const { ours, theirs } = await app().organizations();
  return { client: ours.client, powder: await makePowder(ours.client), theirs: theirs.client, ours };
};

interface LotView {
  status: string;
  version: number;
  quantity: { value: string };
  unopenedQuantity: { value: string };
  fullQuantity: { value: string };
  deliveredAt: string | null;
  receivedBy: { id: string } | null;
  usageCyclesLimit: number | null;
  containers: { nodes: { id: string; name: string; status: string; archivedAt: string | null }[] };
  containersAvailableForInitialBatches: { totalCount: number; nodes: { id: string }[] };
  actions: {
    nodes: { type: string; quantity: { value: string }; notes: string | null; reason: string | null }[];
  };
}
const view = `status version quantity { value } unopenedQuantity { value } fullQuantity { value } deliveredAt
  receivedBy { id } usageCyclesLimit
  containers(orderBy: [{ field: NAME }]) { nodes { id name status archivedAt quantity { value } } }
  containersAvailableForInitialBatches(orderBy: [{ field: NAME }]) { totalCount nodes { id } }
  actions(orderBy: [{ field: CREATED_AT }]) { nodes { type quantity { value } notes reason } }`;
const lotOf = (client: Client, id: string) => read<LotView>(client, 'materialLot', id, view);
const amounts = ({ fullQuantity, quantity, unopenedQuantity }: LotView) => [
  fullQuantity.value,
  quantity.value,
  unopenedQuantity.value,
];

interface Links {
  materialLinks: { nodes: { from: string; to: string; quantity: { value: string } }[] };
}
/** What moved from and to the containers, as `FROM>TO quantity`. */
async function movementsOf(client: Client, containerIds: readonly string[]): Promise<string[]> {
  const answer = await client.sendText(
    `query Q($ids: [ID!]) { materialLinks(first: 100, filter: { container: { in: $ids } },
      orderBy: [{ field: OCCURRED_AT }]) { nodes { from to quantity { value } } } }`,
    { ids: containerIds },
  );
  return (answer.data() as unknown as Links).materialLinks.nodes
    .map((link) => `${link.from}>${link.to} ${link.quantity.value}`)
    .sort();
}

describe('a lot', () => {
  it('is ordered in containers that are not here yet, and received with what they really hold', async () => {
    const { client, powder } = await shop();
    await act(client, 'updateMaterial', { materialId: powder.materialId, usageCyclesLimit: 7 }, '__typename');
    const { id, containerIds } = await makeOrderedLot(client, powder, { name: 'Heat 1' });
    const ordered = await lotOf(client, id);
    expect(ordered).toMatchObject({ status: 'ON_ORDER', deliveredAt: null, usageCyclesLimit: 7 });
    expect(amounts(ordered)).toEqual(['30', '0', '0']);
    expect(ordered.containers.nodes.map((each) => each.name)).toEqual(['Heat 1-1', 'Heat 1-2', 'Heat 1-3']);
    expect(await movementsOf(client, containerIds)).toEqual([]);
    const [first, second] = containerIds;
    await act(
      client,
      'receiveMaterialLot',
      {
        lotId: id,
        deliveredAt: '2026-03-01T08:00:00Z',
        notes: 'One drum was missing.',
        containers: [
          { containerId: first, quantity: kg('9.5') },
          { containerId: second, quantity: kg(0) },
        ],
      },
      '__typename',
    );
    const received = await lotOf(client, id);
    expect(received).toMatchObject({ status: 'RECEIVED', deliveredAt: '2026-03-01T08:00:00.000Z' });
    expect(amounts(received)).toEqual(['19.5', '19.5', '19.5']);
    expect(received.containers.nodes.map((each) => each.archivedAt !== null)).toEqual([false, true, false]);
    expect(received.actions.nodes).toEqual([
      { type: 'ORDER_LOT', quantity: { value: '30' }, notes: null, reason: null },
      { type: 'RECEIVE_LOT', quantity: { value: '19.5' }, notes: 'One drum was missing.', reason: null },
    ]);
    expect(await movementsOf(client, containerIds)).toEqual([
      'SUPPLIER>CONTAINER 10',
      'SUPPLIER>CONTAINER 9.5',
    ]);
  });

  it('is received by the user of the token, with notes, and with something in it', async () => {
    const { client, powder } = await shop();
    const user = { name: 'Ada', email: `${unique('ada').replace(' ', '.')}@example.com`, role: 'OPERATOR' };
    const userId = await create(client, 'User', user);
    const token = await act<{ token: string }>(
      client,
      'createApiToken',
      { name: 'Ada', role: 'OPERATOR', userId },
      'token',
    );
    const lot = await makeOrderedLot(client, powder);
    const blank = { lotId: lot.id, notes: ' ' };
    expect(pathsOf(await refused(client, 'receiveMaterialLot', blank))).toEqual(['notes']);
    const future = { lotId: lot.id, notes: 'x', deliveredAt: '2126-01-01T00:00:00Z' };
    expect(pathsOf(await refused(client, 'receiveMaterialLot', future))).toEqual(['deliveredAt']);
    const containers = lot.containerIds.map((containerId) => ({ containerId, quantity: kg(0) }));
    const nothing = { lotId: lot.id, notes: 'Nothing came.', containers };
    expect(pathsOf(await refused(client, 'receiveMaterialLot', nothing))).toEqual(['containers']);
    const received = { lotId: lot.id, notes: 'All well.' };
    await act(client.as(token.token), 'receiveMaterialLot', received, '__typename');
    expect((await lotOf(client, lot.id)).receivedBy).toEqual({ id: userId });
    expect(await refused(client, 'receiveMaterialLot', received)).toMatchObject({
      __typename: 'TransitionError',
      from: 'RECEIVED',
      action: 'RECEIVE_MATERIAL_LOT',
    });
  });

  it('refuses what does not fit together', async () => {
    const { client, powder } = await shop();
    const { materialId, locationId } = powder;
    const other = await makePowder(client);
    const purchaseOrderId = await create(client, 'MaterialPurchaseOrder', {
      number: unique('PO'),
      materialId: other.materialId,
      plannedQuantity: kg(1),
    });
    const base = { name: unique('Lot'), materialId, locationId };
    const paths = async (more: object) =>
      pathsOf(await refused(client, 'createMaterialLot', { ...base, ...more }));
    expect(await paths({ subLocationId: other.subLocationId })).toEqual(['subLocationId']);
    expect(await paths({ purchaseOrderId })).toEqual(['purchaseOrderId']);
    expect(await paths({ deliveredAt: '2026-01-01T00:00:00Z' })).toEqual(['deliveredAt']);
    expect(await paths({ status: 'AVAILABLE' })).toEqual(['status']);
    const size = kg(1);
    expect(await paths({ containers: { count: 1001, size } })).toEqual(['containers.count']);
    expect(await paths({ containers: { count: 1, size: kg(0) } })).toEqual(['containers.size.value']);
    expect(await paths({ containers: { count: 1, size: { value: '1', unit: 'm' } } })).toEqual([
      'containers.size.unit',
    ]);
    expect(await paths({ containers: { count: 2, size, names: ['A'] } })).toEqual(['containers.names']);
    expect(await paths({ containers: { count: 2, size, names: ['A', 'A'] } })).toEqual(['containers.names']);
    await act(client, 'createMaterialLot', base, '__typename');
    expect(await paths({})).toEqual(['name']);
  });

  it('stays the secret of its organization, and takes nothing of another one', async () => {
    const { client, powder, theirs } = await shop();
    const lot = await makeReceivedLot(client, powder);
    expect(await read(theirs, 'materialLot', lot.id, 'name')).toBeNull();
    const own = await makePowder(theirs);
    const input = { name: 'Lot', materialId: powder.materialId, locationId: own.locationId };
    expect(pathsOf(await refused(theirs, 'createMaterialLot', input))).toEqual(['materialId']);
    const mine = await makeReceivedLot(theirs, own);
    const stolen = { lotId: mine.id, containerIds: lot.containerIds.slice(0, 1), reason: 'x' };
    expect(pathsOf(await refused(theirs, 'removeLotContainers', stolen))).toEqual(['containerIds.0']);
    const [containerId] = lot.containerIds;
    expect(await refused(theirs, 'scrapContainer', { containerId, reason: 'x' })).toEqual({
      __typename: 'NotFoundError',
      id: containerId,
    });
  });

  it('lets its unopened containers be corrected, added and taken off, each with its movement', async () => {
    const { client, powder } = await shop();
    const lot = await makeReceivedLot(client, powder);
    const [first, second, third] = lot.containerIds as [string, string, string];
    const edit = [
      { containerId: first, quantity: kg(11) },
      { containerId: second, quantity: kg('9.25') },
    ];
    await act(
      client,
      'editLotContainers',
      { lotId: lot.id, containers: edit, reason: 'Weighed.' },
      '__typename',
    );
    expect(amounts(await lotOf(client, lot.id))).toEqual(['30.25', '30.25', '30.25']);
    const added = { count: 1, size: { value: '500', unit: 'g' }, names: ['Extra'] };
    await act(client, 'addLotContainers', { lotId: lot.id, containers: added }, '__typename');
    await act(
      client,
      'removeLotContainers',
      { lotId: lot.id, containerIds: [third], reason: 'Never came.' },
      '__typename',
    );
    const after = await lotOf(client, lot.id);
    expect(amounts(after)).toEqual(['20.75', '20.75', '20.75']);
    expect(after.containersAvailableForInitialBatches.totalCount).toBe(3);
    expect(await movementsOf(client, lot.containerIds)).toEqual([
      'ADJUSTMENT>CONTAINER 1',
      'CONTAINER>ADJUSTMENT 0.75',
      'CONTAINER>ADJUSTMENT 10',
      'SUPPLIER>CONTAINER 10',
      'SUPPLIER>CONTAINER 10',
      'SUPPLIER>CONTAINER 10',
    ]);
    const twice = { lotId: lot.id, containerIds: [first, first], reason: 'x' };
    expect(pathsOf(await refused(client, 'removeLotContainers', twice))).toEqual(['containerIds.1']);
    const gone = { lotId: lot.id, containerIds: [third], reason: 'x' };
    expect(pathsOf(await refused(client, 'removeLotContainers', gone))).toEqual(['containerIds.0']);
    const zero = [{ containerId: first, quantity: kg(0) }];
    const toNothing = { lotId: lot.id, containers: zero, reason: 'x' };
    expect(pathsOf(await refused(client, 'editLotContainers', toNothing))).toEqual([
      'containers.0.quantity.value',
    ]);
  });

  it('moves nothing while it is on order, whatever is changed of it', async () => {
    const { client, powder } = await shop();
    const lot = await makeOrderedLot(client, powder);
    const [first, second] = lot.containerIds;
    const containers = [{ containerId: first, quantity: kg(20) }];
    await act(client, 'editLotContainers', { lotId: lot.id, containers, reason: 'More.' }, '__typename');
    await act(
      client,
      'removeLotContainers',
      { lotId: lot.id, containerIds: [second], reason: 'Fewer.' },
      '__typename',
    );
    expect(amounts(await lotOf(client, lot.id))).toEqual(['30', '0', '0']);
    await act(client, 'scrapMaterialLot', { lotId: lot.id, reason: 'Cancelled.' }, '__typename');
    expect(await movementsOf(client, lot.containerIds)).toEqual([]);
    expect((await lotOf(client, lot.id)).containersAvailableForInitialBatches.totalCount).toBe(0);
  });

  it('is stored, tested and released, unless something stands against it', async () => {
    const { client, powder, ours } = await shop();
    const { id: lotId } = await makeReceivedLot(client, powder);
    const step = async (mutation: string) =>
      (await act<{ lot: { status: string } }>(client, mutation, { lotId }, 'lot { status }')).lot.status;
    expect(await step('storeMaterialLot')).toBe('IN_STORAGE');
    expect(await step('testMaterialLot')).toBe('IN_TESTING');
    expect(await refused(client, 'storeMaterialLot', { lotId })).toMatchObject({ from: 'IN_TESTING' });
    releasingLot.add(`test.${lotId}`, ({ organizationId }, { lot }) =>
      organizationId === ours.organizationId && lot.notes === null
        ? [{ rule: 'test.certificate', message: 'It lacks a certificate.', subject: null }]
        : [],
    );
    expect(rulesOf(await refused(client, 'releaseMaterialLot', { lotId }))).toEqual(['test.certificate']);
    await act(client, 'updateMaterialLot', { lotId, notes: 'Certified.' }, '__typename');
    expect(await step('releaseMaterialLot')).toBe('AVAILABLE');
  });

  it('goes back to its supplier, whole', async () => {
    const { client, powder } = await shop();
    const lot = await makeReceivedLot(client, powder);
    await act(client, 'returnMaterialLot', { lotId: lot.id, reason: 'Moist.' }, '__typename');
    const after = await lotOf(client, lot.id);
    expect(after).toMatchObject({ status: 'RETURNED' });
    expect(amounts(after)).toEqual(['30', '0', '0']);
    expect(await movementsOf(client, lot.containerIds)).toContain('CONTAINER>RETURNED 10');
    const used = await makeLot(client, powder);
    await makeBatch(client, used, 1);
    expect(await refused(client, 'returnMaterialLot', { lotId: used.id, reason: 'x' })).toMatchObject({
      __typename: 'TransitionError',
      from: 'IN_USE',
    });
  });

  it('is scrapped, and names the batches that still hold some of it', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder);
    const batchId = await makeBatch(client, lot, 1);
    const answer = await act<{ batches: { id: string }[]; batchCount: number }>(
      client,
      'scrapMaterialLot',
      { lotId: lot.id, reason: 'Contaminated.' },
      'batches { id } batchCount',
    );
    expect(answer).toMatchObject({ batches: [{ id: batchId }], batchCount: 1 });
    const after = await lotOf(client, lot.id);
    expect(after.status).toBe('SCRAPPED');
    expect(amounts(after)).toEqual(['40', '10', '0']);
    expect(await refused(client, 'updateMaterialLot', { lotId: lot.id, notes: 'x' })).toMatchObject({
      __typename: 'TransitionError',
    });
  });

  it('is DONE when its last unopened container is taken off', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder, { count: 2 });
    const batchId = await makeBatch(client, lot, 1);
    await act(client, 'scrapBatch', { batchId, reason: 'Spilt.' }, '__typename');
    expect((await lotOf(client, lot.id)).status).toBe('IN_USE');
    const last = { lotId: lot.id, containerIds: lot.containerIds, reason: 'Never came.' };
    await act(client, 'removeLotContainers', last, '__typename');
    expect((await lotOf(client, lot.id)).status).toBe('DONE');
  });

  it('knows its first batches, and all batches that some of it is in', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder);
    const first = await makeBatch(client, lot, 2);
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'splitBatch',
      { batchId: first, quantity: kg('3.3') },
      'newBatch { id }',
    );
    const found = await read<Record<string, { totalCount: number; nodes: { id: string }[] }>>(
      client,
      'materialLot',
      lot.id,
      `initialBatches { totalCount nodes { id } }
       batches(orderBy: [{ field: CREATED_AT }], first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }`,
    );
    expect(found.initialBatches).toEqual({ totalCount: 1, nodes: [{ id: first }] });
    expect(found.batches).toMatchObject({ totalCount: 2, nodes: [{ id: first }] });
    expect(newBatch.id).not.toBe(first);
    expect(amounts(await lotOf(client, lot.id))).toEqual(['40', '40', '20']);
  });

  it('takes its unopened containers along, and a new expiry reaches what is opened after it', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder, { expiresAt: '2030-01-01T00:00:00Z' });
    const before = await makeBatch(client, lot, 1);
    const other = await makePowder(client);
    await act(
      client,
      'updateMaterialLot',
      {
        lotId: lot.id,
        locationId: other.locationId,
        subLocationId: other.subLocationId,
        expiresAt: '2029-01-01T00:00:00Z',
      },
      '__typename',
    );
    const after = await makeBatch(client, lot, 1);
    const expiry = 'expiresAt location { id }';
    expect(await read(client, 'materialBatch', before, expiry)).toEqual({
      expiresAt: '2030-01-01T00:00:00.000Z',
      location: { id: powder.locationId },
    });
    expect(await read(client, 'materialBatch', after, expiry)).toEqual({
      expiresAt: '2029-01-01T00:00:00.000Z',
      location: { id: other.locationId },
    });
    const elsewhere = { lotId: lot.id, subLocationId: powder.subLocationId };
    expect(pathsOf(await refused(client, 'updateMaterialLot', elsewhere))).toEqual(['subLocationId']);
    const absent = { lotId: lot.id, purchaseOrderId: absentId('MaterialPurchaseOrder') };
    expect(pathsOf(await refused(client, 'updateMaterialLot', absent))).toEqual(['purchaseOrderId']);
  });
});

it('the list of lots is a review of deliveries', async () => {
  const { client, powder } = await shop();
  const number = unique('PO');
  const purchaseOrderId = await create(client, 'MaterialPurchaseOrder', {
    number,
    materialId: powder.materialId,
    plannedQuantity: kg(90),
  });
  const lot = await makeOrderedLot(client, powder, { purchaseOrderId, deliveryId: 'D-1' });
  await makeOrderedLot(client, powder, { purchaseOrderId });
  const input = { lotId: lot.id, notes: 'All well.', deliveredAt: '2026-02-03T04:05:06Z' };
  await act(client, 'receiveMaterialLot', input, '__typename');
  const answer = await client.sendText(
    `query Q($number: String!) {
      materialLots(filter: { purchaseOrderNumber: { equals: $number }, status: { equals: RECEIVED },
        deliveredAt: { from: "2026-02-01T00:00:00Z", before: "2026-03-01T00:00:00Z" } }) {
        nodes { id deliveryId deliveredAt status location { id } material { id } purchaseOrder { number }
          actions(filter: { type: { equals: RECEIVE_LOT } }) { nodes { notes performedBy { name } } } } } }`,
    { number },
  );
  expect(answer.data().materialLots).toMatchObject({
    nodes: [
      {
        id: lot.id,
        deliveryId: 'D-1',
        deliveredAt: '2026-02-03T04:05:06.000Z',
        purchaseOrder: { number },
        material: { id: powder.materialId },
        actions: { nodes: [{ notes: 'All well.', performedBy: {} }] },
      },
    ],
  });
});
