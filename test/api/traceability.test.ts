import { createHash } from 'node:crypto';
import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/canonical.ts';
import { type TestOrganization, unique, useApp } from '../support/app.ts';
import { keepPages } from '../support/artefacts.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeShop } from '../support/factories.ts';
import { makeBatch, makeLot, makePowder } from '../support/materials.ts';
import { makeTraced } from '../support/thread.ts';
import { absentId, act, asRole, codeOf, create, mutationText, uuidOf } from './support.ts';

let clock = Date.now();
const app = useApp({ now: () => new Date(clock), jobs: { poll: 100, pause: 20 } });
const time = {
  now: () => new Date(clock),
  tick: () => {
    clock += 1_000;
  },
};

const view = `id status sha256 error groups asOf piece { id } batch { id } order { id } user { id }
  file { name mediaType sha256 url } dataFile { name mediaType sha256 url }`;

interface Report {
  id: string;
  status: string;
  sha256: string | null;
  error: string | null;
  groups: string[];
  asOf: string;
  file: { mediaType: string; url: string } | null;
  dataFile: { mediaType: string; url: string; sha256: string } | null;
}

interface ReportedEvent {
  position: number;
  kind: string;
  group: string;
  subjectId: string;
  occurredAt: string;
  actor: { kind: string; token: string | null; user: string | null };
  changes: { field: string; before: unknown; after: unknown }[];
}

interface Data {
  format: string;
  position: number;
  groups: string[];
  subject: { id: string; state: Record<string, unknown> };
  totals: Record<string, number>;
  events: ReportedEvent[];
}

/** Asks for a report, and waits until it is made or could not be. */
async function report(client: Client, input: object): Promise<Report> {
  const { traceabilityReport } = await act<{ traceabilityReport: Report }>(
    client,
    'createTraceabilityReport',
    input,
    `traceabilityReport { ${view} }`,
  );
  const made = () =>
    client.sendText(`query($id: ID!) { traceabilityReport(id: $id) { ${view} } }`, {
      id: traceabilityReport.id,
    });
  return expect
    .poll(async () => (await made()).data().traceabilityReport as Report, { timeout: 30_000, interval: 100 })
    .toSatisfy(({ status }: Report) => status === 'COMPLETE' || status === 'ERROR')
    .then(async () => (await made()).data().traceabilityReport as Report);
}

const download = async (file: { url: string } | null): Promise<Uint8Array> => {
  const answer = await fetch(new URL(file?.url ?? '', app().url));
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
};

async function dataOf(made: Report): Promise<Data> {
  return JSON.parse(Buffer.from(await download(made.dataFile)).toString('utf8')) as Data;
}

const subjects = ({ events }: Data): Set<string> => new Set(events.map(({ subjectId }) => subjectId));

