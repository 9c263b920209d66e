import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { MachineStatus } from '../../client/generated/graphql.ts';
import { startAdapter } from '../support/adapter-double.ts';
import { startAgent } from '../support/agent-double.ts';
import { type TestOrganization, useApp } from '../support/app.ts';
import { generatedDevices } from '../support/shdr.ts';
import { wire } from '../support/wire.ts';
import { fileOf, folder, mappingFor, running, storedIn, untilStored } from './support.ts';

// Each talks to the server many times.
vi.setConfig({ testTimeout: 120_000 });

const app = useApp();

const Machine = graphql(`
  query CollectLiveMachine {
    machines(first: 1) { nodes { status isConnected } }
    collectors(first: 1) { nodes { name health healthNote } }
    ingestSources(first: 1) { nodes { name sequence missed } }
  }
`);

const stateOf = async ({ client }: TestOrganization) => {
  const { machines, collectors, ingestSources } = await client.query(Machine, {});
  return { machine: machines.nodes[0], collector: collectors.nodes[0], source: ingestSources.nodes[0] };
};
const untilMachine = (ours: TestOrganization, machine: { status?: MachineStatus; isConnected?: boolean }) =>
  expect.poll(async () => (await stateOf(ours)).machine, patience).toMatchObject(machine);

/** How long something may take on a machine that is busy. */
const patience = { timeout: 20_000 };

const textsOf = (stored: readonly { text: string | null }[]) => stored.map(({ text }) => text);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, place) => String(from + place));
const line = (value: string | number, item = 'Xload') => `2026-03-01T08:00:00.000Z|${item}|${value}\n`;

