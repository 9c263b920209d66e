import { describe, expect, it } from 'vitest';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { batchOf, kg, makeBatch, makeLot, makePowder } from '../../support/materials.ts';
import {
  makeContainer,
  makeFilledContainer,
  makeLooseBatch,
  makeReceivedLot,
  pathsOf,
  read,
  refused,
  rulesOf,
} from '../../support/stores.ts';
import { absentId, act, create } from '../support.ts';

const app = useApp();

const shop = async () => {
  const { ours, theirs } = await app().organizations();
  return { client: ours.client, powder: await makePowder(ours.client), theirs: theirs.client };
};

interface ContainerView {
  status: string;
  type: string;
  quantity: { value: string } | null;
  batch: { id: string } | null;
  location: { id: string };
  subLocation: { id: string } | null;
  workstation: { id: string } | null;
  cleanedAt: string | null;
  fillings: { nodes: { batch: { id: string }; endedAt: string | null }[] };
  actions: { nodes: { type: string; batch: { id: string } | null }[] };
}
const view = `status type quantity { value } batch { id } location { id } subLocation { id } workstation { id } cleanedAt
  fillings(orderBy: [{ field: STARTED_AT }]) { nodes { batch { id } endedAt } }
  actions(orderBy: [{ field: CREATED_AT }]) { nodes { type batch { id } } }`;
const containerOf = (client: Client, id: string) =>
  read<ContainerView>(client, 'materialContainer', id, view);
const held = async (client: Client, id: string) => {
  const { status, quantity, batch } = await containerOf(client, id);
  return [status, quantity?.value ?? null, batch?.id ?? null];
};
const at = async (client: Client, batchId: string) => {
  const { availableQuantity } = await batchOf(client, batchId);
  return availableQuantity.value;
};
const batchIn = (client: Client, mutation: string, input: object) =>
  act<{ batch: { id: string } }>(client, mutation, input, 'batch { id }').then(({ batch }) => batch.id);

describe('a container of the shop', () => {
  it('is created empty, changed and archived, and only once', async () => {
    const { client, powder } = await shop();
    const id = await makeContainer(client, powder, { tare: '1250.5', name: 'Drum 7' });
    expect(await held(client, id)).toEqual(['NEW', null, null]);
    const input = { name: 'Drum 7', type: 'PERMANENT', locationId: powder.locationId };
    expect(pathsOf(await refused(client, 'createMaterialContainer', input))).toEqual(['name']);
    const disposable = { ...input, name: 'Bag', type: 'DISPOSABLE' };
    expect(pathsOf(await refused(client, 'createMaterialContainer', disposable))).toEqual(['type']);
    await act(client, 'updateMaterialContainer', { containerId: id, name: 'Drum 8' }, '__typename');
    await act(client, 'archiveMaterialContainer', { containerId: id }, '__typename');
    for (const mutation of ['updateMaterialContainer', 'cleanContainer', 'archiveMaterialContainer']) {
      expect(await refused(client, mutation, { containerId: id })).toMatchObject({ from: 'ARCHIVED' });
    }
  });

  it('is not archived while it holds something, or is docked', async () => {
    const { client, powder } = await shop();
    const { containerId } = await makeFilledContainer(client, powder);
    await act(client, 'dockContainer', { containerId, workstationId: powder.printerId }, '__typename');
    expect(rulesOf(await refused(client, 'archiveMaterialContainer', { containerId }))).toEqual([
      'container.isEmpty',
      'container.notDocked',
    ]);
    const lot = await makeReceivedLot(client, powder);
    const unopened = { containerId: lot.containerIds[0] };
    expect(rulesOf(await refused(client, 'archiveMaterialContainer', unopened))).toEqual([
      'container.isEmpty',
    ]);
  });

  it('becomes one of another type, but not while it is docked', async () => {
    const { client, powder } = await shop();
    const containerId = await makeContainer(client, powder);
    await act(client, 'reclassifyContainer', { containerId, type: 'DOSE' }, '__typename');
    expect((await containerOf(client, containerId)).type).toBe('DOSE');
    await act(client, 'dockContainer', { containerId, workstationId: powder.printerId }, '__typename');
    const again = { containerId, type: 'BUILD' };
    expect(rulesOf(await refused(client, 'reclassifyContainer', again))).toEqual(['container.notDocked']);
    const disposable = { containerId, type: 'DISPOSABLE' };
    expect(pathsOf(await refused(client, 'reclassifyContainer', disposable))).toEqual(['type']);
  });

  it('stays the secret of its organization, and holds nothing of another one', async () => {
    const { client, powder, theirs } = await shop();
    const { containerId, batchId } = await makeFilledContainer(client, powder);
    expect(await read(theirs, 'materialContainer', containerId, 'name')).toBeNull();
    const own = await makePowder(theirs);
    const mine = await makeContainer(theirs, own);
    const notFound = (id: string) => ({ __typename: 'NotFoundError', id });
    expect(await refused(theirs, 'loadContainer', { containerId: mine, batchId })).toEqual(notFound(batchId));
    const transfer = { containerId, toContainerId: mine };
    expect(await refused(theirs, 'transferContainer', transfer)).toEqual(notFound(containerId));
    const foreign = { name: 'Drum', type: 'DOSE', locationId: powder.locationId };
    expect(pathsOf(await refused(theirs, 'createMaterialContainer', foreign))).toEqual(['locationId']);
    const only = { containerId: mine, materialRestrictionIds: [powder.materialId] };
    expect(pathsOf(await refused(theirs, 'updateMaterialContainer', only))).toEqual([
      'materialRestrictionIds.0',
    ]);
    const dock = { containerId: mine, workstationId: powder.printerId };
    expect(pathsOf(await refused(theirs, 'dockContainer', dock))).toEqual(['workstationId']);
  });
});

