import { graphql } from '../generated/gql.ts';
import type { OrderRowFragment } from '../generated/graphql.ts';
import { type Page, type Request, stream } from '../live/page.ts';

/** More than this no screen shows; the rest is counted. */
export const mostOrders = 100;
/** With more changed at once, reading all is cheaper. */
const mostAtOnce = 20;

export const OrderRow = graphql(/* GraphQL */ `
  fragment OrderRow on Order {
    id
    number
    name
    customerName
    status
    dueDate
    hasErrors
    priority
    pieceCount
    progress { stage count }
  }
`);

const ReadOrders = graphql(/* GraphQL */ `
  query ReadOrders {
    eventCursor
    orders(
      first: 100
      filter: { status: { notIn: [COMPLETE, CANCELLED] } }
      orderBy: [{ field: DUE_DATE }]
    ) {
      totalCount
      nodes { ...OrderRow }
    }
  }
`);

const OrderAgain = graphql(/* GraphQL */ `
  query OrderAgain($id: ID!) { order(id: $id) { ...OrderRow } }
`);

const OrderPageEvents = graphql(/* GraphQL */ `
  subscription OrderPageEvents($after: Cursor) {
    orderEvents(after: $after) {
      __typename
      ... on Event { cursor }
      ... on OrderCreated { order { id } }
      ... on OrderChanged { order { id } }
      ... on OrderStatusChanged { order { id } }
      ... on LineItemCreated { lineItem { order { id } } }
      ... on LineItemChanged { lineItem { order { id } } }
      ... on LineItemStatusChanged { lineItem { order { id } } }
      ... on PieceCreated { piece { order { id } } }
      ... on PieceChanged { piece { order { id } } }
      ... on PieceStatusChanged { piece { order { id } } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** Orders that are open, the one that is due first first. */
export interface Orders {
  readonly rows: readonly OrderRowFragment[];
  /** How many open orders beyond the rows there were when all were read. */
  readonly more: number;
}

const closed: ReadonlySet<string> = new Set(['COMPLETE', 'CANCELLED']);

function compare(a: OrderRowFragment, b: OrderRowFragment): number {
  // What is due at no time comes last.
  if (a.dueDate !== b.dueDate) return (a.dueDate ?? '~') < (b.dueDate ?? '~') ? -1 : 1;
  return b.priority - a.priority || a.number.localeCompare(b.number);
}

/** The orders with one of them as it is now; without it where it is not open any more. */
function withOrder(orders: Orders, id: string, order: OrderRowFragment | null): Orders {
  const others = orders.rows.filter((row) => row.id !== id);
  const rows = order && !closed.has(order.status) ? [...others, order].sort(compare) : others;
  return { rows: rows.slice(0, mostOrders), more: Math.max(0, rows.length - mostOrders) };
}

async function readOrders(request: Request): Promise<{ state: Orders; cursor: string }> {
  const { orders, eventCursor } = await request(ReadOrders, {});
  const rows = [...orders.nodes].sort(compare);
  return { state: { rows, more: orders.totalCount - rows.length }, cursor: eventCursor };
}

/** The page of open orders. */
export const ordersPage: Page<Orders> = {
  read: readOrders,
  streams: [
    stream(OrderPageEvents, {}, (state: Orders, message, want) => {
      if ('order' in message && message.order) want(message.order.id);
      else if ('lineItem' in message && message.lineItem) want(message.lineItem.order.id);
      else if ('piece' in message && message.piece) want(message.piece.order.id);
      return state;
    }),
  ],
  async reread(keys, { more }, request) {
    // Where not all are shown, one that closes makes room for one that is not known.
    if (more > 0 || keys.size > mostAtOnce) {
      const { state } = await readOrders(request);
      return () => state;
    }
    const changes = await Promise.all(
      [...keys].map(async (id) => {
        const { order } = await request(OrderAgain, { id });
        return (orders: Orders) => withOrder(orders, id, order);
      }),
    );
    return (orders) => changes.reduce((changed, change) => change(changed), orders);
  },
};

/** Whether an order is late at an instant: time makes it so, and no event tells. */
export const isLateAt = ({ dueDate }: Pick<OrderRowFragment, 'dueDate'>, now: number): boolean =>
  dueDate !== null && Date.parse(dueDate) < now;
