import { expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { act } from '../support.ts';

let clock = new Date('2030-01-01T00:00:00Z');
const app = useApp({ now: () => clock });

const Orders = graphql(`
  query ClockOrders($late: Boolean!) {
    orders(filter: { isLate: $late }) { nodes { name isLate } }
  }
`);

it('orders are late by the clock of the application, as field and as filter', async () => {
  const { ours } = await app().organizations();
  const input = { name: 'Due', dueDate: '2035-01-01T00:00:00Z' };
  await act(ours.client, 'createOrder', input, '__typename');
  const read = async (late: boolean) => (await ours.client.query(Orders, { late })).orders.nodes;
  expect([await read(true), await read(false)]).toEqual([[], [{ name: 'Due', isLate: false }]]);
  clock = new Date('2040-01-01T00:00:00Z');
  expect([await read(true), await read(false)]).toEqual([[{ name: 'Due', isLate: true }], []]);
});
