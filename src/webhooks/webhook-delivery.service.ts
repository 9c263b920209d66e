/** Sending again: from a place in the log, or what was given up. */
import { command } from '../commands/command.ts';
import { cursor, expectedVersion, idOf } from '../commands/input.ts';
import { positionOf } from '../commands/position.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { change, lockWebhook, renew } from './webhook.service.ts';
import { webhookDeliveryStates } from './webhook.state.ts';

const webhook = { webhookId: idOf('Webhook').describe('The webhook.') };

export const replayWebhook = command('replayWebhook', {
  description:
    'Sends everything after a place in the log again, in its order, each delivery with the id that it had. What was waiting comes in its turn. A place further on skips what lies between.',
  right: 'administer',
  input: {
    ...webhook,
    expectedVersion: expectedVersion(),
    after: cursor().describe('A cursor of this log; START for all of it.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { after, ...on }) => {
    const before = await lockWebhook(context, 'REPLAY_WEBHOOK', on);
    const position = await positionOf(context, after, 'after');
    // They are made again when the webhook comes to them: sent before, they would overtake what is sent again.
    await context.tx.webhookDelivery.deleteMany({
      where: { webhookId: before.id, status: 'PENDING', position: { gt: position } },
    });
    return change(context, before, 'WebhookReplayed', { position });
  },
});

export const retryWebhookDelivery = command('retryWebhookDelivery', {
  description:
    'Sends one delivery again, at once: one that was given up, one that waits for its next attempt, or one that was delivered. Of its object no later one is sent until it is delivered or given up.',
  right: 'administer',
  input: { webhookDeliveryId: idOf('WebhookDelivery').describe('The delivery.') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { webhookDeliveryId: id }) => {
    const found = await context.tx.webhookDelivery.findUnique({ where: context.key(id) });
    if (!found) throw new NotFoundError('WebhookDelivery', id);
    await lockWebhook(context, 'RETRY_WEBHOOK_DELIVERIES', found);
    await context.lock({ WebhookDelivery: [id] });
    const before = await context.tx.webhookDelivery.findUniqueOrThrow({ where: context.key(id) });
    webhookDeliveryStates.require(before.status, 'RETRY_WEBHOOK_DELIVERY');
    await renew(context, before.webhookId, { deliveryId: id });
    const after = await context.tx.webhookDelivery.findUniqueOrThrow({ where: context.key(id) });
    context.record('WebhookDeliveryRetried', 'WebhookDelivery', before, after);
    return { webhookDeliveryId: id };
  },
});

export const retryWebhookDeliveries = command('retryWebhookDeliveries', {
  description: 'Sends all deliveries of a webhook again that were given up, of each object in their order.',
  right: 'administer',
  input: webhook,
  refusals: [NotFoundError, TransitionError],
  run: async (context, input) => {
    const before = await lockWebhook(context, 'RETRY_WEBHOOK_DELIVERIES', input);
    const count = await renew(context, before.id, { status: 'DEAD' });
    context.record('WebhookDeliveriesRetried', 'Webhook', before, before, { data: { count } });
    return { webhookId: before.id, count };
  },
});
