/** Pieces with a history to trace: made of blended powder of heats, printed, watched, held, certified and shipped. */
import { act, create } from '../api/support.ts';
import { unique } from './app.ts';
import { attach, makeCertificate } from './certificates.ts';
import type { Client } from './client.ts';
import { makeOrder, makeRun } from './factories.ts';
import { makeCollector, storeFile } from './machines.ts';
import { kg, type Lot, makeBatch, makeLot, makePowder, type Powder } from './materials.ts';

/** A lot with the one heat that it came from. */
export interface HeatedLot extends Lot {
  heatId: string;
  heatNumber: string;
}

/** Lots of a shop, each of a heat of its own that a mill's document tells of. */
export async function makeHeatedLot(client: Client, powder: Powder): Promise<HeatedLot> {
  const lot = await makeLot(client, powder);
  const heatNumber = unique('H');
  const { millCertification } = await act<{
    millCertification: { heats: { nodes: { id: string }[] } };
  }>(
    client,
    'createMillCertification',
    {
      document: { documentType: 'TYPE_3_1', certificateNumber: unique('C'), supplier: 'Kvarken Steel' },
      heats: [{ number: heatNumber, elements: [{ symbol: 'Ti', value: '89.5' }] }],
      properties: [{ heatNumber, kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: '960', unit: 'MPa' }],
    },
    'millCertification { heats { nodes { id } } }',
  );
  const heatId = millCertification.heats.nodes[0]?.id as string;
  await act(client, 'linkMaterialLotHeats', { lotId: lot.id, heatIds: [heatId] }, '__typename');
  return { ...lot, heatId, heatNumber };
}

/** What {@link makeTraced} made. */
export interface Traced {
  powder: Powder;
  orderId: string;
  pieceIds: string[];
  runId: string;
  lots: HeatedLot[];
  batchId: string;
  inside: string;
  store: string;
  holdId: string;
  anomalyId: string;
  presetId: string;
}

/**
 * Pieces with all that a thread shows. A long history has failed attempts before the last, and powder that was blended
 * that many times. `tick` lets time pass, and `now` tells it.
 */
export async function makeTraced(
  client: Client,
  {
    quantity = 1,
    length = 1,
    now,
    tick,
  }: {
    quantity?: number;
    /** How many lots are blended, and how many attempts the print takes. */
    length?: number;
    now: () => Date;
    tick: () => void;
  },
): Promise<Traced> {
  const powder = await makePowder(client);
  const collectorId = await makeCollector(client);
  await act(client, 'updateMachine', { machineId: powder.machineId, collectorId }, '__typename');
  const sensor = (place: { subLocationId: string } | { machineId: string }) =>
    create(client, 'Sensor', { name: unique('Humidity'), quantity: 'humidity', unit: '%', ...place });
  const inside = await sensor({ machineId: powder.machineId });
  const store = await sensor({ subLocationId: powder.subLocationId });
  const measure = async (sensorId: string, value: number) => {
    tick();
    const readings = [{ sensorId, value, observedAt: now().toISOString() }];
    await act(client, 'ingestReadings', { readings }, '__typename');
    tick();
  };
  // Long before there was any powder: not what it went through.
  await measure(store, 99);
  for (let passed = 0; passed < 400; passed++) tick();
  const lots: HeatedLot[] = [];
  let batchId = '';
  for (let place = 0; place < length; place++) {
    const lot = await makeHeatedLot(client, powder);
    lots.push(lot);
    const made = await makeBatch(client, lot, 1);
    if (place === 0) batchId = made;
    else {
      const { batch } = await act<{ batch: { id: string } }>(
        client,
        'blendBatches',
        { sources: [{ batchId }, { batchId: made }] },
        'batch { id }',
      );
      batchId = batch.id;
    }
  }
  await measure(store, 40);
  await measure(store, 42);
  await act(client, 'loadBatch', { batchId, workstationId: powder.printerId }, '__typename');
  const { orderId, pieces } = await makeOrder(client, powder, { quantity });
  const pieceIds = pieces.map(({ id }) => id);
  for (let attempt = 1; attempt < length; attempt++) {
    const failed = await makeRun(client, powder.printerId, pieceIds, 'IN_PROGRESS');
    await act(client, 'failRun', { runId: failed.id, error: 'Recoater' }, '__typename');
    for (const pieceId of pieceIds) await act(client, 'redoPiece', { pieceId }, '__typename');
  }
  const { machineId } = powder;
  const run = await makeRun(client, powder.printerId, pieceIds, 'QUEUED');
  const presetId = await create(client, 'PrintingPreset', { machineId, name: unique('Ti64 60 µm') });
  const fileId = await storeFile(client, 'G28\n', 'plate.gcode');
  const start = { machineId, type: 'START_JOB', runId: run.id, presetId, fileId };
  await act(client, 'commandMachine', start, '__typename');
  await act(client, 'startRun', { runId: run.id }, '__typename');
  const { build } = await act<{ build: { id: string } }>(
    client,
    'reportBuild',
    { machineId, name: run.number, status: 'PROCESSING', layers: 900, currentLayer: 12 },
    'build { id }',
  );
  const { anomaly } = await act<{ anomaly: { id: string } }>(
    client,
    'reportAnomaly',
    { source: 'Camera', classification: 'spatter', buildId: build.id, layer: 12 },
    'anomaly { id }',
  );
  await measure(inside, 3);
  await act(client, 'consumeBatch', { runId: run.id, otherwise: kg('0.1') }, '__typename');
  tick();
  await act(client, 'completeRun', { runId: run.id, otherwise: 'SUCCESS' }, '__typename');
  const steps = await client.sendText(`{ workflow(id: "${powder.workflowId}") { processSteps { id } } }`);
  const { processSteps } = steps.data().workflow as { processSteps: { id: string }[] };
  await attach(client, await makeCertificate(client), processSteps[0]?.id, pieceIds);
  await makeRun(client, powder.dockId, pieceIds, 'COMPLETE');
  const { hold } = await act<{ hold: { id: string } }>(
    client,
    'placeHold',
    { lotId: lots[0]?.id, reason: 'Wrong label' },
    'hold { id }',
  );
  for (const pieceId of pieceIds)
    await act(
      client,
      'addHoldDisposition',
      { holdId: hold.id, pieceId, decision: 'USE_AS_IS' },
      '__typename',
    );
  // Long after: nothing of the piece is there any more.
  for (let passed = 0; passed < 400; passed++) tick();
  await measure(store, 98);
  return {
    powder,
    orderId,
    pieceIds,
    runId: run.id,
    lots,
    batchId,
    inside,
    store,
    holdId: hold.id,
    anomalyId: anomaly.id,
    presetId,
  };
}
