import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import {
  type BatchView,
  batchOf,
  kg,
  makeBatch,
  makeLot,
  makePowder,
  makePrinting,
  type Powder,
} from '../../support/materials.ts';
import { absentId, act, create, mutationText, type Reply } from '../support.ts';

const app = useApp();

const refusals = `... on BlockedError { blockedBy { rule message subject { label } } }
  ... on InvalidInputError { issues { path message } } ... on ConflictError { currentVersion }
  ... on NotFoundError { id } ... on TransitionError { from action }`;

/** What a refused mutation answered. */
async function refused(client: Client, mutation: string, input: object): Promise<Reply> {
  const wanted = [...refusals.matchAll(/\.\.\. on (\w+) \{(?:[^{}]|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*\}/g)];
  const answer = await client.sendText(mutationText(mutation, '__typename'), { input });
  const first = answer.data()[mutation] as Reply;
  if (first.__typename.endsWith('Success')) throw new Error(`${mutation} succeeded.`);
  const part = wanted.find(([, name]) => name === first.__typename)?.[0] ?? '';
  const again = await client.sendText(mutationText(mutation, '__typename', part), { input });
  return again.data()[mutation] as Reply;
}
const rules = (reply: Reply) => (reply.blockedBy as { rule: string }[]).map((each) => each.rule);
const paths = (reply: Reply) => (reply.issues as { path: string[] }[]).map((each) => each.path.join('.'));

async function powderShop(): Promise<{ client: Client; powder: Powder; theirs: Client }> {
  const { ours, theirs } = await app().organizations();
  return { client: ours.client, powder: await makePowder(ours.client), theirs: theirs.client };
}

const amounts = ({ quantity, availableQuantity, reservedQuantity }: BatchView) => [
  quantity.value,
  availableQuantity.value,
  reservedQuantity.value,
];
const shares = ({ composition }: BatchView) =>
  Object.fromEntries(composition.map(({ lot, fraction }) => [lot.id, fraction]));

describe('batches', () => {
  it('begin as containers of one lot', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder);
    const id = await makeBatch(client, lot, 3);
    const batch = await batchOf(client, id);
    expect(batch).toMatchObject({
      status: 'NEW',
      quality: 'NEW',
      usageCycles: 0,
      quantity: { value: '30', unit: 'kg' },
    });
    expect(batch.composition).toEqual([{ lot: { id: lot.id }, fraction: '1', quantity: { value: '30' } }]);
    expect(batch.usageCycleShares).toEqual([{ cycles: 0, fraction: '1' }]);
    expect(batch.lastAction?.type).toBe('CREATE_INITIAL_BATCH');
    const other = await makeLot(client, powder);
    const mixed = [lot.containerIds[0], other.containerIds[0]];
    expect(paths(await refused(client, 'createInitialBatch', { containerIds: mixed }))).toEqual([
      'containerIds',
    ]);
  });

  it('are not made of a container twice, nor of a lot that was not released', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder);
    const [first] = lot.containerIds;
    await makeBatch(client, lot, 1);
    expect(paths(await refused(client, 'createInitialBatch', { containerIds: [first] }))).toEqual([
      'containerIds.0',
    ]);
    const made = await act<{ lot: { containers: { nodes: { id: string }[] } } }>(
      client,
      'createMaterialLot',
      {
        name: 'On its way',
        materialId: powder.materialId,
        locationId: powder.locationId,
        status: 'ON_ORDER',
        containers: { count: 1, size: kg(1) },
      },
      'lot { containers { nodes { id } } }',
    );
    const containerIds = made.lot.containers.nodes.map((each) => each.id);
    expect(await refused(client, 'createInitialBatch', { containerIds })).toMatchObject({
      __typename: 'TransitionError',
      from: 'ON_ORDER',
    });
  });

  it('are split and blended exactly, and every parent stays known', async () => {
    const { client, powder } = await powderShop();
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const [first, second] = [await makeBatch(client, a, 1), await makeBatch(client, b, 2)];
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'splitBatch',
      { batchId: first, quantity: kg('3.333333') },
      'newBatch { id }',
    );
    expect(amounts(await batchOf(client, first))).toEqual(['6.666667', '6.666667', '0']);
    const { batch } = await act<{ batch: { id: string } }>(
      client,
      'blendBatches',
      { sources: [{ batchId: newBatch.id }, { batchId: second, quantity: kg(10) }], name: 'Blend' },
      'batch { id }',
    );
    const blend = await batchOf(client, batch.id);
    expect(blend).toMatchObject({ name: 'Blend', quantity: { value: '13.333333' } });
    const fractions = blend.composition.map((each) => each.fraction);
    expect(fractions).toEqual(['0.750000018750000469', '0.249999981249999531']);
    expect((await batchOf(client, newBatch.id)).status).toBe('DONE');
    expect(shares(await batchOf(client, newBatch.id))).toEqual({ [a.id]: '1' });
  });

  it('refuse to give what they do not have, and say how much there is', async () => {
    const { client, powder } = await powderShop();
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    const reply = await refused(client, 'splitBatch', { batchId, quantity: kg('10.000001') });
    expect(rules(reply)).toEqual(['batch.enoughAtHand']);
    expect(
      await refused(client, 'splitBatch', { batchId, quantity: { value: '1', unit: 'm' } }),
    ).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['quantity', 'unit'] }],
    });
    expect(amounts(await batchOf(client, batchId))).toEqual(['10', '10', '0']);
  });

  it('tell whoever did not see the last action', async () => {
    const { client, powder } = await powderShop();
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    const { lastAction } = await batchOf(client, batchId);
    const input = { batchId, quantity: kg(1), previousActionId: lastAction?.id };
    await act(client, 'splitBatch', input, '__typename');
    expect((await refused(client, 'splitBatch', input)).__typename).toBe('ConflictError');
  });

  it('go through a printer: loaded, used up, unloaded once older and to be sieved', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder);
    const batchId = await makeBatch(client, lot, 2);
    await act(
      client,
      'loadBatch',
      { batchId, workstationId: powder.printerId, quantity: kg(12) },
      '__typename',
    );
    const loaded = await batchOf(client, batchId);
    expect(loaded).toMatchObject({ status: 'IN_USE', workstation: { id: powder.printerId } });
    expect(amounts(loaded)).toEqual(['20', '8', '12']);
    const { runId, pieceIds } = await makePrinting(client, powder);
    await act(
      client,
      'consumeBatch',
      {
        runId,
        pieces: [{ pieceId: pieceIds[0], quantity: kg('1.5') }],
        otherwise: kg('0.5'),
        loss: kg('0.25'),
      },
      '__typename',
    );
    expect(amounts(await batchOf(client, batchId))).toEqual(['17.75', '8', '9.75']);
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'unloadChamber',
      { workstationId: powder.printerId, quantity: kg(4) },
      'newBatch { id }',
    );
    const used = await batchOf(client, newBatch.id);
    expect(used).toMatchObject({ quality: 'UNSIEVED', usageCycles: 1, quantity: { value: '4' } });
    expect(used.usageCycleShares).toEqual([{ cycles: 1, fraction: '1' }]);
    await act(client, 'unloadHopper', { workstationId: powder.printerId }, '__typename');
    const rest = await batchOf(client, batchId);
    expect(rest).toMatchObject({ status: 'IDLE', workstation: null, usageCycles: 0, quality: 'NEW' });
    expect(amounts(rest)).toEqual(['13.75', '13.75', '0']);
    const again = { batchId: newBatch.id, workstationId: powder.printerId };
    expect(rules(await refused(client, 'loadBatch', again))).toEqual(['batch.sieved']);
    await act(client, 'sieveBatch', { batchId: newBatch.id, quantity: kg('3.9') }, '__typename');
    await act(client, 'loadBatch', again, '__typename');
    expect(await batchOf(client, newBatch.id)).toMatchObject({
      quality: 'SIEVED',
      quantity: { value: '3.9' },
    });
    const other = { batchId, workstationId: powder.printerId };
    expect(rules(await refused(client, 'loadBatch', other))).toEqual(['workstation.empty']);
  });

  it('become another batch in the machine when it is topped off', async () => {
    const { client, powder } = await powderShop();
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const [first, second] = [await makeBatch(client, a, 1), await makeBatch(client, b, 1)];
    await act(
      client,
      'loadBatch',
      { batchId: first, workstationId: powder.printerId, quantity: kg(6) },
      '__typename',
    );
    const { loadedBatch } = await act<{ loadedBatch: { id: string } }>(
      client,
      'topOffMachine',
      { batchId: second, workstationId: powder.printerId, quantity: kg(2) },
      'loadedBatch { id }',
    );
    expect(shares(await batchOf(client, loadedBatch.id))).toEqual({ [a.id]: '0.75', [b.id]: '0.25' });
    expect(await batchOf(client, loadedBatch.id)).toMatchObject({ workstation: { id: powder.printerId } });
    const former = await batchOf(client, first);
    expect(former).toMatchObject({ status: 'IDLE', workstation: null });
    expect(amounts(former)).toEqual(['4', '4', '0']);
    expect(shares(former)).toEqual({ [a.id]: '1' });
  });

  it('are mixed when a container is added, from then on', async () => {
    const { client, powder } = await powderShop();
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const batchId = await makeBatch(client, a, 1);
    const split = () =>
      act<{ newBatch: { id: string } }>(
        client,
        'splitBatch',
        { batchId, quantity: kg(2) },
        'newBatch { id }',
      );
    const before = (await split()).newBatch.id;
    await act(
      client,
      'addContainerToBatch',
      { batchId, containerIds: b.containerIds.slice(0, 1) },
      '__typename',
    );
    const after = (await split()).newBatch.id;
    expect(shares(await batchOf(client, before))).toEqual({ [a.id]: '1' });
    expect(Object.keys(shares(await batchOf(client, after)))).toContain(b.id);
  });

  it('keep lots apart where the material says so', async () => {
    const { client, powder } = await powderShop();
    await act(client, 'updateMaterial', { materialId: powder.materialId, lotMixing: false }, '__typename');
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const [first, second] = [await makeBatch(client, a, 1), await makeBatch(client, b, 1)];
    const sources = [{ batchId: first }, { batchId: second }];
    expect(rules(await refused(client, 'blendBatches', { sources }))).toEqual(['material.lotMixing']);
  });

  it('do not go into a machine once they expired, or were used too often', async () => {
    const { client, powder } = await powderShop();
    const old = await makeBatch(
      client,
      await makeLot(client, powder, { expiresAt: '2020-01-01T00:00:00Z' }),
      1,
    );
    const load = (batchId: string) =>
      refused(client, 'loadBatch', { batchId, workstationId: powder.printerId });
    expect(rules(await load(old))).toEqual(['batch.notExpired']);
    await act(
      client,
      'updateMaterialBatch',
      { batchId: old, expiresAt: '2999-01-01T00:00:00Z', reason: 'Tested again.' },
      '__typename',
    );
    await act(client, 'loadBatch', { batchId: old, workstationId: powder.printerId }, '__typename');
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'unloadChamber',
      { workstationId: powder.printerId },
      'newBatch { id }',
    );
    await act(client, 'sieveBatch', { batchId: newBatch.id, quantity: kg(10) }, '__typename');
    const limit = { batchId: newBatch.id, usageCyclesLimit: 1, reason: 'A trial.' };
    await act(client, 'updateMaterialBatch', limit, '__typename');
    expect(rules(await load(newBatch.id))).toEqual(['batch.belowUsageLimit']);
  });

  it('lose what is sampled, scrapped and sent back, and gain or lose what a stock-take finds', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder, { count: 1, size: '10' });
    const batchId = await makeBatch(client, lot);
    await act(client, 'sampleBatch', { batchId, name: 'Flow', quantity: kg('0.1') }, 'sample { id }');
    await act(client, 'sampleBatch', { batchId, name: 'Trace' }, 'sample { id }');
    await act(client, 'scrapBatch', { batchId, quantity: kg(1), reason: 'Spilt.' }, '__typename');
    await act(client, 'returnBatch', { batchId, quantity: kg(2), reason: 'Too coarse.' }, '__typename');
    await act(client, 'adjustBatch', { batchId, quantity: kg(7), reason: 'Counted.' }, '__typename');
    await act(
      client,
      'adjustBatch',
      { batchId, quantity: kg('6.5'), reason: 'Counted again.' },
      '__typename',
    );
    expect(amounts(await batchOf(client, batchId))).toEqual(['6.5', '6.5', '0']);
    await act(client, 'scrapBatch', { batchId, reason: 'The rest.' }, '__typename');
    expect(await batchOf(client, batchId)).toMatchObject({ status: 'DONE', quantity: { value: '0' } });
    const { materialLot } = (
      await client.sendText('query Q($id: ID!) { materialLot(id: $id) { status } }', { id: lot.id })
    ).data() as unknown as { materialLot: { status: string } };
    expect(materialLot.status).toBe('DONE');
  });

  it('are moved with their containers, and remember where they stood', async () => {
    const { client, powder } = await powderShop();
    const batchId = await makeBatch(client, await makeLot(client, powder), 2);
    const subLocationId = await create(client, 'SubLocation', {
      name: 'Oven',
      locationId: powder.locationId,
    });
    await act(client, 'relocateBatch', { batchId, subLocationId }, '__typename');
    const answer = await client.sendText(
      `query Q($id: ID!) { materialBatch(id: $id) { subLocation { id } containers { nodes { subLocation { id } } }
        stays(orderBy: [{ field: STARTED_AT }]) { nodes { subLocation { id } endedAt } } } }`,
      { id: batchId },
    );
    expect(answer.data().materialBatch).toMatchObject({
      subLocation: { id: subLocationId },
      containers: { nodes: [{ subLocation: { id: subLocationId } }, { subLocation: { id: subLocationId } }] },
      stays: {
        nodes: [
          { subLocation: { id: powder.subLocationId }, endedAt: expect.any(String) },
          { subLocation: { id: subLocationId }, endedAt: null },
        ],
      },
    });
  });

  it('give an added container back whole, although something left them later for what was before', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder, { count: 2 });
    const [first, second] = lot.containerIds;
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const { batch } = await act<{ batch: { id: string } }>(
      client,
      'createInitialBatch',
      { containerIds: [second], occurredAt: ago(60) },
      'batch { id }',
    );
    await act(client, 'addContainerToBatch', { batchId: batch.id, containerIds: [first] }, '__typename');
    const late = { batchId: batch.id, quantity: kg(4), reason: 'Spilt.', occurredAt: ago(30) };
    await act(client, 'scrapBatch', late, '__typename');
    const { lastAction } = await batchOf(client, batch.id);
    expect(lastAction?.type).toBe('ADD_CONTAINER');
    const undo = { actionId: lastAction?.id, reason: 'Another container was meant.' };
    await act(client, 'reverseMaterialAction', undo, '__typename');
    expect(amounts(await batchOf(client, batch.id))).toEqual(['6', '6', '0']);
    const container = (id?: string) =>
      `materialContainer(id: "${id}") { status quantity { value } batch { id } }`;
    const answer = await client.sendText(`{ back: ${container(first)} kept: ${container(second)} }`);
    expect(answer.data()).toEqual({
      back: { status: 'NEW', quantity: { value: '10' }, batch: null },
      kept: { status: 'IN_USE', quantity: { value: '6' }, batch: { id: batch.id } },
    });
  });

  it('take it back when the last action was a mistake', async () => {
    const { client, powder } = await powderShop();
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const [first, second] = [await makeBatch(client, a, 1), await makeBatch(client, b, 1)];
    const before = await batchOf(client, first);
    const { batch } = await act<{ batch: { id: string } }>(
      client,
      'blendBatches',
      { sources: [{ batchId: first, quantity: kg(5) }, { batchId: second }] },
      'batch { id }',
    );
    const { lastAction } = await batchOf(client, batch.id);
    const undo = { actionId: lastAction?.id, reason: 'The wrong batch was scanned.' };
    await act(client, 'reverseMaterialAction', undo, '__typename');
    expect(amounts(await batchOf(client, first))).toEqual(amounts(before));
    expect(shares(await batchOf(client, first))).toEqual({ [a.id]: '1' });
    expect(amounts(await batchOf(client, second))).toEqual(['10', '10', '0']);
    expect(await batchOf(client, batch.id)).toMatchObject({ status: 'DONE', composition: [] });
    expect(paths(await refused(client, 'reverseMaterialAction', undo))).toEqual(['actionId']);
    await act(client, 'splitBatch', { batchId: first, quantity: kg(1) }, '__typename');
    const made = (await batchOf(client, second)).lastAction;
    expect(made?.type).toBe('REVERSE');
  });

  it('are computed again when something is recorded late, with all that descends from them', async () => {
    const { client, powder } = await powderShop();
    const [a, b] = [await makeLot(client, powder), await makeLot(client, powder)];
    const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 8, minutes)).toISOString();
    const first = await act<{ batch: { id: string } }>(
      client,
      'createInitialBatch',
      { containerIds: a.containerIds.slice(0, 1), occurredAt: at(0) },
      'batch { id }',
    );
    const batchId = first.batch.id;
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'splitBatch',
      { batchId, quantity: kg(4), occurredAt: at(30) },
      'newBatch { id }',
    );
    const grandchild = await act<{ newBatch: { id: string } }>(
      client,
      'splitBatch',
      { batchId: newBatch.id, quantity: kg(1), occurredAt: at(40) },
      'newBatch { id }',
    );
    await act(
      client,
      'addContainerToBatch',
      { batchId, containerIds: b.containerIds.slice(0, 1), occurredAt: at(10) },
      '__typename',
    );
    const half = { [a.id]: '0.5', [b.id]: '0.5' };
    for (const id of [batchId, newBatch.id, grandchild.newBatch.id]) {
      expect(shares(await batchOf(client, id))).toEqual(half);
    }
    expect(amounts(await batchOf(client, batchId))).toEqual(['16', '16', '0']);
    const events = await app().app.prisma.event.findMany({ where: { kind: 'MaterialBatchRecomputed' } });
    expect(events.length).toBeGreaterThanOrEqual(3);
    const early = { batchId, quantity: kg(15), occurredAt: at(5) };
    expect(paths(await refused(client, 'splitBatch', early))).toEqual(['quantity']);
  });

  it('stay the secret of their organization', async () => {
    const { client, powder, theirs } = await powderShop();
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    expect(await refused(theirs, 'splitBatch', { batchId, quantity: kg(1) })).toMatchObject({
      __typename: 'NotFoundError',
      id: batchId,
    });
    expect(
      (await refused(client, 'splitBatch', { batchId: absentId('MaterialBatch'), quantity: kg(1) }))
        .__typename,
    ).toBe('NotFoundError');
  });
});

