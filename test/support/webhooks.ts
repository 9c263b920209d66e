import { vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { CreateWebhookInput } from '../../client/generated/graphql.ts';
import type { WebhookLimits } from '../../src/webhooks/dispatcher.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import type { Received } from './webhook-sink.ts';

/** A dispatcher that does in milliseconds what takes hours. */
export const hurried: Partial<WebhookLimits> = {
  poll: 20,
  // However busy the machine is.
  timeout: 60_000,
  lease: 90_000,
  firstPause: 10,
  longestPause: 300,
  grace: 300,
};

const Create = graphql(`
  mutation WebhooksCreate($input: CreateWebhookInput!) {
    createWebhook(input: $input) { __typename ... on CreateWebhookSuccess { cursor secret webhook { id version } } }
  }
`);
const State = graphql(`
  query WebhooksState($id: ID!) {
    webhook(id: $id) {
      status disabledReason lag lastDeliveredAt failingSince allowedActions
      deliveries(first: 100, orderBy: [{ field: CREATED_AT }]) {
        nodes { id status kind attempts nextAttemptAt lastAttemptAt deliveredAt giveUpAt responseStatus error durationMs event { __typename cursor subjectId } }
      }
    }
  }
`);
const Manufacturer = graphql(`
  mutation WebhooksManufacturer($input: CreateManufacturerInput!) {
    createManufacturer(input: $input) { __typename ... on CreateManufacturerSuccess { cursor manufacturer { id version } } }
  }
`);
const Rename = graphql(`
  mutation WebhooksRename($input: UpdateManufacturerInput!) {
    updateManufacturer(input: $input) { __typename ... on UpdateManufacturerSuccess { cursor manufacturer { id version } } }
  }
`);

/** Where nobody listens: what is sent there waits. */
export const nowhere = 'http://127.0.0.1:9/';

export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
  readonly cursor: string;
}

/** A webhook to that URL. */
export async function makeWebhook(
  client: Client,
  url: string,
  input: Partial<CreateWebhookInput> = {},
): Promise<MadeWebhook> {
  const made = await client.success(
    Create,
    { input: { name: unique('Webhook'), url, ...input } },
    'CreateWebhookSuccess',
  );
  return { id: made.webhook.id, secret: made.secret ?? '', cursor: made.cursor ?? '' };
}

/** A webhook as it is, with its first hundred deliveries. */
export async function stateOf(client: Client, id: string) {
  const { webhook } = await client.query(State, { id });
  if (!webhook) throw new Error(`There is no webhook ${id}.`);
  return webhook;
}

/** What the function answers as soon as it does not throw. The machine may be busy. */
export const eventually = <Answer>(act: () => Promise<Answer>): Promise<Answer> =>
  vi.waitFor(act, { timeout: 60_000, interval: 30 });

/** Resolves when the webhook has been sent all that there is. */
export const caughtUp = (client: Client, id: string): Promise<void> =>
  eventually(async () => {
    const { lag } = await stateOf(client, id);
    if (lag > 0) throw new Error(`There are ${lag} events left.`);
  });

/** Something happens: a manufacturer is created. */
export async function makeManufacturer(client: Client): Promise<string> {
  const { manufacturer } = await client.success(
    Manufacturer,
    { input: { name: unique('Maker') } },
    'CreateManufacturerSuccess',
  );
  return manufacturer.id;
}

/** Something happens to that manufacturer. */
export async function renameManufacturer(client: Client, manufacturerId: string): Promise<void> {
  await client.success(
    Rename,
    { input: { manufacturerId, name: unique('Renamed') } },
    'UpdateManufacturerSuccess',
  );
}

/** The position in the log that a message tells of. */
export function positionOf({ message }: Received): number {
  const [, position] = Buffer.from(String(message.cursor), 'base64url').toString('utf8').split('.');
  return Number(position);
}

/** The positions of each object's messages, in the order in which they came. */
export function byObject(received: readonly Received[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const each of received) {
    positions.set(each.subject, [...(positions.get(each.subject) ?? []), positionOf(each)]);
  }
  return positions;
}

export const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
