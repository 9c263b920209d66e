import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { create } from '../support.ts';

const app = useApp();

const Ingest = graphql(`
  mutation SourceIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) {
      __typename
      ... on IngestReadingsSuccess { stored skipped missed source { name instance sequence observations missed } }
      ... on SequenceGapError { message expected }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Source = graphql(`
  query SourceByName($name: String!, $sensorId: ID!) {
    ingestSource(name: $name) { id instance sequence lastIngestAt }
    ingestSources { nodes { name } }
    sensor(id: $sensorId) { readings(last: 1000) { value } }
  }
`);

const oxygen = { name: 'Oxygen', quantity: 'oxygen', unit: '%' };
const name = 'mtconnect://printer-7';
const start = Date.parse('2026-03-01T08:00:00Z');

/** Readings with those numbers, whose values are the numbers. */
const numbered = (sensorId: string, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => ({
    sensorId,
    value: first + place,
    observedAt: new Date(start + (first + place) * 1_000).toISOString(),
  }));

type SourceInput = { instance?: string; allowGap?: boolean };

const message = (sensorId: string, first: number, last: number, more: SourceInput = {}) => ({
  input: {
    source: { name, sequence: String(last), ...more },
    readings: numbered(sensorId, first, last),
  },
});

const send = (client: Client, sensorId: string, first: number, last: number, more: SourceInput = {}) =>
  client.success(Ingest, message(sensorId, first, last, more), 'IngestReadingsSuccess');

const valuesOf = async (client: Client, sensorId: string) =>
  (await client.query(Source, { name, sensorId })).sensor?.readings.map(({ value }) => value);

describe('a source of readings', () => {
  it('says how far it has come', async () => {
    const { ours, theirs } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    expect((await ours.client.query(Source, { name, sensorId })).ingestSource).toBeNull();
    const { source } = await send(ours.client, sensorId, 40, 42, { instance: 'a' });
    expect(source).toEqual({ name, instance: 'a', sequence: '42', observations: '3', missed: '0' });
    expect(await ours.client.query(Source, { name, sensorId })).toMatchObject({
      ingestSource: { instance: 'a', sequence: '42', lastIngestAt: expect.any(String) },
      ingestSources: { nodes: [{ name }] },
    });
    expect((await theirs.client.query(Source, { name, sensorId })).ingestSource).toBeNull();
  });

  it('stores a message that is sent again once, and the new part of one that overlaps', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    expect(await send(ours.client, sensorId, 1, 3)).toMatchObject({ stored: 3, skipped: 0 });
    expect(await send(ours.client, sensorId, 1, 3)).toMatchObject({ stored: 0, skipped: 3 });
    expect(await send(ours.client, sensorId, 2, 5)).toMatchObject({
      stored: 2,
      skipped: 2,
      source: { sequence: '5', observations: '5' },
    });
    // One that is older than the last does not take it back.
    expect(await send(ours.client, sensorId, 1, 2)).toMatchObject({ stored: 0, source: { sequence: '5' } });
    expect(await valuesOf(ours.client, sensorId)).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a hole and says what comes next, unless it is allowed and counted', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    await send(ours.client, sensorId, 1, 3);
    const refused = await ours.client.refused(Ingest, message(sensorId, 6, 7), 'SequenceGapError');
    expect(refused).toMatchObject({ expected: '4', message: expect.stringContaining('goes on at 4') });
    expect(await valuesOf(ours.client, sensorId)).toEqual([1, 2, 3]);
    expect(await send(ours.client, sensorId, 6, 7, { allowGap: true })).toMatchObject({
      stored: 2,
      missed: 2,
      source: { sequence: '7', observations: '5', missed: '2' },
    });
  });

  it('begins anew with another instance', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    await send(ours.client, sensorId, 100, 101, { instance: '1' });
    expect(await send(ours.client, sensorId, 1, 2, { instance: '2' })).toMatchObject({
      stored: 2,
      skipped: 0,
      missed: 0,
      source: { instance: '2', sequence: '2' },
    });
    expect(await send(ours.client, sensorId, 1, 3, { instance: '2' })).toMatchObject({ stored: 1 });
  });

  it('keeps numbers beyond those of JavaScript', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const large = (sequence: string) =>
      ours.client.success(
        Ingest,
        { input: { source: { name, sequence }, readings: numbered(sensorId, 1, 1) } },
        'IngestReadingsSuccess',
      );
    await large('8999999999999999998');
    expect(await large('8999999999999999999')).toMatchObject({
      stored: 1,
      source: { sequence: '8999999999999999999' },
    });
  });

  it('refuses numbers that would begin below zero, and moves by nothing that is refused', async () => {
    const { ours, theirs } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    const below = { input: { source: { name, sequence: '1' }, readings: numbered(sensorId, 1, 3) } };
    const { issues } = await ours.client.refused(Ingest, below, 'InvalidInputError');
    expect(issues[0]?.path).toEqual(['source', 'sequence']);
    const foreign = await create(theirs.client, 'Sensor', oxygen);
    await ours.client.refused(Ingest, message(foreign, 1, 3), 'InvalidInputError');
    expect((await ours.client.query(Source, { name, sensorId })).ingestSource).toBeNull();
  });

  it('stores each reading once however often it is sent at once, the first message too', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oxygen);
    for (const [first, last] of [
      [1, 50],
      [41, 90],
    ] as const) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => send(ours.client, sensorId, first, last)),
      );
      expect(answers.filter(({ stored }) => stored > 0)).toHaveLength(1);
    }
    expect(await valuesOf(ours.client, sensorId)).toEqual(Array.from({ length: 90 }, (_, n) => n + 1));
  });
});
