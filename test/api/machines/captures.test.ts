import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import {
  announceFile,
  makeConnected,
  makeMachine,
  readCaptures,
  readCapturesAfter,
  send,
  storeFile,
} from '../../support/machines.ts';
import { act, create, logOf, uuidOf } from '../support.ts';

const app = useApp({ captures: { longest: 3_000 } });

const See = graphql(`
  query CapturesSee($id: ID!) {
    capture(id: $id) {
      status error parsed meta takenAt processedAt allowedActions
      file { id } parsedFile { id name mediaType url }
      machine { status error activity latestCaptureAt lastReportAt cassettes { nodes { serialNumber } } currentBuild { name status currentLayer layers startedAt run { id status } } }
    }
  }
`);
const see = async (client: Client, id: string) => {
  const { capture } = await client.query(See, { id });
  if (!capture) throw new Error('There is no such capture.');
  return capture;
};

interface Kind {
  format?: 'JSON' | 'XML' | 'CSV' | 'TEXT';
  reading?: string | null;
}
const captureType = (client: Client, { format = 'JSON', reading = '$' }: Kind) =>
  create(client, 'CaptureType', { name: unique('log'), format, reading });

/** Makes a capture of that content, waits until it is read, and shows it. */
async function read(
  client: Client,
  content: string | Uint8Array<ArrayBuffer>,
  kind: Kind = {},
  more: object = {},
) {
  const captureId = await create(client, 'Capture', {
    captureTypeId: await captureType(client, kind),
    machineId: await makeMachine(client),
    fileId: await storeFile(client, content),
    ...more,
  });
  await readCaptures(client, captureId);
  return see(client, captureId);
}

async function readAgain(client: Client, captureId: string): Promise<void> {
  const { cursor } = await act<{ cursor: string }>(client, 'retryCapture', { captureId }, 'cursor');
  await readCapturesAfter(client, cursor, captureId);
}

describe('a capture', () => {
  it('is read as its type says, and moves machine and run as if they had been reported', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
    const content = `<?xml version="1.0"?><machine state="BUILDING"><job name="${run.number}" layer="12" of="340" started="2026-03-01T07:00:00Z"/><bay sn="S1"/><bay sn="S2"/></machine>`;
    const reading = `{
      "status": $lookup({ "BUILDING": "PRINTING", "IDLE": "IDLE" }, machine."@state"),
      "activity": "Layer " & machine.job."@layer",
      "build": machine.job.{
        "name": "@name", "status": "PROCESSING", "layer": $number("@layer"), "layers": $number("@of"), "startedAt": "@started"
      },
      "cassettes": machine.bay.{ "serialNumber": "@sn" }
    }`.replaceAll(/"(@\w+)"/g, '`$1`');
    const takenAt = '2026-03-01T08:00:00.000Z';
    const capture = await read(
      ours.client,
      content,
      { format: 'XML', reading },
      { machineId: shop.machineId, takenAt },
    );
    expect(capture).toMatchObject({
      status: 'COMPLETE',
      error: null,
      allowedActions: [],
      parsed: { status: 'PRINTING', build: { layer: 12 } },
      machine: {
        status: 'PRINTING',
        activity: 'Layer 12',
        latestCaptureAt: takenAt,
        lastReportAt: takenAt,
        cassettes: { nodes: [{ serialNumber: 'S2' }, { serialNumber: 'S1' }] },
        currentBuild: {
          name: run.number,
          status: 'PROCESSING',
          currentLayer: 12,
          layers: 340,
          startedAt: '2026-03-01T07:00:00.000Z',
          run: { id: run.id, status: 'IN_PROGRESS' },
        },
      },
    });
  });

  it('keeps its whole content as JSON in a file', async () => {
    const { ours } = await app().organizations();
    const capture = await read(ours.client, 'Name;Wert\r\nTür;1,5\r\n', { format: 'CSV', reading: '{}' });
    expect(capture.parsedFile).toMatchObject({ mediaType: 'application/json' });
    const url = new URL(capture.parsedFile?.url ?? '', ours.client.url);
    expect(await (await fetch(url)).json()).toEqual([{ Name: 'Tür', Wert: '1,5' }]);
  });

  it.each([
    ['TEXT', 'state=IDLE\r\nlayer=3', `{ "activity": $[1] }`, 'layer=3'],
    ['CSV', 'a,b\n1,2\n3,4\n', `{ "activity": $string($[1].b) }`, '4'],
    ['XML', '<m><s>a &lt; b &#8364;</s></m>', '{ "activity": m.s }', 'a < b €'],
    ['JSON', '\uFEFF{"a":"x"}', '{ "activity": a }', 'x'],
  ] as const)('is read as %s', async (format, content, reading, activity) => {
    const { ours } = await app().organizations();
    const capture = await read(ours.client, content, { format, reading });
    expect(capture).toMatchObject({ status: 'COMPLETE', machine: { activity } });
  });

  it('of an older machine is read in the code page of Windows', async () => {
    const { ours } = await app().organizations();
    const content = Uint8Array.from(Buffer.from('Zustand=Tür offen', 'latin1'));
    const capture = await read(ours.client, content, { format: 'TEXT', reading: '{ "activity": $[0] }' });
    expect(capture).toMatchObject({ machine: { activity: 'Zustand=Tür offen' } });
  });

  it('without a reading is stored, and not read', async () => {
    const { ours } = await app().organizations();
    const input = {
      captureTypeId: await create(ours.client, 'CaptureType', { name: 'photo' }),
      machineId: await makeMachine(ours.client),
      fileId: await storeFile(ours.client, 'anything'),
      meta: { camera: 2 },
    };
    const captureId = await create(ours.client, 'Capture', input);
    expect(await see(ours.client, captureId)).toMatchObject({
      status: 'COMPLETE',
      parsed: null,
      parsedFile: null,
      meta: { camera: 2 },
    });
  });

  it('may be made known before its content is there', async () => {
    const { ours } = await app().organizations();
    const announced = await announceFile(ours.client);
    const captureId = await create(ours.client, 'Capture', {
      captureTypeId: await captureType(ours.client, {}),
      machineId: await makeMachine(ours.client),
      fileId: announced.fileId,
    });
    expect(await see(ours.client, captureId)).toMatchObject({ status: 'NEW', processedAt: null });
    await send(ours.client, announced, '{"status":"IDLE"}');
    await readCaptures(ours.client, captureId);
    expect(await see(ours.client, captureId)).toMatchObject({
      status: 'COMPLETE',
      machine: { status: 'IDLE' },
    });
  });

  it('that was taken before what is known changes nothing', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await act(ours.client, 'reportMachine', { machineId, status: 'IDLE' }, '__typename');
    const takenAt = new Date(Date.now() - 60_000).toISOString();
    const content = '{"status":"PRINTING","cassettes":[{"serialNumber":"S1"}]}';
    const capture = await read(ours.client, content, {}, { machineId, takenAt });
    expect(capture).toMatchObject({
      status: 'COMPLETE',
      machine: { status: 'IDLE', latestCaptureAt: takenAt, cassettes: { nodes: [] } },
    });
  });

  it('is read once, although many are made at once', async () => {
    const { ours } = await app().organizations();
    const captureTypeId = await captureType(ours.client, {});
    const made = await Promise.all(
      [1, 2, 3, 4].map(async (n) =>
        create(ours.client, 'Capture', {
          captureTypeId,
          machineId: await makeMachine(ours.client),
          fileId: await storeFile(ours.client, JSON.stringify({ status: 'IDLE', activity: `n${n}` })),
        }),
      ),
    );
    await readCaptures(ours.client, ...made);
    const ends = (await logOf(app(), ours)).filter((event) => event.kind === 'CaptureStatusChanged');
    expect(ends.map((event) => event.subjectId).sort()).toEqual(made.map(uuidOf).sort());
    expect(ends.every((event) => event.actorKind === 'SYSTEM')).toBe(true);
  });
});

