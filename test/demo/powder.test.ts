import { readFile } from 'node:fs/promises';
import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../client/client.ts';
import { graphql } from '../../client/generated/gql.ts';
import type { DemoPowderBatchesQuery } from '../../client/generated/graphql.ts';
import { type DemoAccess, tokenOf } from '../../demo/access.ts';
import { Connector } from '../../demo/connector.ts';
import { factories } from '../../demo/factories.ts';
import { Operator } from '../../demo/operator.ts';
import { PowderHand } from '../../demo/powder-hand.ts';
import { planPowder } from '../../demo/powder-plan.ts';
import { prepareDemo } from '../../demo/prepare.ts';
import { chance } from '../../demo/random.ts';
import { emptyTally } from '../../demo/shift.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const Lots = graphql(/* GraphQL */ `
  query DemoPowderLots {
    materialLots(first: 100, orderBy: [{ field: NAME }]) {
      nodes {
        name
        status
        quantity { value }
        fullQuantity { value }
        deliveredAt
        purchaseOrder { id }
        massBalance { unaccounted { value } }
      }
    }
    materialActions(first: 1, orderBy: [{ field: OCCURRED_AT }]) { totalCount nodes { occurredAt } }
    recomputed: events(first: 1, after: "START", filter: { kinds: [MaterialBatchRecomputed] }) { nodes { cursor } }
    eventCursor
  }