describe('batches of a held lot', () => {
  it('may be unloaded and split, and what comes to be held is told once', async () => {
    const { client, powder } = await powderShop();
    const lot = await makeLot(client, powder);
    const batchId = await makeBatch(client, lot, 1);
    await act(client, 'loadBatch', { batchId, workstationId: powder.printerId }, '__typename');
    await act(client, 'placeHold', { lotId: lot.id, reason: 'Oxygen.' }, 'hold { id }');
    const containerIds = lot.containerIds.slice(0, 1);
    expect(rules(await refused(client, 'createInitialBatch', { containerIds }))).toEqual(['hold.container']);
    await act(client, 'unloadHopper', { workstationId: powder.printerId }, '__typename');
    const { newBatch } = await act<{ newBatch: { id: string } }>(
      client,
      'splitBatch',
      { batchId, quantity: kg(1) },
      'newBatch { id }',
    );
    const load = { batchId: newBatch.id, workstationId: powder.printerId };
    const reply = await refused(client, 'loadBatch', load);
    expect(rules(reply)).toEqual(['hold.batch']);
    const answer = await client.sendText(
      `{ events(filter: { kinds: [HoldSpread] }) { nodes { ... on HoldSpread { batchIds } } } }`,
    );
    expect(answer.data().events).toEqual({ nodes: [{ batchIds: [newBatch.id] }] });
  });
});