describe('an adapter', () => {
  async function adapted(more: object = {}, greeting?: () => string) {
    const { ours } = await app().organizations();
    const adapter = await startAdapter(greeting);
    onTestFinished(() => adapter.close());
    const devices = fileOf(generatedDevices, 'Devices.xml');
    const mapping = await mappingFor(ours, { devices, ...more });
    const origin = { type: 'adapter', host: '127.0.0.1', port: adapter.port } as const;
    const journal = folder();
    const start = (url = `${app().url}/graphql`) =>
      running({ url, token: ours.token, mapping, origin, folder: journal, drain: 500 });
    return { ours, adapter, start, journal };
  }

  it('is heard as it speaks, in pieces of lines too, and asked whether it lives', async () => {
    const { ours, adapter, start } = await adapted();
    const connector = start();
    await adapter.connected();
    adapter.say('* PONG 10000\n2026-03-01T08:00:00.000Z|Xlo');
    adapter.say('ad|1|exec|ACTIVE\n2026-03-01T08:00:00.000Z|system|FAULT|7|||Hot\n');
    await untilStored(app(), ours, 3);
    await untilMachine(ours, { status: 'ERROR', isConnected: true });
    adapter.say('2026-03-01T08:00:01.000Z|system|NORMAL||||\n');
    await untilMachine(ours, { status: 'PRINTING' });
    await connector.stop();
    expect(textsOf(await storedIn(app(), ours))).toEqual(['1', 'ACTIVE', 'FAULT|7|||Hot', 'NORMAL||||']);
    expect(adapter.heard[0]).toBe('* PING\n');
    expect((await stateOf(ours)).collector).toMatchObject({ name: 'mill', health: 'HEALTHY' });
  });

  it('that goes is told as not connected, and taken up again when it comes back', async () => {
    const { ours, adapter, start } = await adapted();
    start();
    await adapter.connected();
    adapter.say(line(1) + line('ACTIVE', 'exec'));
    await untilMachine(ours, { isConnected: true, status: 'PRINTING' });
    await adapter.suspend();
    await untilMachine(ours, { isConnected: false, status: 'OFFLINE' });
    await expect.poll(async () => (await stateOf(ours)).collector?.health, patience).toBe('DEGRADED');
    await adapter.resume();
    await adapter.connected();
    adapter.say(line(2));
    await untilMachine(ours, { isConnected: true, status: 'PRINTING' });
    expect(textsOf(await untilStored(app(), ours, 3))).toEqual(['1', 'ACTIVE', '2']);
  });

  it('that has told its rhythm and then says nothing is left, and taken up again', async () => {
    const { adapter, start } = await adapted();
    const connector = start();
    await adapter.connected();
    adapter.say('* PONG 100\n');
    const times = () => connector.lines.filter((each) => each.startsWith('connected')).length;
    await expect.poll(times, patience).toBeGreaterThan(1);
    expect(connector.lines.join('\n')).toContain('it says nothing any more');
    expect(adapter.heard.join('').split('* PING\n').length).toBeGreaterThan(2);
  });

  it('makes its items UNAVAILABLE when it goes, where that is asked for', async () => {
    const { ours, adapter, start } = await adapted({ unavailableOnDisconnect: true });
    start();
    await adapter.connected();
    adapter.say(line(1) + line('a', 'program'));
    await untilStored(app(), ours, 2);
    await adapter.suspend();
    expect(textsOf(await untilStored(app(), ours, 4))).toEqual(['1', 'a', null, null]);
  });

  it('is heard while the server is away, and what it said arrives once when it is back', async () => {
    const { ours, adapter, start, journal } = await adapted();
    const broken = await wire(app().url);
    const connector = start(broken.url);
    await adapter.connected();
    adapter.say(line(1));
    await untilStored(app(), ours, 1);
    broken.close();
    for (const value of range(2, 200)) adapter.say(line(value));
    // All of it is in the journal, and the server knows nothing of it.
    const kept = () =>
      readdirSync(join(journal, 'mill')).map((file) => readFileSync(join(journal, 'mill', file)));
    await expect.poll(() => kept().join(''), patience).toContain('"200"]');
    expect(await storedIn(app(), ours)).toHaveLength(1);
    await connector.stop().catch(() => undefined);
    // Another process, the same journal.
    const next = start();
    await adapter.connected();
    expect(textsOf(await untilStored(app(), ours, 200))).toEqual(range(1, 200));
    await next.stop();
    expect(await storedIn(app(), ours)).toHaveLength(200);
  });

  it('may say what nobody can read', async () => {
    const { ours, adapter, start } = await adapted();
    const connector = start();
    await adapter.connected();
    adapter.say(`nonsense\n|||\n${'x'.repeat(100)}\n2026-03-01T08:00:00Z|Xload\n${line(1)}`);
    expect(textsOf(await untilStored(app(), ours, 1))).toEqual(['1']);
    expect(connector.lines.filter((each) => each.includes('cannot read'))).toHaveLength(3);
  });

  it('makes a sensor of what no model knows, too', async () => {
    const { ours, adapter, start } = await adapted();
    start();
    await adapter.connected();
    adapter.say(line(1) + line(1.5, 'surprise'));
    await untilStored(app(), ours, 2);
    const stored = await storedIn(app(), ours);
    expect(stored.map(({ item }) => item)).toEqual(['xl', 'surprise']);
  });
});

