import {
  archiveWebhook,
  createWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from '../../src/webhooks/webhook.service.ts';
import {
  replayWebhook,
  retryWebhookDeliveries,
  retryWebhookDelivery,
} from '../../src/webhooks/webhook-delivery.service.ts';
import { mutation, one, type Scalar } from '../shared/mutation.ts';

const secret = {
  scalar: 'String',
  secret: 'secret',
  nullable: true,
  description:
    'What its requests are signed with, shown only now; null when a mutation that was repeated answers.',
} satisfies Scalar<{ webhookId: string }>;

for (const command of [createWebhook, rotateWebhookSecret]) {
  mutation<{ webhookId: string }>(command, { webhook: one('Webhook', 'webhookId'), secret });
}
for (const command of [
  updateWebhook,
  pauseWebhook,
  resumeWebhook,
  testWebhook,
  archiveWebhook,
  replayWebhook,
]) {
  mutation<{ webhookId: string }>(command, { webhook: one('Webhook', 'webhookId') });
}
mutation(retryWebhookDelivery, { webhookDelivery: one('WebhookDelivery', 'webhookDeliveryId') });
mutation(retryWebhookDeliveries, {
  webhook: one('Webhook', 'webhookId'),
  count: { scalar: 'Int', from: 'count', description: 'How many are tried again.' },
});
