import { fc } from '@fast-check/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { lineItemList } from '../../../schema/orders/line-item.type.ts';
import { orderList } from '../../../schema/orders/order.type.ts';
import { pieceList } from '../../../schema/production/piece.type.ts';
import { runList } from '../../../schema/production/run.type.ts';
import type { ListOf } from '../../../schema/shared/connection.ts';
import { whereOf } from '../../../schema/shared/filters.ts';
import { forOrganization } from '../../../src/database/client.ts';
import { whereToSql } from '../../../src/database/where.ts';
import { encodeId, type Noun } from '../../../src/ids.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act } from '../support.ts';

const app = useApp();

// Read by every test and changed by none.
let ours: TestOrganization;
let ids: Record<
  'Location' | 'Material' | 'Workflow' | 'Order' | 'LineItem' | 'Run' | 'Workstation' | 'Piece',
  string[]
>;

beforeAll(async () => {
  const organizations = await app().organizations();
  ours = organizations.ours;
  const { client } = ours;
  const shop = await makeShop(client, { inProgressMax: 3 });
  const foreign = await makeShop(organizations.theirs.client);
  const names = ['100% steel', "it's", 'a_b', 'aXb', 'back\\slash', 'Ümlaut'];
  for (const [place, name] of names.entries()) {
    await act(
      client,
      'createOrder',
      {
        name,
        priority: place * 20,
        dueDate: place % 2 ? null : `20${20 + place * 9}-01-01T00:00:00Z`,
        customerName: place % 3 ? 'Acme_1' : null,
        locationId: place % 2 ? shop.locationId : null,
        lineItems: place % 2 ? [{ designName: name, quantity: place }] : [],
      },
      '__typename',
    );
  }
  const made = await makeOrder(client, shop, { quantity: 4 });
  const [a, b, c] = made.pieces.map((piece) => piece.id) as [string, string, string];
  await makeRun(client, shop.printerId, [a], 'COMPLETE');
  await makeRun(client, shop.printerId, [b], 'IN_PROGRESS');
  await makeRun(client, shop.dockId, [a, c], 'QUEUED');
  await makeOrder(organizations.theirs.client, foreign);
  const { prisma } = app().app;
  const where = { organizationId: ours.organizationId };
  const of = async (noun: Noun, rows: Promise<{ id: string }[]>) => [
    ...(await rows).map((row) => encodeId(noun, row.id)),
    absentId(noun),
  ];
  ids = {
    Location: [shop.locationId, foreign.locationId],
    Material: [shop.materialId, foreign.materialId],
    Workflow: [shop.workflowId, absentId('Workflow')],
    Workstation: [shop.printerId, shop.dockId],
    Order: await of('Order', prisma.order.findMany({ where })),
    LineItem: await of('LineItem', prisma.lineItem.findMany({ where })),
    Run: await of('Run', prisma.run.findMany({ where })),
    Piece: await of('Piece', prisma.piece.findMany({ where })),
  };
});

type Arbitrary = fc.Arbitrary<unknown>;
const some = (members: Record<string, Arbitrary>): Arbitrary => fc.record(members, { requiredKeys: [] });
const list = (each: Arbitrary): Arbitrary => fc.array(each, { maxLength: 3 });

const signs = fc.constantFrom(
  '%',
  '_',
  "'",
  '\\',
  'a',
  'STEEL',
  'ü',
  'x',
  '1',
  '',
  'a_b',
  'R-000002',
  '-1-1',
);
const byText = some({ equals: signs, in: list(signs), contains: signs, startsWith: signs });
const numbers = fc.integer({ min: -1, max: 101 });
const byInt = some({ equals: numbers, gte: numbers, lte: numbers });
const instants = fc.constantFrom(
  null,
  ...[2019, 2020, 2029, 2038, 2999].map((year) => new Date(Date.UTC(year, 0, 1))),
);
const byInstant = some({ from: instants, before: instants });
const orNull = (filter: Arbitrary): Arbitrary =>
  fc
    .tuple(filter, fc.constantFrom(undefined, null, true, false))
    .map(([given, isNull]) => (isNull === undefined ? given : { ...(given as object), isNull }));