describe('an agent', () => {
  async function agreed(options: Parameters<typeof startAgent>[0] = {}, poll: number | null = null) {
    const { ours } = await app().organizations();
    const agent = await startAgent(options);
    onTestFinished(() => agent.close());
    const mapping = await mappingFor(ours);
    const journal = folder();
    const origin = { type: 'agent', url: agent.url, poll } as const;
    const start = (url = `${app().url}/graphql`) =>
      running({ url, token: ours.token, mapping, origin, folder: journal, drain: 500 });
    return { ours, agent, start };
  }

  it.each([
    ['streams', { streams: true }, null],
    ['is asked again and again', { streams: true }, 10],
    ['does not stream', { streams: false }, null],
  ])('that %s: how everything stands, and then every change in order', async (_, options, poll) => {
    const { ours, agent, start } = await agreed(options, poll);
    for (const [item, text] of [
      ['xl', 'old'],
      ['xl', '1'],
      ['ex', 'ACTIVE'],
      ['sy', 'Normal'],
    ] as const)
      agent.add(item, text);
    const connector = start();
    await untilStored(app(), ours, 3);
    for (const value of range(2, 60)) agent.add('xl', value);
    agent.add('ex', 'UNAVAILABLE');
    expect(textsOf(await untilStored(app(), ours, 63))).toEqual([
      '1',
      'ACTIVE',
      'NORMAL||||',
      ...range(2, 60),
      null,
    ]);
    await connector.stop();
    expect(await storedIn(app(), ours)).toHaveLength(63);
  });

  it('whose connection is cut is gone on with: nothing lost, nothing twice', async () => {
    const { ours, agent, start } = await agreed();
    agent.add('xl', '1');
    start();
    await untilStored(app(), ours, 1);
    for (let value = 2; value <= 100; value++) {
      agent.add('xl', String(value));
      if (value % 20 === 0) {
        agent.cut();
        await agent.streamed();
      }
    }
    const stored = textsOf(
      await untilStored(app(), ours, 100 - Number((await storedIn(app(), ours))[0]?.text ?? 1)),
    );
    const first = Number(stored[0]);
    expect(stored).toEqual(range(first, 100));
  });

  it('that answers errors for a while is told, and then taken up', async () => {
    const { ours, agent, start } = await agreed();
    agent.add('xl', '1');
    start();
    await untilMachine(ours, { isConnected: true });
    agent.fail(true);
    agent.add('xl', '2');
    await untilMachine(ours, { isConnected: false });
    agent.fail(false);
    await untilMachine(ours, { isConnected: true });
    expect(textsOf(await untilStored(app(), ours, 2))).toEqual(['1', '2']);
  });

  it('that has dropped observations meanwhile leaves a gap that is told, and nothing more is missing', async () => {
    const { ours, agent, start } = await agreed({ buffer: 10 });
    agent.add('ex', 'ACTIVE');
    agent.add('xl', '1');
    const first = start();
    await untilStored(app(), ours, 2);
    await first.stop();
    agent.add('pg', 'R-1');
    for (const value of range(2, 30)) agent.add('xl', value);
    const second = start();
    // The buffer keeps 21 to 30; of before, `program` stands as it was said.
    expect(textsOf(await untilStored(app(), ours, 13))).toEqual(['ACTIVE', '1', 'R-1', ...range(21, 30)]);
    agent.add('xl', '31');
    await untilStored(app(), ours, 14);
    await second.stop();
    expect(second.lines.join('\n')).toContain('gap: the agent has dropped up to 19 observations');
    expect((await stateOf(ours)).source).toMatchObject({ missed: '19' });
  });

  it('that begins anew is a gap, and all that the new instance says arrives', async () => {
    const { ours, agent, start } = await agreed();
    agent.add('xl', '1');
    const connector = start();
    await untilStored(app(), ours, 1);
    await agent.streamed();
    agent.restart();
    agent.add('xl', 'UNAVAILABLE');
    for (const value of range(2, 20)) agent.add('xl', value);
    expect(textsOf(await untilStored(app(), ours, 21))).toEqual(['1', null, ...range(2, 20)]);
    expect(connector.lines.join('\n')).toContain('begun anew');
    expect((await stateOf(ours)).source).toMatchObject({ missed: '1', sequence: '22' });
  });

  it('is gone on with by another process where the last one was', async () => {
    const { ours, agent, start } = await agreed();
    agent.add('xl', '1');
    let value = 1;
    for (let run = 0; run < 4; run++) {
      const connector = start();
      await untilStored(app(), ours, value);
      for (let more = 0; more < 5; more++) agent.add('xl', String(++value));
      await connector.stop();
      for (let more = 0; more < 5; more++) agent.add('xl', String(++value));
    }
    start();
    expect(textsOf(await untilStored(app(), ours, value))).toEqual(range(1, value));
    expect((await stateOf(ours)).source).toMatchObject({ missed: '0' });
  });
});
