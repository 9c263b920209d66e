import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../client/client.ts';
import { graphql } from '../../client/generated/gql.ts';
import type { OrderStatus } from '../../client/generated/graphql.ts';
import { type AccessStore, type DemoAccess, tokenOf } from '../../demo/access.ts';
import { factories } from '../../demo/factories.ts';
import { prepareDemo } from '../../demo/prepare.ts';
import { simulate } from '../../demo/simulator.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const States = graphql(/* GraphQL */ `
  query DemoStates {
    organization { name }
    orders(first: 100) { totalCount nodes { status isLate hasErrors } }
    open: orders(filter: { status: { notIn: [COMPLETE, CANCELLED] } }) { totalCount }
    runs { totalCount }
    sensors(first: 100) { totalCount nodes { latestReading { value } } }
    eventCursor
  }
`);

function memoryStore(): AccessStore & { written: DemoAccess[] } {
  const written: DemoAccess[] = [];
  return {
    written,
    read: () => written.at(-1) ?? null,
    write: async (access) => void written.push(access),
  };
}

const every: OrderStatus[] = [
  'CANCELLED',
  'COMPLETE',
  'CONFIRMED',
  'NEW',
  'PENDING',
  'POST_PROCESSING',
  'PRINTING',
  'PROCESSING',
  'SHIPPING',
];

describe('the demonstration', () => {
  const store = memoryStore();
  let access: DemoAccess;
  const url = () => `${app().url}/graphql`;
  // Without the years of powder, which are another test's.
  const plans = factories.map(({ powder: _, ...plan }) => plan);
  const prepare = () => prepareDemo({ prisma: app().app.prisma, url: url(), store, plans });

  async function asked<Result>(code: string, ask: (client: Client) => Promise<Result>): Promise<Result> {
    const organization = access.organizations.find((each) => each.code === code);
    if (!organization) throw new Error(code);
    const client = createClient({ url: url(), token: tokenOf(organization, 'administrator') });
    try {
      return await ask(client);
    } finally {
      await client.close();
    }
  }
  const statesOf = (code: string) => asked(code, (client) => client.request(States, {}));

  beforeAll(async () => {
    access = await prepare();
  }, 120_000);

  it.each(factories.map(({ code, name }) => [name, code]))(
    'has orders of %s in every state',
    async (name, code) => {
      const { organization, orders } = await statesOf(code);
      expect(organization.name).toBe(name);
      expect([...new Set(orders.nodes.map((order) => order.status))].sort()).toEqual(every);
      expect(orders.nodes.filter((order) => order.isLate).length).toBeGreaterThan(0);
      expect(orders.nodes.filter((order) => order.hasErrors).length).toBeGreaterThan(0);
    },
  );

  it('is prepared once', async () => {
    const before = await statesOf('nordlicht');
    expect(await prepare()).toEqual(access);
    expect(await statesOf('nordlicht')).toEqual(before);
  });

  it('goes on where preparing it was interrupted, and makes nothing twice', async () => {
    const before = await statesOf('rhein');
    const writes = store.written.length;
    await store.write({ ...access, ready: false });
    expect(await prepare()).toEqual(access);
    expect(await statesOf('rhein')).toEqual(before);
    expect(store.written.length).toBe(writes + 2);
  });

  it('is worked in by people and machines, within bounds and without surprise', async () => {
    const before = await statesOf('nordlicht');
    const tally = await simulate({
      url: url(),
      organizations: access.organizations,
      speed: 1_800,
      minutes: 720,
      seed: 7,
      // Round follows round: the shop's time passes by rounds, not by the clock.
      wait: () => Promise.resolve(),
    });
    expect(tally.problems).toEqual([]);
    expect(Object.keys(tally.done)).toEqual(
      expect.arrayContaining([
        'CompleteRun',
        'ConfirmOrder',
        'CreateOrder',
        'CreateRun',
        'IngestReadings',
        'QueueRun',
        'ReportBuild',
        'ReportMachine',
        'StartRun',
      ]),
    );
    for (const { code } of factories) {
      const after = await statesOf(code);
      expect(after.open.totalCount).toBeLessThanOrEqual(20);
      expect(after.sensors.nodes.every((sensor) => sensor.latestReading !== null)).toBe(true);
    }
    expect((await statesOf('nordlicht')).eventCursor).not.toBe(before.eventCursor);
  }, 120_000);
});