const byEnum = (...values: string[]): Arbitrary => {
  const value = fc.constantFrom(...values);
  return some({ equals: value, in: list(value), notIn: list(value) });
};
const byId = (noun: keyof typeof ids): Arbitrary => {
  const id = fc.nat().map((place) => ids[noun][place % ids[noun].length]);
  return some({ equals: id, in: list(id) });
};

// What may be asked of each noun. Members without a value here are those of other nouns alike.
const members: Record<'Order' | 'LineItem' | 'Piece' | 'Run', () => Record<string, Arbitrary>> = {
  Order: () => ({
    status: byEnum('NEW', 'PENDING', 'PROCESSING', 'PRINTING', 'CONFIRMED'),
    hasErrors: fc.boolean(),
    isLate: fc.boolean(),
    dueDate: orNull(byInstant),
    priority: byInt,
    name: byText,
    customerName: byText,
    location: orNull(byId('Location')),
    material: byId('Material'),
    workflow: byId('Workflow'),
  }),
  LineItem: () => ({
    status: byEnum('NEW', 'PRINTING', 'CONFIRMED'),
    order: byId('Order'),
    material: orNull(byId('Material')),
    designName: byText,
    priority: byInt,
  }),
  Piece: () => ({
    status: byEnum('CONFIRMED', 'QUEUED', 'IN_PROGRESS'),
    stepKind: byEnum('PRINTER', 'SHIPPING'),
    serial: byText,
    material: byId('Material'),
    run: byId('Run'),
    lineItem: byId('LineItem'),
  }),
  Run: () => ({
    status: byEnum('QUEUED', 'IN_PROGRESS', 'COMPLETE'),
    workstation: byId('Workstation'),
    location: byId('Location'),
    order: byId('Order'),
    lineItem: byId('LineItem'),
    number: byText,
    startedAt: orNull(byInstant),
  }),
};

function filterOf(noun: keyof typeof members): fc.Arbitrary<Record<string, unknown>> {
  const { filter } = fc.letrec((tie) => ({
    leaf: fc.record(members[noun](), { requiredKeys: [] }).chain((all) =>
      // One or two conditions at a time: more of them leave nothing.
      fc
        .subarray(Object.entries(all), { maxLength: Math.min(2, Object.keys(all).length) })
        .map((few) => Object.fromEntries(few)),
    ),
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.record({ not: tie('filter') }),
      fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    ),
  }));
  return filter as fc.Arbitrary<Record<string, unknown>>;
}

const lists = { Order: orderList, LineItem: lineItemList, Piece: pieceList, Run: runList } as const;

/** The rows that a filter leaves: as a list at the root asks for them, and as one below a parent does. */
async function rowsOf(noun: keyof typeof lists, input: Record<string, unknown>) {
  const options = (lists[noun] as ListOf<Noun>).options;
  const where = whereOf(noun, options.filters, input, new Date());
  const client = forOrganization(app().app.prisma, ours.organizationId);
  const delegate = client[
    noun === 'LineItem' ? 'lineItem' : (noun.toLowerCase() as 'order')
  ] as typeof client.order;
  const byPrisma = await delegate.findMany({ where: where as object, select: { id: true } });
  const parameters: unknown[] = [ours.organizationId];
  const condition = whereToSql(noun, where, 't', parameters);
  const bySql = await app().database.query<{ id: string }>(
    `SELECT t.id::text AS id FROM "${noun}" t WHERE t."organizationId" = $1 AND (${condition})`,
    parameters,
  );
  return { byPrisma: byPrisma.map(({ id }) => id).sort(), bySql: bySql.map(({ id }) => id).sort() };
}

describe.each(['Order', 'LineItem', 'Piece', 'Run'] as const)('a random filter of %s', (noun) => {
  it('leaves the same rows at the root, by Prisma, and below a parent, by SQL', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf(noun), async (input) => {
        const { byPrisma, bySql } = await rowsOf(noun, input);
        expect(bySql).toEqual(byPrisma);
      }),
      { numRuns: 120 },
    );
  });

  it('and its negation leave every row exactly once', async () => {
    const all = (await rowsOf(noun, {})).byPrisma;
    expect(all.length).toBeGreaterThan(2);
    await fc.assert(
      fc.asyncProperty(filterOf(noun), async (input) => {
        const [yes, no] = [await rowsOf(noun, input), await rowsOf(noun, { not: input })];
        expect([...yes.byPrisma, ...no.byPrisma].sort()).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });
});
