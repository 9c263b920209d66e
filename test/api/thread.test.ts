import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeDocument } from '../support/documents.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { kg, makeBatch, makeLot } from '../support/materials.ts';
import { type HeatedLot, makeTraced } from '../support/thread.ts';
import { storeFile } from '../support/uploads.ts';
import { act } from './support.ts';

let clock = Date.now();
const app = useApp({ now: () => new Date(clock) });
const time = {
  now: () => new Date(clock),
  tick: () => {
    clock += 1_000;
  },
};

const thread = `
  order { id customerName } lineItem { designName } workflow { id }
  operations(orderBy: [{ field: POSITION }]) { nodes {
    id kind attempt status startedAt endedAt startedBy { kind name } endedBy { kind name }
    run { workstation { id } printingPresets { nodes { id } } }
  } }
  runs { totalCount nodes { id } }
  builds { nodes { name layers currentLayer anomalies { nodes { id layer classification } } } }
  anomalies { nodes { id } }
  climate { sensor { id } count minimum mean maximum }
  lots { totalCount nodes { lot { id heats { nodes { heat { number } } } } expectedFraction } }
  batches { nodes { batch { id } until } }
  heats { totalCount nodes { linkId expectedFraction lot { id } heat { number elements { symbol value } properties { symbol value unit } millCertification { certificateNumber } } } }
  certificates { nodes { certificate { name sha256 } processStep { name } status } }
  nonConformances { hold { id reason status } path { label } dispositions { disposition { decision piece { id } } } }
  shipments { nodes { kind status run { workstation { id } } } }`;

interface Thread {
  [field: string]: unknown;
  lots: { nodes: { lot: { id: string }; expectedFraction: string | null }[] };
  heats: { nodes: { lot: { id: string }; expectedFraction: string | null; heat: { number: string } }[] };
  climate: { sensor: { id: string }; count: number; minimum: number; mean: number; maximum: number }[];
  operations: { nodes: Record<string, unknown>[] };
  nonConformances: { hold: { id: string }; dispositions: object[] }[];
}

interface Named {
  id: string;
}

interface Instructions {
  totalCount: number;
  nodes: { name: string; revision: number }[];
}

async function threadOf(client: Client, id: string, selection = thread): Promise<Thread> {
  const answer = await client.sendText(`query($id: ID!) { piece(id: $id) { thread { ${selection} } } }`, {
    id,
  });
  return (answer.data().piece as { thread: Thread }).thread;
}