describe('a capture that cannot be read', () => {
  it.each([
    ['no JSON', '{"a":', {}, /is no JSON/],
    ['malformed XML', '<a><b></a>', { format: 'XML' }, /is no XML: .*closing tag/],
    [
      'XML with an external entity',
      '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
      { format: 'XML', reading: '{ "activity": r }' },
      /document type definition/,
    ],
    [
      'XML whose entities expand without bounds',
      `<!DOCTYPE r [<!ENTITY a "${'x'.repeat(1_000)}"><!ENTITY b "${'&a;'.repeat(1_000)}"><!ENTITY c "${'&b;'.repeat(1_000)}">]><r>&c;</r>`,
      { format: 'XML', reading: '{ "activity": r }' },
      /document type definition/,
    ],
    ['a status of its own', '{"status":"BUSY"}', {}, /is no report\. status: /],
    ['a build without a name', '{"build":{"status":"PROCESSING"}}', {}, /build\.name: /],
    ['an expression that fails', '{}', { reading: '$number("x")' }, /The reading failed: /],
    [
      'an expression that calls itself',
      '{}',
      { reading: '($f := function($n){ 1 + $f($n) }; $f(1))' },
      /The reading failed: /,
    ],
    [
      'a text of a gigabyte',
      '{}',
      { reading: '$length($pad("x", 1000000000))' },
      /The reading failed: |memory/,
    ],
    ['a list without bounds', '{}', { reading: '[1..9000000]' }, /The reading failed: |memory/],
    ['a deep nest', '['.repeat(3_000) + ']'.repeat(3_000), { reading: '$' }, /nested deeper/],
    ['more than may be kept', '{}', { reading: '$string([1..200000])' }, /larger than/],
    ['text that the database cannot keep', '{"a":"\\u0000"}', { reading: '{ "x": a }' }, /NUL/],
  ] as const)('says why: %s', async (_what, content, kind, error) => {
    const { ours } = await app().organizations();
    const capture = await read(ours.client, content, kind);
    expect(capture).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(error),
      parsed: null,
      allowedActions: ['RETRY_CAPTURE'],
      machine: { status: 'NOT_CONNECTED', activity: null },
    });
    expect(capture.error).not.toMatch(/root:/);
  });

  it('for want of memory or time harms nobody: the next one is read', { timeout: 60_000 }, async () => {
    const { ours, theirs } = await app().organizations();
    const loop = { reading: '($f := function(){ $f() }; $f())' };
    const hoard = { reading: '$map([1..900000], function($v){ [1..100] })' };
    const [endless, hungry] = await Promise.all([
      read(ours.client, '{}', loop),
      read(theirs.client, '{}', hoard),
    ]);
    expect(endless).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/longer than|stack|depth|recurs/i),
    });
    expect(hungry).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/memory|longer than/) });
    expect(await read(ours.client, '{"status":"IDLE"}')).toMatchObject({ status: 'COMPLETE' });
  });

  it('keeps what was read, where the shop refuses it', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const build = { machineId, name: 'Plate', status: 'PROCESSING', currentLayer: 9 };
    await act(ours.client, 'reportBuild', build, '__typename');
    const content = '{"status":"PRINTING","build":{"name":"Plate","status":"PROCESSING","layer":3}}';
    const capture = await read(ours.client, content, {}, { machineId });
    expect(capture).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/goes back from 9 to 3/),
      parsed: { status: 'PRINTING' },
      machine: { status: 'NOT_CONNECTED' },
    });
    expect(capture.parsedFile).not.toBeNull();
  });

  it('is read again once its type was mended', async () => {
    const { ours } = await app().organizations();
    const captureTypeId = await captureType(ours.client, { reading: '{ "status": state }' });
    const captureId = await create(ours.client, 'Capture', {
      captureTypeId,
      machineId: await makeMachine(ours.client),
      fileId: await storeFile(ours.client, '{"state":"idle"}'),
    });
    await readCaptures(ours.client, captureId);
    expect(await see(ours.client, captureId)).toMatchObject({ status: 'FAILED' });
    const mended = { captureTypeId, reading: '{ "status": $uppercase(state) }' };
    await act(ours.client, 'updateCaptureType', mended, '__typename');
    await readAgain(ours.client, captureId);
    expect(await see(ours.client, captureId)).toMatchObject({
      status: 'COMPLETE',
      error: null,
      machine: { status: 'IDLE' },
    });
    await expect(act(ours.client, 'retryCapture', { captureId }, '__typename')).rejects.toThrow(
      /RETRY_CAPTURE/,
    );
  });

  it('is taken over from a process that died, and given up after some attempts', async () => {
    const { ours } = await app().organizations();
    const captureId = await create(ours.client, 'Capture', {
      captureTypeId: await captureType(ours.client, {}),
      machineId: await makeMachine(ours.client),
      fileId: (await announceFile(ours.client)).fileId,
    });
    const leave = async (attempts: number, fileId: string) => {
      await app().database.query(
        `UPDATE "Capture" SET status = 'PROCESSING', attempts = $3, "fileId" = $4, "updatedAt" = now() - interval '3 minutes'
         WHERE "organizationId" = $1 AND id = $2`,
        [ours.organizationId, uuidOf(captureId), attempts, uuidOf(fileId)],
      );
      // Storing another file wakes those who read.
      await storeFile(ours.client, '{}');
    };
    await leave(5, await storeFile(ours.client, '{"status":"IDLE"}'));
    await readCaptures(ours.client, captureId);
    expect(await see(ours.client, captureId)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/never ended/),
    });
    await readAgain(ours.client, captureId);
    expect(await see(ours.client, captureId)).toMatchObject({ status: 'COMPLETE' });
  });
});

describe('createCapture', () => {
  it('refuses what shows no machine and comes of no analyser', async () => {
    const { ours } = await app().organizations();
    const input = {
      captureTypeId: await captureType(ours.client, {}),
      fileId: await storeFile(ours.client, '{}'),
    };
    await expect(create(ours.client, 'Capture', input)).rejects.toThrow(/machineId/);
  });

  it('refuses an instant in the future', async () => {
    const { ours } = await app().organizations();
    const takenAt = new Date(Date.now() + 3_600_000).toISOString();
    const input = {
      captureTypeId: await captureType(ours.client, {}),
      machineId: await makeMachine(ours.client),
      fileId: await storeFile(ours.client, '{}'),
      takenAt,
    };
    await expect(create(ours.client, 'Capture', input)).rejects.toThrow(/lies in the future/);
  });

  it('is refused while the collector is disabled', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    await act(ours.client, 'updateCollector', { collectorId, isEnabled: false }, '__typename');
    const input = {
      captureTypeId: await captureType(ours.client, {}),
      machineId,
      fileId: await storeFile(ours.client, '{}'),
    };
    await expect(create(ours.client, 'Capture', input)).rejects.toThrow(/disabled/);
  });
});