describe('loadContainer', () => {
  it('keeps a batch that goes into it whole, and makes a new one of a part', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder);
    const batchId = await makeLooseBatch(client, lot);
    const [first, second] = [await makeContainer(client, powder), await makeContainer(client, powder)];
    const part = await batchIn(client, 'loadContainer', { containerId: first, batchId, quantity: kg('3.5') });
    expect(part).not.toBe(batchId);
    expect(await held(client, first)).toEqual(['IN_USE', '3.5', part]);
    expect(await at(client, batchId)).toBe('6.5');
    const whole = await batchIn(client, 'loadContainer', { containerId: second, batchId });
    expect(whole).toBe(batchId);
    expect(await held(client, second)).toEqual(['IN_USE', '6.5', batchId]);
    const { actions } = await containerOf(client, first);
    expect(actions.nodes.map((each) => each.type)).toEqual(['LOAD_CONTAINER']);
    const split = await client.sendText(
      `query Q($id: ID!) { materialActions(filter: { batch: { equals: $id }, type: { equals: SPLIT } }) {
        nodes { parentAction { type } quantity { value } } } }`,
      { id: batchId },
    );
    expect(split.data().materialActions).toEqual({
      nodes: [{ parentAction: { type: 'LOAD_CONTAINER' }, quantity: { value: '3.5' } }],
    });
  });

  it('takes the batch to where the container stands', async () => {
    const { client, powder } = await shop();
    const { batchId, containerId } = await makeFilledContainer(client, powder, {
      subLocationId: powder.subLocationId,
      type: 'DOSE',
    });
    const place = 'location { id } subLocation { id } dockedAt { id }';
    expect(await read(client, 'materialBatch', batchId, place)).toEqual({
      location: { id: powder.locationId },
      subLocation: { id: powder.subLocationId },
      dockedAt: null,
    });
    await act(client, 'dockContainer', { containerId, workstationId: powder.printerId }, '__typename');
    expect(await read(client, 'materialBatch', batchId, place)).toEqual({
      location: { id: powder.locationId },
      subLocation: null,
      dockedAt: { id: powder.printerId },
    });
    await act(client, 'unloadContainer', { containerId }, '__typename');
    expect(await read(client, 'materialBatch', batchId, 'dockedAt { id }')).toEqual({ dockedAt: null });
  });

  it('refuses what may not go in, all of it at once', async () => {
    const { client, powder } = await shop();
    const lot = await makeLot(client, powder);
    const batchId = await makeLooseBatch(client, lot);
    const other = await makePowder(client);
    const disposable = lot.containerIds[0] as string;
    expect(rulesOf(await refused(client, 'loadContainer', { containerId: disposable, batchId }))).toEqual([
      'container.isEmpty',
      'container.notDisposable',
    ]);
    const kept = await makeContainer(client, powder, { materialRestrictionIds: [other.materialId] });
    expect(rulesOf(await refused(client, 'loadContainer', { containerId: kept, batchId }))).toEqual([
      'container.takesMaterial',
    ]);
    const containerId = await makeContainer(client, powder);
    const much = { containerId, batchId, quantity: kg('10.000001') };
    expect(rulesOf(await refused(client, 'loadContainer', much))).toEqual(['batch.enoughAtHand']);
    const known = { containerId, batchId, previousActionId: absentId('MaterialAction') };
    expect(await refused(client, 'loadContainer', known)).toMatchObject({ __typename: 'ConflictError' });
    await act(client, 'loadContainer', { containerId, batchId }, '__typename');
    const full = { containerId, batchId, quantity: kg(1) };
    expect(rulesOf(await refused(client, 'loadContainer', full))).toEqual(['container.isEmpty']);
    const empty = await makeContainer(client, powder);
    expect(pathsOf(await refused(client, 'loadContainer', { containerId: empty, batchId }))).toEqual([
      'quantity',
    ]);
  });

  it('of another lot or material wants a container that was cleaned', async () => {
    const { client, powder } = await shop();
    const { containerId, batchId } = await makeFilledContainer(client, powder);
    await act(client, 'unloadContainer', { containerId }, '__typename');
    expect(await held(client, containerId)).toEqual(['EMPTY', '0', null]);
    const another = await makeLooseBatch(client, await makeLot(client, powder));
    const load = { containerId, batchId: another };
    expect(rulesOf(await refused(client, 'loadContainer', load))).toEqual(['container.isClean']);
    const same = { containerId, batchId, quantity: kg(1) };
    await act(client, 'loadContainer', same, '__typename');
    expect(rulesOf(await refused(client, 'cleanContainer', { containerId }))).toEqual(['container.isEmpty']);
    await act(client, 'scrapContainer', { containerId, reason: 'Spilt.' }, '__typename');
    await act(client, 'cleanContainer', { containerId }, '__typename');
    expect(await batchIn(client, 'loadContainer', load)).toBe(another);
    const { fillings, cleanedAt } = await containerOf(client, containerId);
    expect(fillings.nodes.map((each) => each.endedAt !== null)).toEqual([true, true, false]);
    expect(cleanedAt).toBeNull();
  });

  it('of one batch by many at once never gives more than there is', async () => {
    const { client, powder } = await shop();
    const batchId = await makeLooseBatch(client, await makeLot(client, powder));
    const containers = await Promise.all(Array.from({ length: 5 }, () => makeContainer(client, powder)));
    const answers = await Promise.all(
      containers.map(async (containerId) => {
        const text = `mutation M($input: LoadContainerInput!) { loadContainer(input: $input) { __typename } }`;
        const answer = await client.sendText(text, { input: { containerId, batchId, quantity: kg(4) } });
        return (answer.data().loadContainer as { __typename: string }).__typename;
      }),
    );
    expect(answers.sort()).toEqual([
      'BlockedError',
      'BlockedError',
      'BlockedError',
      'LoadContainerSuccess',
      'LoadContainerSuccess',
    ]);
    expect(await at(client, batchId)).toBe('2');
  });
});

