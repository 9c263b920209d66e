import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import type { EventKind } from '../../src/events/kinds.ts';
import type { LoggedEvent } from '../../src/events/log.ts';
import { webhookDeliveryStates } from '../../src/webhooks/webhook.state.ts';
import { EventKindRef, EventRef } from '../events/event.type.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byInstant, byObject } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { WebhookDeliveryActionRef, WebhookDeliveryStatusRef } from './enums.ts';

/** The events of deliveries, by their positions: one statement for a page. */
const eventLoader = (context: RequestContext): DataLoader<number, LoggedEvent | null> =>
  context.memo.once(
    'eventsOfDeliveries',
    () =>
      new DataLoader<number, LoggedEvent | null>(async (positions) => {
        const { organizationId } = context.signedIn;
        const { events } = context.runtime;
        const { epoch } = await events.head(organizationId);
        const found = await events.at(organizationId, epoch, positions);
        const byPosition = new Map(found.map((event) => [event.position, event]));
        return positions.map((position) => byPosition.get(position) ?? null);
      }),
  );

noun('WebhookDelivery', {
  description:
    'One event for one webhook. Its id is the `webhook-id` of the requests. Delivered ones are kept for 30 days.',
  access: 'administer',
  fields: (t) => ({
    webhook: t.relation('webhook', { description: 'The webhook.' }),
    kind: t.field({
      type: EventKindRef,
      description: 'The kind of the event.',
      resolve: (delivery) => delivery.kind as EventKind,
    }),
    event: t.field({
      type: EventRef,
      nullable: true,
      description: 'The event that it tells of.',
      resolve: (delivery, _args, context) => eventLoader(context).load(Number(delivery.position)),
    }),
    status: t.field({
      type: WebhookDeliveryStatusRef,
      description: 'How far it is.',
      resolve: (delivery) => delivery.status,
    }),
    allowedActions: t.field({
      type: [WebhookDeliveryActionRef],
      description: 'What may be done with it now.',
      resolve: (delivery) => webhookDeliveryStates.allowedActions(delivery.status),
    }),
    attempts: t.exposeInt('attempts', {
      description:
        'How often it was tried, with an attempt that is under way; counted anew when it is retried.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it is tried next, or when an attempt that is under way counts as lost. Null where it is due at once, and where nothing is due any more.',
    }),
    giveUpAt: t.expose('giveUpAt', {
      type: 'DateTime',
      description: 'A failure after this makes it DEAD.',
    }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last tried.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was delivered.',
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of the last answer; null where there was none.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the last attempt failed; null where none failed, and where it was delivered.',
    }),
    durationMs: t.exposeInt('duration', {
      nullable: true,
      description: 'How long the last attempt took, in milliseconds; null while it is under way.',
    }),
  }),
});

export const webhookDeliveryList = listOf('WebhookDelivery', {
  plural: 'deliveries of a webhook',
  filters: {
    status: byEnum('status', 'WebhookDeliveryStatus', 'By how far they are. DEAD is the dead-letter list.'),
    kind: byEnum('kind', 'EventKind', 'By the kind of their events.'),
    subject: byObject(
      'subjectId',
      'By the object whose events they tell of. In the format THREE_YOURMIND the one whose data they carry.',
    ),
    lastAttemptAt: byInstant('lastAttemptAt', 'By when they were last tried.'),
  },
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
    LAST_ATTEMPT_AT: {
      column: 'lastAttemptAt',
      nullable: true,
      description: 'By when they were last tried.',
    },
    NEXT_ATTEMPT_AT: {
      column: 'nextAttemptAt',
      nullable: true,
      description: 'By when they are tried next.',
    },
  },
});