describe('modular builds', () => {
  it('set aside what their modules hold until it is told what they used', async () => {
    const { client, powder } = await powderShop();
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    const { container } = await act<{ container: { id: string } }>(
      client,
      'createMaterialContainer',
      { name: 'Dose 1', type: 'DOSE', locationId: powder.locationId },
      'container { id }',
    );
    await act(client, 'loadContainer', { containerId: container.id, batchId, quantity: kg(6) }, '__typename');
    await act(
      client,
      'dockContainer',
      { containerId: container.id, workstationId: powder.printerId },
      '__typename',
    );
    const { transactions } = await act<{ transactions: { id: string; batch: { id: string } }[] }>(
      client,
      'deferModularBuild',
      { workstationId: powder.printerId, modules: [{ containerId: container.id }], externalBuildId: 'X-1' },
      'transactions { id batch { id } isComplete initialQuantity { value } }',
    );
    expect(transactions).toMatchObject([{ isComplete: false, initialQuantity: { value: '6' } }]);
    const held = transactions[0]?.batch.id as string;
    expect(amounts(await batchOf(client, held))).toEqual(['6', '0', '6']);
    const tell = (used: string) =>
      act<{ transaction: { isComplete: boolean; isEditable: boolean; quantity: { value: string } } }>(
        client,
        'reconcileModularBuild',
        { transactionId: transactions[0]?.id, quantity: kg(used) },
        'transaction { isComplete isEditable quantity { value } }',
      );
    expect((await tell('2')).transaction).toEqual({
      isComplete: true,
      isEditable: true,
      quantity: { value: '2' },
    });
    expect(amounts(await batchOf(client, held))).toEqual(['4', '4', '0']);
    await tell('2.5');
    expect(amounts(await batchOf(client, held))).toEqual(['3.5', '3.5', '0']);
  });
});
