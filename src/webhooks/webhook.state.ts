import type { WebhookDeliveryStatus, WebhookStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const everyStatus: WebhookStatus[] = ['ACTIVE', 'PAUSED', 'DISABLED'];

export type WebhookAction =
  | 'UPDATE_WEBHOOK'
  | 'ROTATE_WEBHOOK_SECRET'
  | 'PAUSE_WEBHOOK'
  | 'RESUME_WEBHOOK'
  | 'TEST_WEBHOOK'
  | 'REPLAY_WEBHOOK'
  | 'RETRY_WEBHOOK_DELIVERIES'
  | 'ARCHIVE_WEBHOOK';

/** What may be done with a webhook that is not archived. The system alone disables one. */
export const webhookStates = stateTable<WebhookStatus, WebhookAction>('Webhook', {
  UPDATE_WEBHOOK: { from: everyStatus, to: null },
  ROTATE_WEBHOOK_SECRET: { from: everyStatus, to: null },
  PAUSE_WEBHOOK: { from: ['ACTIVE'], to: 'PAUSED' },
  RESUME_WEBHOOK: { from: ['PAUSED', 'DISABLED'], to: 'ACTIVE' },
  TEST_WEBHOOK: { from: ['ACTIVE'], to: null },
  REPLAY_WEBHOOK: { from: everyStatus, to: null },
  RETRY_WEBHOOK_DELIVERIES: { from: everyStatus, to: null },
  ARCHIVE_WEBHOOK: { from: everyStatus, to: null },
});

export type WebhookDeliveryAction = 'RETRY_WEBHOOK_DELIVERY';

/** What may be done with a delivery: a dead one gets another chance, a waiting one need not wait, any is sent again. */
export const webhookDeliveryStates = stateTable<WebhookDeliveryStatus, WebhookDeliveryAction>(
  'WebhookDelivery',
  {
    RETRY_WEBHOOK_DELIVERY: { from: ['PENDING', 'DELIVERED', 'DEAD'], to: 'PENDING' },
  },
);