describe('topOffContainer', () => {
  it('mixes another batch in, exactly, and only what is in the container', async () => {
    const { client, powder } = await shop();
    const { containerId, batchId, lot } = await makeFilledContainer(client, powder);
    const other = await makeLot(client, powder);
    const source = await makeLooseBatch(client, other);
    const mixed = await batchIn(client, 'topOffContainer', { containerId, batchId: source, quantity: kg(5) });
    expect(mixed).toBe(batchId);
    expect(await held(client, containerId)).toEqual(['IN_USE', '15', batchId]);
    const { composition } = await batchOf(client, batchId);
    expect(composition.map((each) => [each.lot.id, each.quantity.value])).toEqual([
      [lot.id, '10'],
      [other.id, '5'],
    ]);
    // Of a batch in two containers, only what is in this one is mixed.
    const part = await batchIn(client, 'splitContainer', {
      containerId,
      toContainerId: await makeContainer(client, powder),
      quantity: kg(3),
    });
    expect(await at(client, part)).toBe('3');
    const pair = await makeLooseBatch(client, other);
    const filled = [{ quantity: kg(4) }, { quantity: kg(4) }];
    const boxes = await act<{ containers: { id: string }[] }>(
      client,
      'containerizeBatch',
      { batchId: pair, containers: filled },
      'containers { id }',
    );
    const [box] = boxes.containers.map((each) => each.id) as [string];
    const own = await batchIn(client, 'topOffContainer', { containerId: box, batchId, quantity: kg(1) });
    expect(own).not.toBe(pair);
    expect(await held(client, box)).toEqual(['IN_USE', '5', own]);
    expect(await at(client, pair)).toBe('6');
    expect((await batchOf(client, pair)).composition).toHaveLength(1);
    expect((await batchOf(client, own)).composition).toHaveLength(2);
    expect(await held(client, containerId)).toEqual(['IN_USE', '11', batchId]);
  });

  it('just fills in what is loose of the same batch', async () => {
    const { client, powder } = await shop();
    const batchId = await makeLooseBatch(client, await makeLot(client, powder));
    const filled = [{ quantity: kg(4) }];
    const { containers } = await act<{ containers: { id: string }[] }>(
      client,
      'containerizeBatch',
      { batchId, containers: filled },
      'containers { id }',
    );
    const containerId = containers[0]?.id;
    const input = { containerId, batchId, quantity: kg(2) };
    expect(await batchIn(client, 'topOffContainer', input)).toBe(batchId);
    expect(await held(client, containerId as string)).toEqual(['IN_USE', '6', batchId]);
    expect(await at(client, batchId)).toBe('10');
    const more = { ...input, quantity: kg(5) };
    expect(pathsOf(await refused(client, 'topOffContainer', more))).toEqual(['quantity']);
  });

  it('refuses an empty container, strange materials, lots that are kept apart, and what is in a machine', async () => {
    const { client, powder } = await shop();
    const { containerId, lot } = await makeFilledContainer(client, powder);
    const empty = await makeContainer(client, powder);
    const source = await makeBatch(client, lot, 1);
    const into = (id: string, batchId: string) => ({ containerId: id, batchId, quantity: kg(1) });
    expect(rulesOf(await refused(client, 'topOffContainer', into(empty, source)))).toEqual([
      'container.holdsBatch',
    ]);
    const other = await makePowder(client);
    const strange = await makeBatch(client, await makeLot(client, other), 1);
    expect(rulesOf(await refused(client, 'topOffContainer', into(containerId, strange)))).toEqual([
      'material.mixable',
    ]);
    await act(
      client,
      'setMaterialBlendPartners',
      { materialId: powder.materialId, partnerIds: [other.materialId] },
      '__typename',
    );
    await act(client, 'topOffContainer', into(containerId, strange), '__typename');
    await act(client, 'updateMaterial', { materialId: powder.materialId, lotMixing: false }, '__typename');
    expect(rulesOf(await refused(client, 'topOffContainer', into(containerId, source)))).toEqual([
      'material.lotMixing',
    ]);
    await act(client, 'updateMaterial', { materialId: powder.materialId, lotMixing: true }, '__typename');
    const load = { batchId: source, workstationId: powder.printerId, quantity: kg(1) };
    await act(client, 'loadBatch', load, '__typename');
    expect(rulesOf(await refused(client, 'topOffContainer', into(containerId, source)))).toEqual([
      'batch.notInMachine',
    ]);
  });
});

