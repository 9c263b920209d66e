import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeShop } from '../../support/factories.ts';
import { asRole, create } from '../support.ts';

const app = useApp();

const Ingest = graphql(`
  mutation ThresholdIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);
const CreateThreshold = graphql(`
  mutation ThresholdCreate($input: CreateSensorThresholdInput!) {
    createSensorThreshold(input: $input) {
      __typename
      ... on CreateSensorThresholdSuccess { sensorThreshold { id severity hysteresis delay } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Archive = graphql(`
  mutation ThresholdArchive($input: ArchiveSensorThresholdInput!) {
    archiveSensorThreshold(input: $input) {
      __typename
      ... on ArchiveSensorThresholdSuccess { sensorThreshold { archivedAt } }
      ... on TransitionError { from }
    }
  }
`);
const Acknowledge = graphql(`
  mutation ThresholdAcknowledge($input: AcknowledgeExcursionInput!) {
    acknowledgeExcursion(input: $input) {
      __typename
      ... on AcknowledgeExcursionSuccess { excursion { status allowedActions note acknowledgedAt acknowledgedBy { name } version } }
      ... on TransitionError { from allowedActions }
      ... on ConflictError { currentVersion }
    }
  }
`);
const OfSensor = graphql(`
  query ThresholdExcursions($id: ID!) {
    sensor(id: $id) {
      thresholds { nodes { name low high } }
      excursions(orderBy: [{ field: STARTED_AT }]) {
        nodes { id version direction limit severity startedAt endedAt extreme extremeAt readings status allowedActions }
      }
    }
    open: excursions(filter: { isOpen: true, isAcknowledged: false }) { totalCount }
    events { nodes { kind subjectId occurredAt } }
  }
`);

const oven = { name: 'Oven', quantity: 'temperature', unit: 'Cel' };
const at = (minute: number) => `2026-03-01T08:${String(minute).padStart(2, '0')}:00.000Z`;

async function judged(client: Client, limits: object = { high: 80, hysteresis: 5 }) {
  const sensorId = await create(client, 'Sensor', oven);
  const sensorThresholdId = await create(client, 'SensorThreshold', { sensorId, name: 'Oven', ...limits });
  return { sensorId, sensorThresholdId };
}

/** Sends pairs of minute and value in one message; null is UNAVAILABLE. */
const measure = (client: Client, sensorId: string, ...readings: [minute: number, value: number | null][]) =>
  client.success(
    Ingest,
    {
      input: { readings: readings.map(([minute, value]) => ({ sensorId, value, observedAt: at(minute) })) },
    },
    'IngestReadingsSuccess',
  );

const excursionsOf = async (client: Client, id: string) =>
  (await client.query(OfSensor, { id })).sensor?.excursions.nodes ?? [];

describe('a threshold', () => {
  it('has limits that make sense', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    const text = await create(ours.client, 'Sensor', { ...oven, name: 'Mode', valueType: 'TEXT' });
    const named = { sensorId, name: 'Oven' };
    const made = await ours.client.success(
      CreateThreshold,
      { input: { ...named, low: 10, high: 80 } },
      'CreateSensorThresholdSuccess',
    );
    expect(made.sensorThreshold).toMatchObject({ severity: 'WARNING', hysteresis: 0, delay: 'PT0S' });
    const wrong: [object, string][] = [
      [{ ...named, name: 'Other' }, 'high'],
      [{ ...named, name: 'Other', low: 80, high: 80 }, 'low'],
      [{ ...named, name: 'Other', low: 10, high: 80, hysteresis: 70 }, 'hysteresis'],
      [{ ...named, high: 1 }, 'name'],
      [{ sensorId: text, name: 'Text', high: 1 }, 'sensorId'],
    ];
    for (const [input, member] of wrong) {
      const { issues } = await ours.client.refused(
        CreateThreshold,
        { input: input as never },
        'InvalidInputError',
      );
      expect(issues.map(({ path }) => path)).toEqual([[member]]);
    }
  });

  it('makes an excursion of what leaves it, with its extreme, across messages', async () => {
    const { ours } = await app().organizations();
    const { sensorId } = await judged(ours.client, { high: 80, hysteresis: 5, severity: 'ERROR' });
    await measure(ours.client, sensorId, [1, 70], [2, 80], [3, 82]);
    expect(await excursionsOf(ours.client, sensorId)).toMatchObject([
      {
        direction: 'ABOVE',
        limit: 80,
        severity: 'ERROR',
        startedAt: at(3),
        endedAt: null,
        extreme: 82,
        readings: 1,
      },
    ]);
    await measure(ours.client, sensorId, [4, 91], [5, null], [6, 78]);
    expect((await ours.client.query(OfSensor, { id: sensorId })).open.totalCount).toBe(1);
    await measure(ours.client, sensorId, [7, 75], [8, 20]);
    const after = await ours.client.query(OfSensor, { id: sensorId });
    const [excursion] = after.sensor?.excursions.nodes ?? [];
    expect(excursion).toMatchObject({ endedAt: at(7), extreme: 91, extremeAt: at(4), readings: 2 });
    expect(after.open.totalCount).toBe(0);
    const told = after.events.nodes.filter(({ subjectId }) => subjectId === excursion?.id);
    expect(told.map(({ kind, occurredAt }) => [kind, occurredAt]).sort()).toEqual([
      ['ExcursionEnded', at(7)],
      ['ExcursionStarted', at(3)],
    ]);
  });

  it('waits for its delay over several messages', async () => {
    const { ours } = await app().organizations();
    const { sensorId } = await judged(ours.client, { high: 80, delay: 'PT3M' });
    await measure(ours.client, sensorId, [1, 90], [2, 70], [3, 90]);
    await measure(ours.client, sensorId, [5, 95]);
    expect(await excursionsOf(ours.client, sensorId)).toEqual([]);
    await measure(ours.client, sensorId, [6, 85]);
    expect(await excursionsOf(ours.client, sensorId)).toMatchObject([
      { startedAt: at(3), extreme: 95, extremeAt: at(5), readings: 3, endedAt: null },
    ]);
  });

  it('records several excursions of one message, and what comes late', async () => {
    const { ours } = await app().organizations();
    const { sensorId } = await judged(ours.client, { low: 0, high: 80 });
    await measure(ours.client, sensorId, [10, 90], [20, 50], [30, -5], [40, 10], [50, 99]);
    // Out of order: within the first excursion, and where none was known.
    await measure(ours.client, sensorId, [15, 120], [5, 81], [6, 40]);
    const brief = (await excursionsOf(ours.client, sensorId)).map(
      ({ direction, startedAt, endedAt, extreme }) => [direction, startedAt, endedAt, extreme],
    );
    expect(brief).toEqual([
      ['ABOVE', at(5), at(6), 81],
      ['ABOVE', at(10), at(20), 120],
      ['BELOW', at(30), at(40), -5],
      ['ABOVE', at(50), null, 99],
    ]);
  });

  it('judges messages that come at once one after the other', async () => {
    const { ours } = await app().organizations();
    const { sensorId } = await judged(ours.client, { high: 80 });
    await Promise.all(
      Array.from({ length: 8 }, (_, place) => measure(ours.client, sensorId, [place + 1, 90])),
    );
    const [excursion, ...others] = await excursionsOf(ours.client, sensorId);
    expect(others.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    expect([excursion, ...others].reduce((sum, each) => sum + (each?.readings ?? 0), 0)).toBe(8);
  });

  it('ends its open excursion when it is archived, and judges no more', async () => {
    const { ours } = await app().organizations();
    const { sensorId, sensorThresholdId } = await judged(ours.client);
    await measure(ours.client, sensorId, [1, 90]);
    await ours.client.success(Archive, { input: { sensorThresholdId } }, 'ArchiveSensorThresholdSuccess');
    const again = await ours.client.refused(Archive, { input: { sensorThresholdId } }, 'TransitionError');
    expect(again.from).toBe('ARCHIVED');
    await measure(ours.client, sensorId, [2, 90]);
    expect(await excursionsOf(ours.client, sensorId)).toMatchObject([
      { endedAt: expect.any(String), readings: 1 },
    ]);
  });

  it('is not for connectors to set', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    const connector = await asRole(ours, 'MACHINE');
    const answer = await connector.send(CreateThreshold, { input: { sensorId, name: 'Oven', high: 1 } });
    expect(answer.graphqlErrors()[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('an excursion', () => {
  it('is acknowledged once, open or ended, and readings do not stand in the way', async () => {
    const { ours } = await app().organizations();
    const { machineId } = await makeShop(ours.client);
    const sensorId = await create(ours.client, 'Sensor', { ...oven, machineId });
    await create(ours.client, 'SensorThreshold', { sensorId, name: 'Oven', high: 80 });
    await measure(ours.client, sensorId, [1, 90]);
    const [open] = await excursionsOf(ours.client, sensorId);
    expect(open).toMatchObject({
      version: 1,
      status: 'UNACKNOWLEDGED',
      allowedActions: ['ACKNOWLEDGE_EXCURSION'],
    });
    const excursionId = open?.id ?? '';
    // A new extreme is no change that somebody could have overlooked.
    await measure(ours.client, sensorId, [2, 95]);
    const input = { excursionId, expectedVersion: 1, note: 'Door was open' };
    const { excursion } = await ours.client.success(Acknowledge, { input }, 'AcknowledgeExcursionSuccess');
    expect(excursion).toMatchObject({
      status: 'ACKNOWLEDGED',
      allowedActions: [],
      note: 'Door was open',
      acknowledgedBy: null,
      version: 2,
    });
    const twice = await ours.client.refused(Acknowledge, { input: { excursionId } }, 'TransitionError');
    expect(twice).toEqual({ __typename: 'TransitionError', from: 'ACKNOWLEDGED', allowedActions: [] });
    await measure(ours.client, sensorId, [3, 10]);
    expect(await excursionsOf(ours.client, sensorId)).toMatchObject([
      { endedAt: at(3), extreme: 95, status: 'ACKNOWLEDGED', version: 3 },
    ]);
  });
});
