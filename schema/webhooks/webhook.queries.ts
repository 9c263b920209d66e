import { queryList, queryOne } from '../shared/connection.ts';
import { webhookList } from './webhook.type.ts';

queryOne('webhook', 'Webhook', 'A webhook by its id. Administrators only.');
queryList('webhooks', webhookList, 'The webhooks of the organization. Administrators only.');
queryOne(
  'webhookDelivery',
  'WebhookDelivery',
  'A delivery by its id, the `webhook-id` that a receiver has. Administrators only.',
);