it('what is held is not filled into a container nor topped off, and may be moved and scrapped', async () => {
  const { client, powder } = await shop();
  const { containerId, batchId, lot } = await makeFilledContainer(client, powder);
  const other = await makeLooseBatch(client, lot);
  await act(client, 'placeHold', { batchId, reason: 'Contaminated?' }, '__typename');
  const [empty, second] = [await makeContainer(client, powder), await makeContainer(client, powder)];
  const load = { containerId: empty, batchId, quantity: kg(1) };
  expect(rulesOf(await refused(client, 'loadContainer', load))).toEqual(['hold.batch']);
  const topOff = { containerId, batchId: other, quantity: kg(1) };
  expect(rulesOf(await refused(client, 'topOffContainer', topOff))).toEqual(['hold.batch']);
  await act(client, 'transferContainer', { containerId, toContainerId: second }, '__typename');
  await act(client, 'scrapContainer', { containerId: second, reason: 'Contaminated.' }, '__typename');
});

describe('what is in a container', () => {
  it('goes to another as the same batch, and part of it as a new one', async () => {
    const { client, powder } = await shop();
    const { containerId, batchId } = await makeFilledContainer(client, powder);
    const [second, third] = [await makeContainer(client, powder), await makeContainer(client, powder)];
    const transfer = { containerId, toContainerId: second };
    expect(await batchIn(client, 'transferContainer', transfer)).toBe(batchId);
    expect(await held(client, containerId)).toEqual(['EMPTY', '0', null]);
    expect(await held(client, second)).toEqual(['IN_USE', '10', batchId]);
    const split = { containerId: second, toContainerId: third, quantity: kg('2.5') };
    const part = await batchIn(client, 'splitContainer', split);
    expect(await held(client, second)).toEqual(['IN_USE', '7.5', batchId]);
    expect(await held(client, third)).toEqual(['IN_USE', '2.5', part]);
    const all = { ...split, toContainerId: containerId, quantity: kg('7.5') };
    expect(pathsOf(await refused(client, 'splitContainer', all))).toEqual(['quantity']);
    expect(rulesOf(await refused(client, 'transferContainer', transfer))).toEqual(['container.holdsBatch']);
    const onto = { containerId: second, toContainerId: third };
    expect(rulesOf(await refused(client, 'transferContainer', onto))).toEqual(['container.isEmpty']);
    const self = { containerId: second, toContainerId: second };
    expect(pathsOf(await refused(client, 'transferContainer', self))).toEqual(['toContainerId']);
    const stale = { containerId: second, toContainerId: containerId, toExpectedVersion: 77 };
    expect((await refused(client, 'transferContainer', stale)).__typename).toBe('ConflictError');
  });

  it('is a batch of its own where the rest of its batch is elsewhere', async () => {
    const { client, powder } = await shop();
    const batchId = await makeLooseBatch(client, await makeLot(client, powder));
    const { containers } = await act<{ containers: { id: string }[] }>(
      client,
      'containerizeBatch',
      { batchId, containers: [{ quantity: kg(4) }, { quantity: kg(6) }] },
      'containers { id }',
    );
    const [first, second] = containers.map((each) => each.id) as [string, string];
    const other = await makePowder(client);
    const place = { locationId: other.locationId, subLocationId: other.subLocationId };
    await act(client, 'relocateContainer', { containerId: first, ...place }, '__typename');
    const moved = await containerOf(client, first);
    expect(moved).toMatchObject({ quantity: { value: '4' }, location: { id: other.locationId } });
    expect(moved.batch?.id).not.toBe(batchId);
    expect(await held(client, second)).toEqual(['IN_USE', '6', batchId]);
    expect(await at(client, batchId)).toBe('6');
    // The other is all of its batch now, and takes it along.
    await act(client, 'relocateContainer', { containerId: second, ...place }, '__typename');
    expect(await held(client, second)).toEqual(['IN_USE', '6', batchId]);
    expect(await read(client, 'materialBatch', batchId, 'location { id }')).toEqual({
      location: { id: other.locationId },
    });
    const again = { containerId: second, ...place };
    expect(pathsOf(await refused(client, 'relocateContainer', again))).toEqual(['locationId']);
    const wrong = { containerId: second, ...place, locationId: powder.locationId };
    expect(pathsOf(await refused(client, 'relocateContainer', wrong))).toEqual(['subLocationId']);
  });

  it('is found by weighing, and the difference is an adjustment', async () => {
    const { client, powder } = await shop();
    const { containerId, batchId } = await makeFilledContainer(client, powder);
    const weigh = (gross: object) => ({ containerId, gross });
    expect(pathsOf(await refused(client, 'weighContainer', weigh(kg(11))))).toEqual(['containerId']);
    await act(client, 'setContainerTare', { containerId, tare: '1250.5' }, '__typename');
    const difference = async (gross: object) =>
      (await act<{ difference: string }>(client, 'weighContainer', weigh(gross), 'difference')).difference;
    expect(await difference({ value: '11000.25', unit: 'g' })).toBe('-250.25');
    expect(await held(client, containerId)).toEqual(['IN_USE', '9.74975', batchId]);
    expect(await difference(kg('11.3005'))).toBe('300.25');
    expect(await difference(kg('11.3005'))).toBe('0');
    expect(await at(client, batchId)).toBe('10.05');
    expect(pathsOf(await refused(client, 'weighContainer', weigh(kg(1))))).toEqual(['gross']);
    expect(pathsOf(await refused(client, 'weighContainer', weigh({ value: '1', unit: 'L' })))).toEqual([
      'gross.unit',
    ]);
    const answer = await client.sendText(
      `query Q($id: ID!) { materialActions(filter: { container: { equals: $id }, type: { equals: ADJUST } }) {
        totalCount nodes { reason } } }`,
      { id: containerId },
    );
    expect(answer.data().materialActions).toMatchObject({
      totalCount: 3,
      nodes: [{ reason: 'weighed' }, {}, {}],
    });
    expect(await difference({ value: '1250.5', unit: 'g' })).toBe('-10050');
    expect(await held(client, containerId)).toEqual(['EMPTY', '0', null]);
    expect((await batchOf(client, batchId)).status).toBe('DONE');
    expect(rulesOf(await refused(client, 'weighContainer', weigh(kg(2))))).toEqual(['container.holdsBatch']);
  });

  it('is not weighed where it is not counted by mass', async () => {
    const { client, powder } = await shop();
    const materialId = await create(client, 'Material', {
      name: unique('Resin'),
      type: 'BASE',
      family: 'POLYMER',
      unit: 'L',
      density: '1.1',
    });
    const lot = await makeReceivedLot(client, powder, {
      materialId,
      containers: { count: 1, size: { value: '5', unit: 'L' } },
    });
    await act(client, 'releaseMaterialLot', { lotId: lot.id }, '__typename');
    const batchId = await makeLooseBatch(client, lot);
    const containerId = await makeContainer(client, powder, { tare: '100' });
    await act(client, 'loadContainer', { containerId, batchId }, '__typename');
    const input = { containerId, gross: kg(5) };
    expect(pathsOf(await refused(client, 'weighContainer', input))).toEqual(['containerId']);
  });

  it('is scrapped, all of it or a part; what was never opened, whole', async () => {
    const { client, powder } = await shop();
    const { containerId, batchId } = await makeFilledContainer(client, powder);
    const scrap = (more: object) => ({ containerId, reason: 'Spilt.', ...more });
    await act(client, 'scrapContainer', scrap({ quantity: kg('0.5') }), '__typename');
    expect(await held(client, containerId)).toEqual(['IN_USE', '9.5', batchId]);
    expect(pathsOf(await refused(client, 'scrapContainer', scrap({ quantity: kg(10) })))).toEqual([
      'quantity',
    ]);
    await act(client, 'scrapContainer', scrap({}), '__typename');
    expect(await held(client, containerId)).toEqual(['EMPTY', '0', null]);
    expect(rulesOf(await refused(client, 'scrapContainer', scrap({})))).toEqual(['container.holdsBatch']);
    const lot = await makeReceivedLot(client, powder);
    const unopened = { containerId: lot.containerIds[0], reason: 'Burst.' };
    expect(pathsOf(await refused(client, 'scrapContainer', { ...unopened, quantity: kg(1) }))).toEqual([
      'quantity',
    ]);
    await act(client, 'scrapContainer', unopened, '__typename');
    expect(await read(client, 'materialLot', lot.id, 'quantity { value } fullQuantity { value }')).toEqual({
      quantity: { value: '20' },
      fullQuantity: { value: '30' },
    });
    const ordered = await makeReceivedLot(client, powder, { status: 'ON_ORDER' });
    const early = { containerId: ordered.containerIds[0], reason: 'x' };
    expect(rulesOf(await refused(client, 'scrapContainer', early))).toEqual(['container.hasArrived']);
  });
});

