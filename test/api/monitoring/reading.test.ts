import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { absentId, codeOf, create } from '../support.ts';

const app = useApp();

const Ingest = graphql(`
  mutation ReadingIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) {
      __typename
      ... on IngestReadingsSuccess { stored cursor }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Sensor = graphql(`
  query ReadingSensor($id: ID!, $from: DateTime, $to: DateTime, $last: Int) {
    sensor(id: $id) {
      state
      latestReading { value state text observedAt sensor { id } }
      readings(from: $from, to: $to, last: $last) { value observedAt }
      all: readings { value text state }
    }
  }
`);

const oxygen = { name: 'Oxygen', quantity: 'oxygen', unit: '%' };
const mode = { name: 'Mode', quantity: 'controller mode', unit: '1', valueType: 'TEXT' };
const at = (minute: number) => `2026-03-01T08:${String(minute).padStart(2, '0')}:00.000Z`;

describe('ingestReadings', () => {
  it('stores measurements, late and out of order as they come', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const readings = [3, 1, 2].map((minute) => ({ sensorId, value: minute / 10, observedAt: at(minute) }));
    const done = await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    expect(done).toMatchObject({ stored: 3, cursor: null });
    const { sensor } = await ours.client.query(Sensor, { id: sensorId });
    expect(sensor?.readings).toEqual([
      { value: 0.1, observedAt: at(1) },
      { value: 0.2, observedAt: at(2) },
      { value: 0.3, observedAt: at(3) },
    ]);
    expect(sensor?.latestReading).toEqual({
      value: 0.3,
      state: 'MEASURED',
      text: null,
      observedAt: at(3),
      sensor: { id: sensorId },
    });
  });

  it('keeps UNAVAILABLE apart from null and from zero', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const readings = [
      { sensorId, value: 0, observedAt: at(1) },
      { sensorId, state: 'UNAVAILABLE' as const, observedAt: at(2) },
      { sensorId, value: null, observedAt: at(3) },
    ];
    await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    const { sensor } = await ours.client.query(Sensor, { id: sensorId });
    const unavailable = { value: null, text: null, state: 'UNAVAILABLE' };
    expect(sensor?.all).toEqual([{ value: 0, text: null, state: 'MEASURED' }, unavailable, unavailable]);
    expect(sensor?.latestReading).toMatchObject(unavailable);
  });

  it('keeps what a sensor of texts says to the letter', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', mode);
    const texts = ['AUTOMATIC', 'NULL', '', '{a,"b"}', "it's; a \\ back", 'zwölf µm 🔥'];
    const readings = texts.map((text, minute) => ({ sensorId, text, observedAt: at(minute) }));
    await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    const { sensor } = await ours.client.query(Sensor, { id: sensorId });
    expect(sensor?.all).toEqual(texts.map((text) => ({ value: null, text, state: 'MEASURED' })));
    expect(sensor?.latestReading?.text).toBe('zwölf µm 🔥');
  });

  it.each([
    ['a text of a sensor of numbers', oxygen, { text: 'ON' }, 'text'],
    ['a number of a sensor of texts', mode, { value: 1 }, 'value'],
    ['a value that is UNAVAILABLE', oxygen, { value: 1, state: 'UNAVAILABLE' as const }, 'state'],
    ['MEASURED without a value', oxygen, { state: 'MEASURED' as const }, 'state'],
    ['a value that nothing measures', oxygen, { value: 1e101 }, 'value'],
  ])('refuses %s', async (_what, made, said, member) => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', made);
    const readings = [{ sensorId, observedAt: at(1), ...said }];
    const { issues } = await ours.client.refused(Ingest, { input: { readings } }, 'InvalidInputError');
    expect(issues.map(({ path }) => path)).toEqual([['readings', '0', member]]);
  });

  it('keeps a value that the sensor does not have as null, not as zero', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const readings = [
      { sensorId, value: null, observedAt: at(1) },
      { sensorId, observedAt: at(2) },
      { sensorId, value: 0, observedAt: at(3) },
      { sensorId, value: -1.5e-300, observedAt: at(4) },
    ];
    await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    const { sensor } = await ours.client.query(Sensor, { id: sensorId });
    expect(sensor?.readings.map((reading) => reading.value)).toEqual([null, null, 0, -1.5e-300]);
  });

  it('makes a silent sensor heard', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oxygen);
    expect((await ours.client.query(Sensor, { id })).sensor).toEqual({
      state: 'NEW',
      latestReading: null,
      readings: [],
      all: [],
    });
    await ours.client.success(
      Ingest,
      { input: { readings: [{ sensorId: id, value: 1, observedAt: at(1) }] } },
      'IngestReadingsSuccess',
    );
    expect((await ours.client.query(Sensor, { id })).sensor?.state).toBe('IDLE');
  });

  it('stores none where one names no sensor of ours', async () => {
    const { ours, theirs } = await app().organizations();
    const mine = await create(ours.client, 'Sensor', oxygen);
    const foreign = await create(theirs.client, 'Sensor', oxygen);
    const readings = [mine, foreign, absentId('Sensor')].map((sensorId) => ({
      sensorId,
      value: 1,
      observedAt: at(1),
    }));
    const { issues } = await ours.client.refused(Ingest, { input: { readings } }, 'InvalidInputError');
    const message = 'names no Sensor that is visible to you.';
    expect(issues).toEqual([
      { path: ['readings', '1', 'sensorId'], message },
      { path: ['readings', '2', 'sensorId'], message },
    ]);
    expect((await ours.client.query(Sensor, { id: mine })).sensor?.readings).toEqual([]);
  });

  it('takes ten thousand at once and no more', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const readings = Array.from({ length: 10_000 }, () => ({
      sensorId,
      value: 21.375,
      observedAt: at(1),
    }));
    const done = await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    expect(done.stored).toBe(10_000);
    const answer = await ours.client.send(Ingest, {
      input: { readings: [...readings, ...readings.slice(0, 1)] },
    });
    expect(answer.graphqlErrors()[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const none = await ours.client.refused(Ingest, { input: { readings: [] } }, 'InvalidInputError');
    expect(none.issues[0]?.path).toEqual(['readings']);
  });

  it('refuses an id of another type as BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    const text = `mutation($id: ID!) { ingestReadings(input: { readings: [{ sensorId: $id, value: 1, observedAt: "${at(1)}" }] }) { __typename } }`;
    expect(await codeOf(ours.client, text, { id: absentId('Machine') })).toBe('BAD_USER_INPUT');
    expect(await codeOf(ours.client, text, { id: 'sensor-1' })).toBe('BAD_USER_INPUT');
  });

  it('refuses a value that is no number, and infinity', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const readings = (value: string) =>
      `mutation { ingestReadings(input: { readings: [{ sensorId: "${sensorId}", value: ${value}, observedAt: "${at(1)}" }] }) { __typename } }`;
    for (const value of ['"1"', 'NaN', 'true']) {
      expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']).toContain(
        await codeOf(ours.client, readings(value)),
      );
    }
    const { ingestReadings } = (await ours.client.sendText(readings('1e999'))).data();
    expect(ingestReadings).toEqual({ __typename: 'InvalidInputError' });
  });
});

describe('the readings of a sensor', () => {
  it('are the newest within a window, from its beginning and before its end', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oxygen);
    const readings = [1, 2, 3, 4, 5].map((value) => ({ sensorId: id, value, observedAt: at(value) }));
    await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    const values = async (window: object) =>
      (await ours.client.query(Sensor, { id, ...window })).sensor?.readings.map((reading) => reading.value);
    expect(await values({ from: at(2), to: at(4) })).toEqual([2, 3]);
    expect(await values({ last: 2 })).toEqual([4, 5]);
    expect(await values({ from: at(2), last: 2, to: at(5) })).toEqual([3, 4]);
  });

  it('are 1 to 1000 at once', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oxygen);
    for (const last of [0, -1, 1_001]) {
      const answer = await ours.client.send(Sensor, { id, last });
      expect(answer.graphqlErrors()[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
