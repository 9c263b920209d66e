import type { ResultOf } from '@graphql-typed-document-node/core';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { OrderOrderField } from '../../../client/generated/graphql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { act } from '../support.ts';

const app = useApp();

const Orders = graphql(`
  query PagingOrders($first: Int, $after: String, $orderBy: [OrderOrder!], $filter: OrderFilter) {
    orders(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id } }
      nodes { id createdAt dueDate priority number name }
    }
  }
`);
const Lines = graphql(`
  query PagingLines($id: ID!, $first: Int, $after: String, $orderBy: [LineItemOrder!]) {
    order(id: $id) {
      lineItems(first: $first, after: $after, orderBy: $orderBy) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { position quantity }
      }
    }
  }
`);
const OrdersWithLines = graphql(`
  query PagingOrdersWithLines {
    orders(orderBy: [{ field: NUMBER }]) {
      nodes {
        lineItems(first: 2, orderBy: [{ field: POSITION, direction: DESC }]) {
          totalCount
          pageInfo { hasNextPage }
          nodes { position }
        }
      }
    }
  }
`);

/** Orders whose priorities, names and due dates repeat; a third of them is never due. */
async function makeOrders(client: Client, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let place = 0; place < count; place++) {
    const { order } = await act<{ order: { id: string } }>(
      client,
      'createOrder',
      {
        name: `order ${'abcd'[(place * 7) % 4]}`,
        priority: [50, 10, 90][(place * 5) % 3],
        dueDate: place % 3 === 0 ? null : `2026-03-0${1 + ((place * 11) % 5)}T08:00:00Z`,
      },
      'order { id }',
    );
    made.push(order.id);
  }
  return made;
}

