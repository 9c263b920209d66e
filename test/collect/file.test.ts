import { describe, expect, it, vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { type TestOrganization, useApp } from '../support/app.ts';
import { generatedDevices, generateShdr, type Said } from '../support/shdr.ts';
import { type Wire, wire } from '../support/wire.ts';
import { fileOf, mappingFor, running, storedIn } from './support.ts';

// Each talks to the server many times.
vi.setConfig({ testTimeout: 120_000 });

const app = useApp();

const Source = graphql(`
  query CollectTestSource($name: String!) { ingestSource(name: $name) { sequence observations missed } }
`);
const Machines = graphql(`
  query CollectTestMachines {
    machines(first: 5) { nodes { id name status isConnected } }
    sensors(first: 100) { nodes { name dataItem unit valueType quantity } totalCount }
    collectors(first: 5) { nodes { name health } }
  }
`);

/** Items by the ids of the model, numbers as they are stored. */
const ids: Record<string, string> = {
  avail: 'a1',
  Xload: 'xl',
  Xpos: 'xp',
  system: 'sy',
  exec: 'ex',
  program: 'pg',
  pos: 'po',
};
const expected = (said: readonly Said[]) =>
  said.map(({ item, text, at }) => ({ item: ids[item] ?? item, text, at }));

async function recorded(ours: TestOrganization, lines: number, more: object = {}) {
  const generated = generateShdr(lines);
  const devices = fileOf(generatedDevices, 'Devices.xml');
  return {
    ...generated,
    mapping: await mappingFor(ours, { devices, ...more }),
    origin: {
      type: 'file',
      file: fileOf(generated.text),
      speed: Number.POSITIVE_INFINITY,
      start: null,
    } as const,
  };
}

const graphqlOf = ({ url }: { url: string }) => `${url}/graphql`;

describe('a recording', () => {
  it('arrives whole, in its order and with its times, as readings of the sensors that it needs', async () => {
    const { ours, theirs } = await app().organizations();
    const { said, mapping, origin } = await recorded(ours, 100);
    const to = { url: graphqlOf(app()), token: ours.token };
    const { progress, recording, source } = await running({ ...to, mapping, origin }).done;
    expect(await storedIn(app(), ours)).toEqual(expected(said));
    expect(progress).toMatchObject({ stored: said.length, skipped: 0, missed: 0, sequence: said.length });
    expect(recording).toMatchObject({ observations: said.length, collected: said.length });
    const { ingestSource } = await ours.client.query(Source, { name: source });
    expect(ingestSource).toEqual({
      sequence: String(said.length),
      observations: String(said.length),
      missed: '0',
    });
    const { sensors } = await ours.client.query(Machines, {});
    expect(sensors.totalCount).toBe(8);
    expect(sensors.nodes).toContainEqual({
      name: 'Mill Xload',
      dataItem: 'xl',
      unit: '%',
      valueType: 'NUMBER',
      quantity: 'load',
    });
    expect(await storedIn(app(), theirs)).toEqual([]);
  });

  it('is stored once, however often it is played', async () => {
    const { ours } = await app().organizations();
    const { said, mapping, origin } = await recorded(ours, 100);
    const to = { url: graphqlOf(app()), token: ours.token };
    await running({ ...to, mapping, origin }).done;
    const { progress } = await running({ ...to, mapping, origin }).done;
    expect(progress).toMatchObject({ stored: 0, messages: 0, sequence: said.length });
    expect(await storedIn(app(), ours)).toHaveLength(said.length);
  });

  it('arrives once where connections are cut, answers lost, and connectors killed at any place', async () => {
    const { ours } = await app().organizations();
    const { said, mapping, origin } = await recorded(ours, 120);
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let repeated = 0;
    let skipped = 0;
    for (let run = 0; run < 8; run++) {
      const way: Wire = await wire(app().url);
      const connector = running({
        url: way.url,
        token: ours.token,
        mapping,
        origin,
        most: 5 + chance(15),
        drain: 0,
        onProgress: ({ messages }) => {
          if (messages % 3 === 1) way.loseAnswer();
          if (messages % 5 === 2) way.cut();
          // Gone in the middle, with a message under way.
          if (run < 7 && messages >= 1 + chance(3)) way.close();
        },
      });
      let isDone = false;
      void connector.done.then(() => {
        isDone = true;
      });
      const isCut = () => isDone || connector.lines.some((line) => line.includes('not taken'));
      if (run < 7) await expect.poll(isCut, { timeout: 20_000 }).toBe(true);
      const { progress } = await (run < 7 ? connector.stop() : connector.done);
      repeated += progress.repeated;
      skipped += progress.skipped;
    }
    expect(await storedIn(app(), ours)).toEqual(expected(said));
    expect(repeated).toBeGreaterThan(0);
    expect(skipped).toBeGreaterThan(0);
  });

  it('leaves out what the mapping skips, and nothing else', async () => {
    const { ours } = await app().organizations();
    const items = { Xload: { skip: true }, '@ASSET@': { skip: true } };
    const { said, mapping, origin } = await recorded(ours, 100, { items });
    const to = { url: graphqlOf(app()), token: ours.token };
    const { recording } = await running({ ...to, mapping, origin }).done;
    const kept = said.filter(({ item }) => item !== 'Xload' && item !== '@ASSET@');
    expect(await storedIn(app(), ours)).toEqual(expected(kept));
    expect(recording?.collected).toBe(kept.length);
  });

  it('is told as if it began when it is told to, never in the future', async () => {
    const { ours } = await app().organizations();
    const { said, mapping, origin } = await recorded(ours, 60);
    const to = { url: graphqlOf(app()), token: ours.token };
    const start = new Date(Date.now() - 3_600_000);
    await running({ ...to, mapping, origin: { ...origin, start } }).done;
    const stored = await storedIn(app(), ours);
    expect(stored.map(({ item, text }) => ({ item, text }))).toEqual(
      expected(said).map(({ item, text }) => ({ item, text })),
    );
    for (const { at } of stored) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(start.getTime());
      expect(Date.parse(at)).toBeLessThan(Date.now());
    }
    // Another beginning is another telling.
    await running({ ...to, mapping, origin }).done;
    expect(await storedIn(app(), ours)).toHaveLength(2 * said.length);
  });

  it('moves the state of its machine, by the newest that it says', async () => {
    const { ours } = await app().organizations();
    const { mapping, origin } = await recorded(ours, 1);
    const text = [
      '2026-01-01T10:00:00Z|avail|AVAILABLE|exec|ACTIVE',
      '2026-01-01T09:00:00Z|exec|READY',
      '2026-01-01T11:00:00Z|exec|PROGRAM_COMPLETED',
      '2026-01-01T08:00:00Z|exec|INTERRUPTED',
    ].join('\n');
    const to = { url: graphqlOf(app()), token: ours.token };
    const { progress } = await running({ ...to, mapping, origin: { ...origin, file: fileOf(text) } }).done;
    const { machines } = await ours.client.query(Machines, {});
    expect(machines.nodes).toMatchObject([{ status: 'PRINT_FINISHED' }]);
    expect(progress).toMatchObject({ reports: 4, outdated: 2, stored: 5 });
  });

  it('says UNAVAILABLE where a number is none, and cuts what is too long, and counts both', async () => {
    const { ours } = await app().organizations();
    const { mapping, origin } = await recorded(ours, 1);
    const text = `2026-01-01T10:00:00Z|Xload|much|Xpos||program|${'x'.repeat(12_000)}`;
    const to = { url: graphqlOf(app()), token: ours.token };
    const connector = running({ ...to, mapping, origin: { ...origin, file: fileOf(text) } });
    const { compromises } = await connector.done;
    expect(compromises).toEqual({ notNumeric: 1, shortened: 1 });
    const stored = await storedIn(app(), ours);
    expect(stored.map((each) => each.text?.length ?? null)).toEqual([null, null, 10_000]);
    expect(connector.lines.join('\n')).toContain('Xload says "much"');
  });

  it('has its time of arrival where it lies in the future', async () => {
    const { ours } = await app().organizations();
    const { mapping, origin } = await recorded(ours, 1);
    const to = { url: graphqlOf(app()), token: ours.token };
    await running({ ...to, mapping, origin: { ...origin, file: fileOf('2999-01-01T10:00:00Z|Xload|1') } })
      .done;
    const [{ at = '' } = {}] = await storedIn(app(), ours);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  });
});

describe('what stands against it', () => {
  it.each([
    [{ createSensors: false }, /No sensor of Mill has the data item/],
    [{ machine: { name: 'Nowhere' } }, /There is no machine "Nowhere"/],
    [
      { items: { Xload: { sensorId: 'sens_00000000000000000000000000000000' } } },
      /a sensor that is not there/,
    ],
  ])('is told, and nothing is sent: %j', async (more, message) => {
    const { ours } = await app().organizations();
    const { mapping, origin } = await recorded(ours, 20, more);
    const to = { url: graphqlOf(app()), token: ours.token };
    await expect(running({ ...to, mapping, origin }).done).rejects.toThrow(message);
    expect(await storedIn(app(), ours)).toEqual([]);
  });

  it('ends it where the token is wrong', async () => {
    const { ours } = await app().organizations();
    const { mapping, origin } = await recorded(ours, 5);
    const wrong = running({ url: graphqlOf(app()), token: 'hm_wrong', mapping, origin });
    await expect(wrong.done).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
