/** Events as the webhooks of 3YOURMIND's API of 2021-02-15 told them, for receivers that are written for those. */
import type { Database } from '../database/open.ts';
import type { EventKind } from '../events/kinds.ts';
import type { LoggedEvent } from '../events/log.ts';
import { encodeId } from '../ids.ts';

const apiVersion = '2021-02-15';

/** The kinds of which some events have a message there. */
export const toldKinds: readonly EventKind[] = [
  'OrderCreated',
  'OrderStatusChanged',
  'PieceCreated',
  'RunStatusChanged',
  'UserCreated',
  'WebhookTested',
];

/** What an event is there: its type, and the object whose data it carries. */
export interface Told {
  readonly type: string;
  readonly noun: 'Order' | 'Run' | 'User' | 'Webhook';
  readonly id: string;
}

/**
 * What the event is there, or null where it is nothing. An order is accepted with the first of its pieces, which only
 * the log knows: see {@link isFirstPiece}.
 */
export function toldOf(event: LoggedEvent): Told | null {
  const of = (type: string, noun: Told['noun'], id = event.subjectId): Told => ({ type, noun, id });
  switch (event.kind) {
    case 'OrderCreated':
      return of('order.created', 'Order');
    case 'OrderStatusChanged':
      return of('order.status.changed', 'Order');
    case 'PieceCreated':
      return of('order.mes.accepted', 'Order', String(event.after?.orderId));
    case 'RunStatusChanged': {
      const type = jobTypeOf(event.before?.status, event.after?.status);
      return type === null ? null : of(type, 'Run');
    }
    case 'UserCreated':
      return of('user.created', 'User');
    case 'WebhookTested':
      return of('webhook.test', 'Webhook');
    default:
      return null;
  }
}

/** A job that goes on after a pause did not start; one that failed or was cancelled is scrapped. */
function jobTypeOf(from: unknown, to: unknown): string | null {
  if (to === 'IN_PROGRESS') return from === 'PAUSED' ? null : 'job.started';
  if (to === 'COMPLETE') return 'job.finished';
  return to === 'ERROR' || to === 'CANCELLED' ? 'job.scrapped' : null;
}

/** Whether the order of a new piece had none before: then it is accepted with this one. */
export async function isFirstPiece(database: Database, event: LoggedEvent): Promise<boolean> {
  // The first copy of its line item, or it is not the first of the order.
  if (event.after?.copy !== 1) return false;
  const [row] = await database.query<{ first: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM "Event" WHERE "organizationId" = $1 AND related @> ARRAY[$2::uuid]
       AND kind = 'PieceCreated' AND "position" < $3) AS first`,
    [event.organizationId, event.after.orderId, event.position],
  );
  return row?.first ?? false;
}

const columns: Readonly<Record<Told['noun'], string>> = {
  Order: `number, name, status::text AS status, type::text AS type, "customerName", "customerReference", "externalId",
    "dueDate", priority, "createdAt"`,
  Run: `number, name, status::text AS status, kind::text AS kind, priority, "customerReference", error, "startedAt", "endedAt", "createdAt"`,
  User: `name, email, role::text AS role, "createdAt"`,
  Webhook: 'name',
};

/** The body of the message: the object as it is now, but with the status that the event gave it. */
export async function threeYourmindBody(database: Database, event: LoggedEvent): Promise<string> {
  const told = toldOf(event);
  if (!told) throw new Error(`The event ${event.kind} has no message of this format.`);
  const [row] = await database.query<Record<string, unknown>>(
    `SELECT ${columns[told.noun]} FROM "${told.noun}" WHERE "organizationId" = $1 AND id = $2`,
    [event.organizationId, told.id],
  );
  const changed = event.kind.endsWith('StatusChanged');
  return JSON.stringify({
    id: event.position,
    created: event.recordedAt.toISOString(),
    apiVersion,
    type: told.type,
    data: {
      id: encodeId(told.noun, told.id),
      ...row,
      ...(changed && { status: event.after?.status, previousStatus: event.before?.status ?? null }),
    },
  });
}
