import type {
  WebhookDeliveryStatus,
  WebhookFormat,
  WebhookStatus,
} from '../../prisma/generated/client/client.ts';
import { webhookDeliveryStates, webhookStates } from '../../src/webhooks/webhook.state.ts';
import { actionsOf } from '../shared/actions.ts';
import { enumOf } from '../shared/enums.ts';

export const WebhookFormatRef = enumOf<WebhookFormat>('WebhookFormat', 'How the body of a delivery looks.', {
  HEATMARK: 'The event as this API shows it: kind, subject, changes, actor, cursor.',
  THREE_YOURMIND:
    'The messages of the 3YOURMIND API of 2021-02-15, for receivers that are written for those. Only events that have one are sent.',
});

export const WebhookStatusRef = enumOf<WebhookStatus>('WebhookStatus', 'Whether a webhook is sent to.', {
  ACTIVE: 'It is sent what happens.',
  PAUSED: 'A person has stopped it. What happens meanwhile is sent when it is resumed.',
  DISABLED:
    'The system has stopped it: its target is gone, or nothing could be delivered for days. `resumeWebhook` goes on where it stopped.',
});

export const WebhookDeliveryStatusRef = enumOf<WebhookDeliveryStatus>(
  'WebhookDeliveryStatus',
  'How far a delivery is.',
  {
    PENDING: 'It is due, or will be tried again.',
    DELIVERED: 'The target has answered with a status from 200 to 299.',
    DEAD: 'It was given up. `retryWebhookDelivery` tries it again.',
  },
);

export const WebhookActionRef = actionsOf(webhookStates);
export const WebhookDeliveryActionRef = actionsOf(webhookDeliveryStates);