describe('docking', () => {
  it('has one place for each type of container at a workstation', async () => {
    const { client, powder } = await shop();
    const workstationId = powder.printerId;
    const [dose, spare, overflow] = [
      await makeContainer(client, powder, { type: 'DOSE' }),
      await makeContainer(client, powder, { type: 'DOSE' }),
      await makeContainer(client, powder, { type: 'OVERFLOW' }),
    ];
    const dock = (containerId: string) => ({ containerId, workstationId });
    await act(client, 'dockContainer', dock(dose), '__typename');
    await act(client, 'dockContainer', dock(overflow), '__typename');
    expect(rulesOf(await refused(client, 'dockContainer', dock(spare)))).toEqual(['workstation.hasFreeDock']);
    expect(rulesOf(await refused(client, 'dockContainer', dock(dose)))).toEqual(['container.notDocked']);
    const away = { containerId: dose, locationId: powder.locationId, subLocationId: powder.subLocationId };
    expect(rulesOf(await refused(client, 'relocateContainer', away))).toEqual(['container.notDocked']);
    await act(client, 'undockContainer', { containerId: dose }, '__typename');
    expect((await containerOf(client, dose)).workstation).toBeNull();
    expect(rulesOf(await refused(client, 'undockContainer', { containerId: dose }))).toEqual([
      'container.isDocked',
    ]);
    await act(client, 'dockContainer', dock(spare), '__typename');
    const lot = await makeReceivedLot(client, powder);
    const disposable = dock(lot.containerIds[0] as string);
    expect(rulesOf(await refused(client, 'dockContainer', disposable))).toEqual(['container.isDockable']);
    const archiving = await refused(client, 'archiveWorkstation', { workstationId });
    expect(rulesOf(archiving)).toContain('workstation.noContainers');
  });

  it('at once gives the place to one of them', async () => {
    const { client, powder } = await shop();
    const containers = await Promise.all(
      Array.from({ length: 4 }, () => makeContainer(client, powder, { type: 'BUILD' })),
    );
    const text = `mutation M($input: DockContainerInput!) { dockContainer(input: $input) { __typename } }`;
    const answers = await Promise.all(
      containers.map(async (containerId) => {
        const input = { containerId, workstationId: powder.printerId };
        const answer = await client.sendText(text, { input });
        return (answer.data().dockContainer as { __typename: string }).__typename;
      }),
    );
    expect(answers.filter((name) => name === 'DockContainerSuccess')).toHaveLength(1);
  });
});
