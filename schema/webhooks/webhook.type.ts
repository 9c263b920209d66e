import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import type { EventKind } from '../../src/events/kinds.ts';
import { webhookStates } from '../../src/webhooks/webhook.state.ts';
import { EventKindRef } from '../events/event.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { WebhookActionRef, WebhookFormatRef, WebhookStatusRef } from './enums.ts';
import { webhookDeliveryList } from './webhook-delivery.type.ts';

/** How many events each webhook has not been sent: one statement for a page. */
const lagLoader = (context: RequestContext): DataLoader<string, number> =>
  context.memo.once(
    'lagOfWebhooks',
    () =>
      new DataLoader<string, number>(async (ids) => {
        const rows = await context.runtime.database.query<{ id: string; lag: string }>(
          `SELECT w.id::text AS id, (greatest(0, h."position" - w."position") + (
             SELECT count(*) FROM "WebhookDelivery" d
             WHERE d."organizationId" = w."organizationId" AND d."webhookId" = w.id AND d.status = 'PENDING'))::text AS lag
           FROM "Webhook" w JOIN "EventHead" h ON h."organizationId" = w."organizationId"
           WHERE w."organizationId" = $1 AND w.id = ANY($2::uuid[])`,
          [context.signedIn.organizationId, [...ids]],
        );
        const lags = new Map(rows.map(({ id, lag }) => [id, Number(lag)]));
        return ids.map((id) => lags.get(id) ?? 0);
      }),
  );

noun('Webhook', {
  description:
    'A URL that is told of events by signed POST requests: at least once each, and of one object in their order. See docs/webhooks.md for how to verify them. For administrators.',
  access: 'administer',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called; unique in the organization.' }),
    url: t.exposeString('url', { description: 'Where it is sent.' }),
    format: t.field({
      type: WebhookFormatRef,
      description: 'How the bodies look.',
      resolve: (webhook) => webhook.format,
    }),
    kinds: t.field({
      type: [EventKindRef],
      description: 'The kinds of events that it is told; all of them where there are none.',
      resolve: (webhook) => webhook.kinds as EventKind[],
    }),
    about: t.idList({
      description: 'The objects that it is told of; all of them where there are none.',
      resolve: (webhook) => webhook.about,
    }),
    status: t.field({
      type: WebhookStatusRef,
      description: 'Whether it is sent to.',
      resolve: (webhook) => webhook.status,
    }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description: 'Why the system disabled it.',
    }),
    allowedActions: t.field({
      type: [WebhookActionRef],
      description: 'What may be done with it now.',
      resolve: (webhook) => (webhook.archivedAt ? [] : webhookStates.allowedActions(webhook.status)),
    }),
    previousSecretUntil: t.expose('previousSecretUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'Until when deliveries are signed with the former secret as well; null where there is none.',
    }),
    lag: t.int({
      description:
        'How many events it has not been sent: those of the log that it has not come to, and its deliveries that are waiting.',
      resolve: (webhook, _args, context) => lagLoader(context).load(webhook.id),
    }),
    lastDeliveredAt: t.expose('lastDeliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When something was last delivered, to the second.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when every attempt has failed; null where the last one was delivered. After five days it is disabled.',
    }),
    deliveries: childList(
      t,
      'Webhook',
      'deliveries',
      webhookDeliveryList,
      'Its deliveries: those of the last 30 days, and those that are waiting or were given up.',
    ),
  }),
});

export const webhookList = listOf('Webhook', {
  plural: 'webhooks',
  filters: {
    status: byEnum('status', 'WebhookStatus', 'By whether they are sent to.'),
    format: byEnum('format', 'WebhookFormat', 'By how their bodies look.'),
    name: byText('name', 'By name.'),
    isArchived: byArchived,
  },
  search: ['name', 'url'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    FAILING_SINCE: { column: 'failingSince', nullable: true, description: 'By since when they fail.' },
  },
});