/** Follows the pages to their end. */
async function everyPage(client: Client, variables: Parameters<typeof page>[1]) {
  const nodes: Awaited<ReturnType<typeof page>>['nodes'] = [];
  let after: string | null = null;
  do {
    const found: Awaited<ReturnType<typeof page>> = await page(client, { ...variables, after });
    nodes.push(...found.nodes);
    expect(found.pageInfo.hasPreviousPage).toBe(after !== null);
    expect(found.edges.map((edge) => edge.node.id)).toEqual(found.nodes.map((node) => node.id));
    expect([found.pageInfo.startCursor, found.pageInfo.endCursor]).toEqual([
      found.edges[0]?.cursor ?? null,
      found.edges.at(-1)?.cursor ?? null,
    ]);
    after = found.pageInfo.hasNextPage ? (found.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return nodes;
}

const page = async (
  client: Client,
  variables: {
    first?: number;
    after?: string | null;
    orderBy?: { field: OrderOrderField; direction: 'ASC' | 'DESC' }[];
    filter?: { priority?: { lte: number } };
  },
) => (await client.query(Orders, variables)).orders;

/** Compares as the list should: what is not set comes last, in both directions. */
function compare(a: string | number | null, b: string | number | null, direction: 'ASC' | 'DESC'): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * (direction === 'ASC' ? 1 : -1);
}

const columns = {
  CREATED_AT: 'createdAt',
  DUE_DATE: 'dueDate',
  PRIORITY: 'priority',
  NUMBER: 'number',
  NAME: 'name',
} as const;

describe('paging through orders', () => {
  it('gives each exactly once, sorted, by every order and direction', async () => {
    const { ours } = await app().organizations();
    await makeOrders(ours.client, 30);
    for (const [field, column] of Object.entries(columns)) {
      for (const direction of ['ASC', 'DESC'] as const) {
        const orderBy = [{ field: field as OrderOrderField, direction }];
        const nodes = await everyPage(ours.client, { first: 7, orderBy });
        expect(new Set(nodes.map((node) => node.id)).size).toBe(30);
        const sorted = [...nodes].sort(
          (a, b) =>
            compare(a[column] ?? null, b[column] ?? null, direction) || compare(a.id, b.id, direction),
        );
        expect(nodes).toEqual(sorted);
      }
    }
  });

  it('gives each exactly once by three orders of mixed directions', async () => {
    const { ours } = await app().organizations();
    await makeOrders(ours.client, 30);
    const orderBy = [
      { field: 'PRIORITY' as const, direction: 'DESC' as const },
      { field: 'DUE_DATE' as const, direction: 'ASC' as const },
      { field: 'NAME' as const, direction: 'DESC' as const },
    ];
    const nodes = await everyPage(ours.client, { first: 4, orderBy });
    const sorted = [...nodes].sort(
      (a, b) =>
        compare(a.priority, b.priority, 'DESC') ||
        compare(a.dueDate ?? null, b.dueDate ?? null, 'ASC') ||
        compare(a.name, b.name, 'DESC') ||
        compare(a.id, b.id, 'DESC'),
    );
    expect(nodes).toHaveLength(30);
    expect(nodes).toEqual(sorted);
  });

  it('begins with the newest unless told otherwise, and counts what the filter leaves in all', async () => {
    const { ours } = await app().organizations();
    const made = await makeOrders(ours.client, 5);
    const orders = await page(ours.client, { first: 2 });
    expect(orders.nodes.map((node) => node.id)).toEqual([made[4], made[3]]);
    expect(orders.totalCount).toBe(5);
    const next = await page(ours.client, { first: 2, after: orders.pageInfo.endCursor ?? '' });
    expect(next.totalCount).toBe(5);
  });

  it('ends with a page that is just full', async () => {
    const { ours } = await app().organizations();
    await makeOrders(ours.client, 4);
    const first = await page(ours.client, { first: 2 });
    const second = await page(ours.client, { first: 2, after: first.pageInfo.endCursor ?? '' });
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const beyond = await page(ours.client, { first: 2, after: second.pageInfo.endCursor ?? '' });
    expect(beyond).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it('loses none and doubles none when rows leave the filter meanwhile, the cursor’s own too', async () => {
    const { ours } = await app().organizations();
    const made = await makeOrders(ours.client, 30);
    const filter = { priority: { lte: 50 } };
    const inFilter = (await everyPage(ours.client, { first: 100, filter })).map((node) => node.id);
    const first = await page(ours.client, { first: 7, filter });
    // All of the first page leaves the filter, and so does one that is still to come.
    const leaving = [...first.nodes.map((node) => node.id), inFilter[10] as string];
    for (const orderId of leaving)
      await act(ours.client, 'updateOrder', { orderId, priority: 99 }, '__typename');
    const seen = first.nodes.map((node) => node.id);
    let after = first.pageInfo.endCursor ?? null;
    while (after) {
      const next: typeof first = await page(ours.client, { first: 7, filter, after });
      seen.push(...next.nodes.map((node) => node.id));
      after = next.pageInfo.hasNextPage ? (next.pageInfo.endCursor ?? null) : null;
    }
    expect(seen).toEqual(inFilter.filter((id) => id !== inFilter[10]));
    expect(made).toEqual(expect.arrayContaining(seen));
  });
});

describe('paging below a parent', () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, place) => ({ designName: 'Bracket', quantity: 1 + (place % 3) }));

  it('gives each line item of an order exactly once, by every order and direction', async () => {
    const { ours } = await app().organizations();
    const { order } = await act<{ order: { id: string } }>(
      ours.client,
      'createOrder',
      { name: 'Many lines', lineItems: lines(12) },
      'order { id }',
    );
    for (const field of ['POSITION', 'QUANTITY', 'CREATED_AT', 'DESIGN_NAME'] as const) {
      for (const direction of ['ASC', 'DESC'] as const) {
        const positions: number[] = [];
        let after: string | null = null;
        do {
          const found: ResultOf<typeof Lines> = await ours.client.query(Lines, {
            id: order.id,
            first: 5,
            after,
            orderBy: [{ field, direction }],
          });
          const list = found.order?.lineItems;
          positions.push(...(list?.nodes.map((node) => node.position) ?? []));
          expect(list?.totalCount).toBe(12);
          after = list?.pageInfo.hasNextPage ? (list.pageInfo.endCursor ?? null) : null;
        } while (after !== null);
        expect([...positions].sort((a, b) => a - b)).toEqual(
          Array.from({ length: 12 }, (_, place) => place + 1),
        );
        if (field === 'POSITION') {
          expect(positions).toEqual([...positions].sort((a, b) => (direction === 'ASC' ? a - b : b - a)));
        }
      }
    }
  });

  it('gives every parent its own first page and count', async () => {
    const { ours } = await app().organizations();
    for (const count of [0, 1, 2, 3, 5]) {
      await act(ours.client, 'createOrder', { name: 'Lines', lineItems: lines(count) }, '__typename');
    }
    const { orders } = await ours.client.query(OrdersWithLines, {});
    const seen = orders.nodes.map(({ lineItems }) => [
      lineItems.totalCount,
      lineItems.pageInfo.hasNextPage,
      lineItems.nodes.map((node) => node.position),
    ]);
    expect(seen).toEqual([
      [0, false, []],
      [1, false, [1]],
      [2, false, [2, 1]],
      [3, true, [3, 2]],
      [5, true, [5, 4]],
    ]);
  });
});
