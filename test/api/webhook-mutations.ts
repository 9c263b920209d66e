/** The mutations of webhooks, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually, makeWebhook, nowhere, stateOf } from '../support/webhooks.ts';
import type { MutationCase } from './mutations.ts';
import { act } from './support.ts';

const right = 'administer' as const;
const onWebhook = { noun: 'Webhook' as Noun, field: 'webhookId' };

/** One that is told of nothing that these tests do. */
const webhook = async (client: Client) => (await makeWebhook(client, nowhere, { kinds: ['RunAlert'] })).id;

/** A delivery that waits for its target, which is not there. */
export async function makeDelivery(
  client: Client,
): Promise<{ webhookId: string; webhookDeliveryId: string }> {
  const { id: webhookId } = await makeWebhook(client, nowhere, { kinds: ['RunAlert'] });
  await act(client, 'testWebhook', { webhookId }, '__typename');
  return eventually(async () => {
    const [delivery] = (await stateOf(client, webhookId)).deliveries.nodes;
    if (!delivery) throw new Error('There is no delivery yet.');
    return { webhookId, webhookDeliveryId: delivery.id };
  });
}

const acting = (
  mutation: string,
  rest: () => Record<string, unknown> = () => ({}),
  made: (client: Client) => Promise<string> = webhook,
): MutationCase => ({
  mutation,
  right,
  subject: onWebhook,
  rest,
  input: async (client) => ({ webhookId: await made(client), ...rest() }),
});

export const webhookCases: MutationCase[] = [
  {
    mutation: 'createWebhook',
    right,
    subject: null,
    rest: () => ({}),
    input: async () => ({ name: unique('Webhook'), url: nowhere, kinds: ['RunAlert'] }),
  },
  acting('updateWebhook', () => ({ name: unique('Renamed') })),
  acting('rotateWebhookSecret'),
  acting('pauseWebhook'),
  acting('resumeWebhook', undefined, async (client) => {
    const webhookId = await webhook(client);
    await act(client, 'pauseWebhook', { webhookId }, '__typename');
    return webhookId;
  }),
  acting('testWebhook'),
  acting('archiveWebhook'),
  acting('replayWebhook', () => ({ after: 'START' })),
  acting('retryWebhookDeliveries'),
  {
    mutation: 'retryWebhookDelivery',
    right,
    subject: { noun: 'WebhookDelivery', field: 'webhookDeliveryId' },
    rest: () => ({}),
    input: async (client) => ({ webhookDeliveryId: (await makeDelivery(client)).webhookDeliveryId }),
  },
];