describe('a traceability report', () => {
  it('of a piece tells its operations, runs, builds and material, with who and when', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, { ...time, length: 2 });
    const other = await makeBatch(ours.client, await makeLot(ours.client, made.powder), 1);
    const found = await report(ours.client, { pieceId: made.pieceIds[0] });
    expect(found).toMatchObject({
      status: 'COMPLETE',
      error: null,
      groups: [],
      piece: { id: made.pieceIds[0] },
    });
    const data = await dataOf(found);
    const named = subjects(data);
    for (const id of [
      made.pieceIds[0],
      made.runId,
      made.batchId,
      made.holdId,
      made.anomalyId,
      ...made.lots.map(({ id }) => id),
    ])
      expect(named).toContain(id);
    expect(named).not.toContain(other);
    const kinds = new Set(data.events.map(({ kind }) => kind));
    for (const kind of [
      'OperationStatusChanged',
      'BuildCreated',
      'MaterialActionRecorded',
      'CertificateAttached',
      'HoldPlaced',
      'MaterialLotHeatLinked',
    ])
      expect(kinds).toContain(kind);
    const positions = data.events.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const printed = data.events.find(
      ({ kind, group }) => kind === 'OperationStatusChanged' && group === 'PRINTING',
    );
    expect(printed?.actor).toMatchObject({ kind: 'TOKEN', token: expect.any(String) });
    expect(printed?.changes).toContainEqual({ field: 'status', before: 'QUEUED', after: 'IN_PROGRESS' });
    expect(data.subject).toMatchObject({
      id: made.pieceIds[0],
      state: { status: 'COMPLETE', orderId: made.orderId },
    });
    expect(Object.values(data.totals).reduce((sum, each) => sum + each, 0)).toBe(data.events.length);
  });

  it('leaves out what was done with its powder after that had left for it', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    time.tick();
    await act(
      ours.client,
      'unloadHopper',
      { workstationId: made.powder.printerId, quantity: { value: '1', unit: 'kg' } },
      '__typename',
    );
    const piece = await dataOf(await report(ours.client, { pieceId: made.pieceIds[0] }));
    const batch = await dataOf(await report(ours.client, { batchId: made.batchId }));
    const done = (data: Data) =>
      data.events
        .filter(({ kind }) => kind === 'MaterialActionRecorded')
        .map(({ changes }) => changes.find(({ field }) => field === 'type')?.after);
    expect(done(batch)).toContain('UNLOAD_HOPPER');
    expect(done(piece)).not.toContain('UNLOAD_HOPPER');
    expect(done(piece)).toContain('LOAD');
  });

  it('is canonical JSON with the hash that it names, and a PDF', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const found = await report(ours.client, { batchId: made.batchId });
    const bytes = await download(found.dataFile);
    const text = Buffer.from(bytes).toString('utf8');
    expect(found.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(found.dataFile).toMatchObject({ mediaType: 'application/json', sha256: found.sha256 });
    expect(text).toBe(canonicalJson(JSON.parse(text)));
    expect(found.file?.mediaType).toBe('application/pdf');
    const content = await download(found.file);
    await keepPages('traceability-report', content);
    const pdf = await getDocumentProxy(Uint8Array.from(content));
    const { items } = await (await pdf.getPage(1)).getTextContent();
    const page = items.map((item) => ('str' in item ? item.str : '')).join('');
    expect(page).toContain('Traceability report');
    expect(page).toContain(found.sha256);
  });

  it.each(['piece', 'batch', 'order'] as const)(
    'made again as of the same position has the same hash, whatever was recorded since: of a piece, batch or order (%s)',
    async (subject) => {
      const { ours } = await app().organizations();
      const { client } = ours;
      const made = await makeTraced(client, { ...time, length: 2 });
      const pieceId = made.pieceIds[0] as string;
      const input = {
        piece: { pieceId },
        batch: { batchId: made.batchId },
        order: { orderId: made.orderId },
      }[subject];
      const first = await report(client, input);
      time.tick();
      await act(client, 'updateOrder', { orderId: made.orderId, notes: 'Late' }, '__typename');
      await act(client, 'placeHold', { pieceId, reason: 'Scratch' }, '__typename');
      const unloaded = { workstationId: made.powder.printerId, quantity: { value: '1', unit: 'kg' } };
      await act(client, 'unloadHopper', unloaded, '__typename');
      expect((await report(client, { ...input, asOf: first.asOf })).sha256).toBe(first.sha256);
      expect((await report(client, input)).sha256).not.toBe(first.sha256);
    },
  );

  it('calls people as they were called then', async () => {
    const { ours } = await app().organizations();
    const { orderId, pieces } = await makeOrder(ours.client, await makeShop(ours.client));
    const user = { name: 'Anna', email: 'anna@example.com', role: 'OPERATOR' };
    const userId = await create(ours.client, 'User', user);
    const hers = { name: unique('Hers'), role: 'OPERATOR', userId };
    const { token } = await act<{ token: string }>(ours.client, 'createApiToken', hers, 'token');
    const held = { pieceId: pieces[0]?.id, reason: 'Scratch' };
    await act(ours.client.as(token), 'placeHold', held, '__typename');
    const then = await report(ours.client, { orderId });
    await act(ours.client, 'updateUser', { userId, name: 'Berta' }, '__typename');
    const placers = async (made: Report) =>
      (await dataOf(made)).events.flatMap(({ kind, actor }) => (kind === 'HoldPlaced' ? [actor.user] : []));
    const again = await report(ours.client, { orderId, asOf: then.asOf });
    expect(again.sha256).toBe(then.sha256);
    expect(await placers(again)).toEqual(['Anna']);
    expect(await placers(await report(ours.client, { orderId }))).toEqual(['Berta']);
  });

  it('of an order tells of its line items and pieces, and of an early position only what was known', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, lineItemId, pieces } = await makeOrder(ours.client, shop);
    const { asOf } = await report(ours.client, { orderId });
    const other = await makeOrder(ours.client, shop);
    await act(ours.client, 'cancelOrder', { orderId, reason: 'Enough' }, '__typename');
    const now = await dataOf(await report(ours.client, { orderId }));
    const then = await dataOf(await report(ours.client, { orderId, asOf }));
    for (const id of [orderId, lineItemId, ...pieces.map(({ id }) => id)])
      expect(subjects(then)).toContain(id);
    expect(subjects(now)).not.toContain(other.orderId);
    expect(then.subject.state.status).not.toBe('CANCELLED');
    expect(now.subject.state.status).toBe('CANCELLED');
    expect(then.events).toEqual(now.events.slice(0, then.events.length));
    expect(now.events.length).toBeGreaterThan(then.events.length);
    const start = await report(ours.client, { orderId, asOf: 'START' });
    expect(await dataOf(start)).toMatchObject({
      position: 0,
      events: [],
      totals: {},
      subject: { state: {} },
    });
  });

  it('has events of the groups that it is limited to', async () => {
    const { ours } = await app().organizations();
    const made = await makeTraced(ours.client, time);
    const pieceId = made.pieceIds[0] as string;
    const groups = ['SHIPPING', 'CERTIFICATES'];
    const found = await report(ours.client, { pieceId, groups });
    expect(found.groups).toEqual([...groups].sort());
    const data = await dataOf(found);
    expect(Object.keys(data.totals).sort()).toEqual([...groups].sort());
    expect(new Set(data.events.map(({ group }) => group))).toEqual(new Set(groups));
    const all = await dataOf(await report(ours.client, { pieceId }));
    expect(Object.keys(all.totals)).toEqual(
      expect.arrayContaining(['ORDER', 'PREPARATION', 'PRINTING', 'MATERIAL', 'QUALITY']),
    );
    expect(data.events).toEqual(all.events.filter(({ group }) => groups.includes(group)));
    await act(ours.client, 'updateOrder', { orderId: made.orderId, notes: 'Call first' }, '__typename');
    const notes = await dataOf(await report(ours.client, { orderId: made.orderId, groups: ['NOTES'] }));
    expect(notes.events.map(({ kind, changes }) => [kind, changes])).toEqual([
      ['OrderChanged', [{ field: 'notes', before: null, after: 'Call first' }]],
    ]);
  });

  it('is refused without a subject, with two, and of what is not there', async () => {
    const { ours, theirs } = await app().organizations();
    const { orderId, pieces } = await makeOrder(ours.client, await makeShop(ours.client));
    const refused = async (client: Client, input: object) => {
      const text = mutationText(
        'createTraceabilityReport',
        '__typename',
        '... on InvalidInputError { issues { path } }',
      );
      const answer = await client.sendText(text, { input });
      return answer.data().createTraceabilityReport;
    };
    const at = (...path: string[]) => ({ __typename: 'InvalidInputError', issues: [{ path }] });
    expect(await refused(ours.client, {})).toEqual(at('pieceId'));
    expect(await refused(ours.client, { orderId, pieceId: pieces[0]?.id })).toEqual(at('pieceId'));
    expect(await refused(ours.client, { batchId: absentId('MaterialBatch') })).toEqual(at('batchId'));
    expect(await refused(theirs.client, { orderId })).toEqual(at('orderId'));
    const foreign = Buffer.from('00000000.1').toString('base64url');
    expect(await refused(ours.client, { orderId, asOf: foreign })).toEqual(at('asOf'));
    const viewer = await asRole(ours, 'VIEWER');
    expect(
      await codeOf(viewer, mutationText('createTraceabilityReport', '__typename'), { input: { orderId } }),
    ).toBe('FORBIDDEN');
  });

  it('is told of as it is made, listed where it belongs, and nobody else’s', async () => {
    const { ours, theirs } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client));
    const found = await report(ours.client, { orderId });
    const log = await statusesOf(ours, found.id);
    expect(log).toEqual(['PENDING', 'PROCESSING', 'COMPLETE']);
    const listed = `{ order(id: "${orderId}") { traceabilityReports { nodes { id } } }
      traceabilityReports(filter: { status: { equals: COMPLETE } }) { nodes { id } } }`;
    const nodes = { nodes: [{ id: found.id }] };
    expect((await ours.client.sendText(listed)).data()).toEqual({
      order: { traceabilityReports: nodes },
      traceabilityReports: nodes,
    });
    expect((await theirs.client.sendText(listed)).data()).toEqual({
      order: null,
      traceabilityReports: { nodes: [] },
    });
    const single = `{ traceabilityReport(id: "${found.id}") { id } }`;
    expect((await theirs.client.sendText(single)).data()).toEqual({ traceabilityReport: null });
  });

  it('says why it could not be made', async () => {
    const { ours } = await app().organizations();
    const powder = await makePowder(ours.client);
    const batchId = await makeBatch(ours.client, await makeLot(ours.client, powder), 1);
    await app().database.query(
      `INSERT INTO "Event" ("organizationId", "position", kind, "subjectType", "subjectId", version, related, "actorKind", "causeId", "occurredAt", "recordedAt")
       SELECT $1, 1000000 + n, 'MaterialBatchChanged', 'MaterialBatch', $2, 1, ARRAY[$2]::uuid[], 'SYSTEM', $2, now(), now()
       FROM generate_series(1, 20001) n`,
      [ours.organizationId, uuidOf(batchId)],
    );
    await app().database.query(`UPDATE "EventHead" SET "position" = 1020001 WHERE "organizationId" = $1`, [
      ours.organizationId,
    ]);
    const found = await report(ours.client, { batchId });
    expect(found).toMatchObject({ status: 'ERROR', file: null, dataFile: null, sha256: null });
    expect(found.error).toMatch(/more than 20000 events/);
  });
});

/** What the log told of the status of a report. */
async function statusesOf({ organizationId }: TestOrganization, id: string): Promise<unknown[]> {
  const rows = await app().app.prisma.event.findMany({
    where: { organizationId, subjectId: uuidOf(id) },
    orderBy: { position: 'asc' },
  });
  return rows.map(({ after }) => (after as { status: string }).status);
}