`);

const Batches = graphql(/* GraphQL */ `
  query DemoPowderBatches($after: String) {
    materialBatches(first: 100, after: $after, orderBy: [{ field: CREATED_AT }]) {
      nodes {
        name
        status
        usageCycles
        quantity { value }
        workstation { name }
        composition { fraction lot { name } }
        usageCycleShares { fraction }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const Rest = graphql(/* GraphQL */ `
  query DemoPowderRest {
    stocks(first: 10) { nodes { isBelowMinimum material { name } } }
    holds(first: 10) { nodes { status subject container { isHeld } testReport { verdict } } }
    verdicts: materialTestPanels(first: 50) { nodes { status verdict } }
    pieces(first: 100) { nodes { materialMass { value } composition { fraction } usageCycleShares { fraction } } }
    loaded: materialBatches(first: 1, filter: { workstation: { isNull: false } }) {
      nodes { climateSummary { count sensor { name } } }
    }
    retained: materialBatches(first: 1, search: "retained") {
      nodes { climateSummary { count sensor { name } } }
    }
  }
`);

const Roots = graphql(/* GraphQL */ `
  query DemoPowderRoots {
    pieces(first: 100) { nodes { id materialMass { value } } }
    lots: materialLots(first: 1, search: "TI-L08") { nodes { id } }
  }
`);

const Evidence = graphql(/* GraphQL */ `
  query DemoEvidence {
    lots: materialLots(first: 100, filter: { status: { notIn: [ON_ORDER] } }) { nodes { heats { totalCount } } }
    millCertifications(first: 100) { nodes { reviewStatus findings { severity rule message } } }
    attachments: certificateAttachments(first: 100) { nodes { status certificate { type } } }
    documents(first: 10) { nodes { file { status } links { totalCount } } }
    inspections: inspectionCases(first: 10) { nodes { status items { totalCount } } }
  }
`);

const sum = (shares: readonly { fraction: string }[]) =>
  shares.reduce((total, each) => total.plus(each.fraction), new Decimal(0)).toFixed();

describe("the demonstration's powder", () => {
  const plans = factories.filter((plan) => plan.powder);
  const written: DemoAccess[] = [];
  const store = {
    read: () => written.at(-1) ?? null,
    write: async (access: DemoAccess) => void written.push(access),
  };
  const url = () => `${app().url}/graphql`;
  const prepare = () => prepareDemo({ prisma: app().app.prisma, url: url(), store, plans });
  let access: DemoAccess;
  let client: Client;

  beforeAll(async () => {
    access = await prepare();
    const [organization] = access.organizations;
    if (!organization) throw new Error('No organization.');
    client = createClient({ url: url(), token: tokenOf(organization, 'administrator') });
  }, 240_000);
  afterAll(() => client?.close());

  async function batches(): Promise<DemoPowderBatchesQuery['materialBatches']['nodes']> {
    const all = [];
    for (let after: string | null = null; ; ) {
      const { materialBatches }: DemoPowderBatchesQuery = await client.request(Batches, { after });
      all.push(...materialBatches.nodes);
      after = materialBatches.pageInfo.endCursor ?? null;
      if (!materialBatches.pageInfo.hasNextPage) return all;
    }
  }

  it('is planned in the order of time, and always the same', () => {
    const circuits = plans.flatMap((plan) => plan.powder?.circuits ?? []);
    const acts = planPowder(circuits);
    expect(acts.every((act, place) => act.day < 0 && act.day >= (acts[place - 1]?.day ?? act.day))).toBe(
      true,
    );
    expect(planPowder(circuits)).toEqual(acts);
  });

  it('came in lots, each in a plausible state, and all of it is accounted for', async () => {
    const { materialLots, materialActions, recomputed } = await client.request(Lots, {});
    const lots = materialLots.nodes;
    expect(lots).toHaveLength(24);
    expect(new Set(lots.map((lot) => lot.status))).toEqual(
      new Set(['DONE', 'IN_USE', 'AVAILABLE', 'IN_STORAGE', 'IN_TESTING', 'ON_ORDER', 'SCRAPPED']),
    );
    for (const lot of lots) {
      expect(lot.purchaseOrder).not.toBeNull();
      expect(lot.deliveredAt === null).toBe(lot.status === 'ON_ORDER');
      expect(Number(lot.massBalance.unaccounted.value)).toBe(0);
      const gone = ['DONE', 'SCRAPPED', 'ON_ORDER'].includes(lot.status);
      expect(Number(lot.quantity.value) > 0, lot.name).toBe(!gone);
    }
    expect(materialActions.totalCount).toBeGreaterThan(400);
    const first = Date.parse(materialActions.nodes[0]?.occurredAt ?? '');
    expect(Date.now() - first).toBeGreaterThan(700 * 86_400_000);
    expect(recomputed.nodes).toEqual([]);
  });

  it('consists of exactly itself, often used and of several lots', async () => {
    const all = await batches();
    for (const batch of all) {
      expect(sum(batch.composition), batch.name).toBe('1');
      expect(sum(batch.usageCycleShares), batch.name).toBe('1');
    }
    expect(all.some((batch) => batch.usageCycles >= 5 && batch.composition.length >= 3)).toBe(true);
    expect(Math.max(...all.map((batch) => batch.usageCycles))).toBeGreaterThanOrEqual(8);
    expect(all.filter((batch) => batch.workstation).length).toBeGreaterThan(0);
  });

  it('is short in one stock, held, tested, watched and in pieces', async () => {
    const { stocks, holds, verdicts, pieces, loaded, retained } = await client.request(Rest, {});
    expect(stocks.nodes.map((stock) => stock.isBelowMinimum).sort()).toEqual([false, true]);
    expect(holds.nodes.map((hold) => hold.status).sort()).toEqual(['OPEN', 'PROPOSED']);
    expect(holds.nodes.find((hold) => hold.status === 'OPEN')?.container?.isHeld).toBe(true);
    expect(verdicts.nodes.filter((panel) => panel.verdict === 'FAIL')).toHaveLength(1);
    expect(verdicts.nodes.every((panel) => panel.status === 'COMPLETED')).toBe(true);
    const made = pieces.nodes.filter((piece) => piece.materialMass);
    expect(made).toHaveLength(12);
    for (const piece of made) {
      expect(sum(piece.composition)).toBe('1');
      expect(sum(piece.usageCycleShares)).toBe('1');
    }
    expect(loaded.nodes).toHaveLength(1);
    expect(retained.nodes[0]?.climateSummary.map((each) => each.count)).toEqual([1, 1]);
  });

  it('is proven: every lot by the heat of a mill, what was printed of it by certificates', async () => {
    const { lots, millCertifications, attachments, documents, inspections } = await client.request(
      Evidence,
      {},
    );
    expect(lots.nodes.every((lot) => lot.heats.totalCount === 1)).toBe(true);
    for (const { findings } of millCertifications.nodes) expect(findings).toEqual([]);
    expect(new Set(millCertifications.nodes.map(({ reviewStatus }) => reviewStatus))).toEqual(
      new Set(['APPROVED', null]),
    );
    expect(new Set(attachments.nodes.map(({ status }) => status))).toEqual(new Set(['VALID']));
    expect(new Set(attachments.nodes.map(({ certificate }) => certificate.type)).size).toBe(2);
    expect(documents.nodes.map(({ file, links }) => [file.status, links.totalCount])).toEqual([
      ['STORED', 2],
      ['STORED', 1],
    ]);
    expect(inspections.nodes).toMatchObject([{ status: 'OPEN', items: { totalCount: 2 } }]);
  });

  it('answers what docs/operations.md asks of it', async () => {
    const text = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const documents = [...text.matchAll(/```graphql\n(.*?)```/gs)].map((block) => block[1] ?? '');
    expect(documents).toHaveLength(4);
    const { pieces, lots } = await client.request(Roots, {});
    const piece = pieces.nodes.find((each) => each.materialMass)?.id;
    const answers = await Promise.all(
      documents.map(async (query) => {
        const response = await fetch(url(), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${access.organizations[0]?.tokens.viewer}`,
          },
          body: JSON.stringify({ query, variables: { piece, lot: lots.nodes[0]?.id } }),
        });
        return response.json();
      }),
    );
    const [composition, genealogy, recall, thread] = answers;
    expect(composition.data.materialBatches.nodes[0].composition.length).toBeGreaterThan(1);
    expect(genealogy.data.genealogy).toMatchObject({ truncated: false });
    expect(genealogy.data.genealogy.depth).toBeGreaterThan(10);
    expect(recall.data.recall.pieces.nodes.length).toBeGreaterThan(0);
    expect(Number(recall.data.recall.massBalance.unaccountedPpm)).toBe(0);
    const heats: { heat: { elements: { symbol: string }[] } }[] = thread.data.piece.thread.heats.nodes;
    expect(heats.length).toBeGreaterThan(0);
    expect(thread.data.piece.thread.operations.nodes[0]).toMatchObject({
      processStep: { name: 'Print' },
      instructions: { nodes: [{ name: 'Working on metal parts', revision: 1 }] },
    });
    for (const { heat } of heats) expect(heat.elements.map(({ symbol }) => symbol)).toContain('V');
  });

  it('is made once, also where it was interrupted', async () => {
    const before = await client.request(Lots, {});
    await store.write({ ...access, ready: false });
    expect(await prepare()).toEqual(access);
    expect(await client.request(Lots, {})).toEqual(before);
  }, 240_000);

  it('goes round: what prints use is told, unloaded and sieved', async () => {
    const [plan] = plans;
    const [organization] = access.organizations;
    if (!plan?.powder || !organization) throw new Error('No factory.');
    const tally = emptyTally();
    const machine = createClient({ url: url(), token: tokenOf(organization, 'machine') });
    const people = createClient({ url: url(), token: tokenOf(organization, 'operator') });
    const connector = new Connector(plan, machine, chance(1), tally);
    const operator = new Operator(plan, 60, people, chance(2), tally);
    const hand = new PowderHand(plan.powder, people, chance(3), tally);
    const wanted = ['LoadBatch', 'ConsumeBatch', 'UnloadChamber', 'SieveBatch'];
    try {
      for (let round = 0; round < 30 && wanted.some((each) => !tally.done[each]); round++) {
        for (const worker of [connector, operator, hand]) await worker.round(60);
      }
    } finally {
      await Promise.all([machine.close(), people.close()]);
    }
    expect(Object.keys(tally.done)).toEqual(expect.arrayContaining(wanted));
    const { materialLots } = await client.request(Lots, {});
    for (const lot of materialLots.nodes) expect(Number(lot.massBalance.unaccounted.value)).toBe(0);
  }, 240_000);
});