describe('the thread of a piece', () => {
  it('leads from its order to its heats, its climate, its holds and its shipment', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const [pieceId] = made.pieceIds as [string];
    const [lot] = made.lots;
    const found = await threadOf(ours.client, pieceId);
    expect(found).toMatchObject({
      order: { id: made.orderId },
      lineItem: { designName: 'Bracket' },
      workflow: { id: made.powder.workflowId },
      operations: {
        nodes: [
          {
            kind: 'PRINTER',
            attempt: 1,
            status: 'COMPLETE',
            startedBy: { kind: 'TOKEN' },
            endedBy: { kind: 'TOKEN' },
            run: {
              workstation: { id: made.powder.printerId },
              printingPresets: { nodes: [{ id: made.presetId }] },
            },
          },
          {
            kind: 'SHIPPING',
            status: 'COMPLETE',
            run: { workstation: { id: made.powder.dockId }, printingPresets: { nodes: [] } },
          },
        ],
      },
      runs: { totalCount: 2 },
      builds: {
        nodes: [
          {
            layers: 900,
            currentLayer: 12,
            anomalies: { nodes: [{ id: made.anomalyId, layer: 12, classification: 'spatter' }] },
          },
        ],
      },
      lots: {
        totalCount: 1,
        nodes: [
          {
            lot: { id: lot?.id, heats: { nodes: [{ heat: { number: lot?.heatNumber } }] } },
            expectedFraction: '1',
          },
        ],
      },
      batches: { nodes: [{ batch: { id: made.batchId }, until: expect.any(String) }] },
      heats: {
        totalCount: 1,
        nodes: [
          {
            expectedFraction: '1',
            heat: {
              number: lot?.heatNumber,
              elements: [{ symbol: 'Ti', value: '89.5' }],
              properties: [{ symbol: 'Rm', value: '960', unit: 'MPa' }],
            },
          },
        ],
      },
      certificates: { nodes: [{ processStep: { name: 'Print' }, status: 'VALID' }] },
      nonConformances: [
        {
          hold: { id: made.holdId, reason: 'Wrong label', status: 'OPEN' },
          dispositions: [{ disposition: { decision: 'USE_AS_IS', piece: { id: pieceId } } }],
        },
      ],
      shipments: { nodes: [{ kind: 'SHIPPING', status: 'COMPLETE' }] },
    });
  });

  it('has the climate of the times when it was there, and of no other', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const { climate } = await threadOf(ours.client, made.pieceIds[0] ?? '');
    expect([...climate].sort((a, b) => a.mean - b.mean)).toEqual([
      { sensor: { id: made.inside }, count: 1, minimum: 3, mean: 3, maximum: 3 },
      { sensor: { id: made.store }, count: 2, minimum: 40, mean: 41, maximum: 42 },
    ]);
  });

  it('has every lot and heat of blended powder, and the failed attempts', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, { ...time, length: 3 });
    const found = await threadOf(ours.client, made.pieceIds[0] ?? '');
    const shares = found.heats.nodes.map(({ lot, heat, expectedFraction }) => [
      lot.id,
      heat.number,
      Number(expectedFraction).toFixed(6),
    ]);
    const third = (1 / 3).toFixed(6);
    expect(shares.sort()).toEqual(made.lots.map((lot) => [lot.id, lot.heatNumber, third]).sort());
    expect(found.lots.nodes.map(({ lot }) => lot.id).sort()).toEqual(made.lots.map(({ id }) => id).sort());
    expect(found.operations.nodes.map(({ attempt, status }) => [attempt, status]).sort()).toEqual([
      [1, 'COMPLETE'],
      [1, 'ERROR'],
      [2, 'ERROR'],
      [3, 'COMPLETE'],
    ]);
  });

  it('tells no share of heats where a lot came from several, and none of what is not there', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, { ...time, length: 2 });
    const [first, second] = made.lots as [HeatedLot, HeatedLot];
    await act(
      ours.client,
      'linkMaterialLotHeats',
      { lotId: first.id, heatIds: [second.heatId] },
      '__typename',
    );
    const { heats } = await threadOf(ours.client, made.pieceIds[0] ?? '');
    expect(heats.nodes).toHaveLength(3);
    for (const { lot, expectedFraction } of heats.nodes) {
      if (lot.id === first.id) expect(expectedFraction).toBeNull();
      else expect(expectedFraction).toBe('0.5');
    }
  });

  it('has the instructions in the revisions by which it was done, whatever replaced them later', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const shop = await makeShop(client);
    const steps = await client.sendText(
      'query($id: ID!) { workflow(id: $id) { processSteps { id workstationType { id } } } }',
      { id: shop.workflowId },
    );
    const [step] = (
      steps.data().workflow as { processSteps: { id: string; workstationType: { id: string } }[] }
    ).processSteps;
    const write = (name: string, about?: string) => makeDocument(app(), client, { name, about: [about] });
    const settings = await write('Settings of the type', step?.workstationType.id);
    const cleaning = await write('Cleaning', shop.workflowId);
    await write('First layer', step?.id);
    await write('Of no step', shop.locationId);
    const [done, waiting] = (await makeOrder(client, shop, { quantity: 2 })).pieces as Named[];
    await act(client, 'archiveDocument', { documentId: cleaning }, '__typename');
    time.tick();
    await makeRun(client, shop.printerId, [done?.id ?? ''], 'COMPLETE');
    time.tick();
    const fileId = await storeFile(app(), client, 'Slower');
    await act(client, 'replaceDocument', { documentId: settings, fileId }, '__typename');
    await write('Checked twice', step?.id);
    const instructed = async (piece?: Named) => {
      const selection = `operations(orderBy: [{ field: POSITION }]) { nodes { instructions { totalCount nodes { name revision } } } }`;
      const [first] = (await threadOf(client, piece?.id ?? '', selection)).operations.nodes;
      const { nodes, totalCount } = (first as { instructions: Instructions }).instructions;
      expect(totalCount).toBe(nodes.length);
      return nodes.map(({ name, revision }) => `${name} ${revision}`).sort();
    };
    expect(await instructed(done)).toEqual(['First layer 1', 'Settings of the type 1']);
    expect(await instructed(waiting)).toEqual(['Checked twice 1', 'First layer 1', 'Settings of the type 2']);
  });

  it('is empty where nothing was done yet', async () => {
    const { ours } = await app().organizations();
    const { orderId, pieces } = await makeOrder(ours.client, await makeShop(ours.client), { quantity: 1 });
    expect(await threadOf(ours.client, pieces[0]?.id ?? '')).toMatchObject({
      order: { id: orderId },
      operations: {
        nodes: [{ status: 'CREATED', startedBy: null, endedBy: null, run: null }, { run: null }],
      },
      runs: { totalCount: 0 },
      builds: { nodes: [] },
      climate: [],
      lots: { totalCount: 0 },
      batches: { nodes: [] },
      heats: { nodes: [] },
      certificates: { nodes: [] },
      nonConformances: [],
      shipments: { nodes: [{ status: 'CREATED' }] },
    });
  });

  it('shows a hold that was released with what was decided, and none on other powder', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const [pieceId] = made.pieceIds as [string];
    const { hold } = await act<{ hold: { id: string } }>(
      ours.client,
      'placeHold',
      { pieceId, reason: 'Scratch' },
      'hold { id }',
    );
    await act(
      ours.client,
      'addHoldDisposition',
      { holdId: hold.id, pieceId, decision: 'REWORK' },
      '__typename',
    );
    await act(ours.client, 'releaseHold', { holdId: hold.id }, '__typename');
    const other = await makeLot(ours.client, made.powder);
    await act(ours.client, 'placeHold', { lotId: other.id, reason: 'Other' }, '__typename');
    const { nonConformances } = await threadOf(ours.client, pieceId);
    expect(nonConformances).toMatchObject([
      {
        hold: { id: made.holdId, status: 'OPEN' },
        dispositions: [{ disposition: { decision: 'USE_AS_IS' } }],
      },
      { hold: { id: hold.id, status: 'RELEASED' }, dispositions: [{ disposition: { decision: 'REWORK' } }] },
    ]);
  });

  it('is nobody else’s', async () => {
    const { ours, theirs } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const answer = await theirs.client.sendText(
      `query($id: ID!) { piece(id: $id) { thread { order { id } } } }`,
      { id: made.pieceIds[0] },
    );
    expect(answer.data().piece).toBeNull();
  });
});

describe('the heats of a batch', () => {
  it('are those of all lots that were blended into it, with their shares', async () => {
    const { ours, theirs } = await app().organizations();
    const made = await makeTraced(ours.client, { ...time, length: 2 });
    const { client } = ours;
    const selection = `heats(first: 1) { totalCount pageInfo { hasNextPage } nodes { expectedFraction heat { number } } }`;
    const batch = (of: Client) =>
      of.sendText(`query($id: ID!) { materialBatch(id: $id) { ${selection} } }`, { id: made.batchId });
    expect((await batch(client)).data().materialBatch).toMatchObject({
      heats: { totalCount: 2, pageInfo: { hasNextPage: true }, nodes: [{ expectedFraction: '0.5' }] },
    });
    expect((await batch(theirs.client)).data().materialBatch).toBeNull();
    const unlinked = await makeBatch(client, await makeLot(client, made.powder), 1);
    await act(client, 'splitBatch', { batchId: unlinked, quantity: kg(1) }, '__typename');
    const none = await client.sendText(`query($id: ID!) { materialBatch(id: $id) { ${selection} } }`, {
      id: unlinked,
    });
    expect(none.data().materialBatch).toMatchObject({ heats: { totalCount: 0, nodes: [] } });
  });
});
