import { dateOf, orderTone, stageTone, words } from '../format.ts';
import type { OrderRowFragment } from '../generated/graphql.ts';
import { isLateAt, type Orders } from '../pages/orders.ts';
import { Badge } from './parts.tsx';

export function OrdersView({ state: { rows, more }, now }: { state: Orders; now: number }) {
  const late = rows.filter((order) => isLateAt(order, now)).length;
  return (
    <>
      <div class="title">
        <h1>Orders</h1>
        <p>
          {rows.length + more} open
          {late > 0 && ` · ${late} late`}
        </p>
      </div>
      {rows.length === 0 ? (
        <p class="empty">No order is open.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col">Due</th>
              <th scope="col">Status</th>
              <th scope="col">Pieces by stage</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((order) => (
              <Row key={order.id} order={order} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p class="empty">And {more} more that are due later.</p>}
    </>
  );
}

function Row({ order, now }: { order: OrderRowFragment; now: number }) {
  return (
    <tr data-order={order.id}>
      <th scope="row">
        {order.number} {order.name}
        {order.customerName && <small> {order.customerName}</small>}
      </th>
      <td>
        {order.dueDate ? dateOf(order.dueDate, now) : '–'}{' '}
        {isLateAt(order, now) && <Badge tone="trouble">Late</Badge>}
      </td>
      <td>
        <Badge tone={orderTone[order.status]}>{words(order.status)}</Badge>{' '}
        {order.hasErrors && <Badge tone="trouble">Failed pieces</Badge>}
      </td>
      <td>
        <Stages order={order} />
      </td>
    </tr>
  );
}

/** The pieces of an order by stage, as words and as a bar. */
function Stages({ order: { progress, pieceCount } }: { order: OrderRowFragment }) {
  if (pieceCount === 0) return <>No pieces yet</>;
  let x = 0;
  return (
    <>
      <svg class="stages" viewBox={`0 0 ${pieceCount} 1`} preserveAspectRatio="none" aria-hidden="true">
        {progress.map(({ stage, count }) => {
          const at = x;
          x += count;
          return (
            <rect key={stage} x={at} y="0" width={count} height="1" class={`fill-${stageTone[stage]}`} />
          );
        })}
      </svg>
      {progress.map(({ stage, count }) => `${count} ${words(stage).toLowerCase()}`).join(' · ')}
    </>
  );
}
