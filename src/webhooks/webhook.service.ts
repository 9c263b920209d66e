/** Webhooks: who is told of what, where, and signed with which secret. Sending them is the dispatcher's. */

import { z } from 'zod';
import { type Prisma, type Webhook, WebhookFormat } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { anyId, cursor, defined, expectedVersion, idOf, instant, line, oneOf } from '../commands/input.ts';
import { type NamedObject, requireObjects } from '../commands/objects.ts';
import { positionOf } from '../commands/position.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { type EventKind, eventKinds } from '../events/kinds.ts';
import { encodeId, nouns } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import { newWebhookSecret } from './signature.ts';
import { TargetRefusedError } from './target.ts';
import { type WebhookAction, webhookStates } from './webhook.state.ts';

/** How many webhooks in use an organization may have: each holds places of the dispatcher. */
const most = 50;
const day = 86_400_000;
/** How long a secret that was replaced goes on signing, unless said otherwise, in ms. */
const overlap = day;
const longestOverlap = 30 * day;

const allKinds = nouns.flatMap((noun) => eventKinds[noun] as readonly EventKind[]);
const kindNames = Object.fromEntries(allKinds.map((kind) => [kind, kind])) as Record<EventKind, EventKind>;

const idsOf = (about: readonly NamedObject[]) => [
  ...new Set(about.map(({ noun, uuid }) => encodeId(noun, uuid))),
];

const fields = {
  name: line(100).describe('What it is called; unique in the organization.'),
  url: line(2_000).describe(
    'Where it is sent: an https URL of a public host, or one that the operator of this installation allows. Redirects are not followed.',
  ),
  kinds: z
    .array(oneOf('EventKind', kindNames))
    .max(250, 'must be at most 250 kinds')
    .describe('The kinds of events that it is told; all of them where there are none.'),
  about: z
    .array(anyId('about'))
    .max(50, 'must be at most 50 objects')
    .describe(
      'Only events of these objects, or of what belongs to them (the runs of a workstation, the pieces of an order); all where there are none. At most 50.',
    ),
};

const subject = {
  webhookId: idOf('Webhook').describe('The webhook.'),
  expectedVersion: expectedVersion(),
};

/** Asks where a URL leads before the transaction: a name server may take its time. */
async function checkTarget({ targets }: Runtime, { url }: { url?: string | undefined }): Promise<void> {
  if (url === undefined) return;
  try {
    await targets.check(url);
  } catch (error) {
    if (error instanceof TargetRefusedError) throw InvalidInputError.at('url', error.message);
    throw error;
  }
}

/** What the log tells of a webhook: not how far it is. */
const told = ({ position: _p, lastDeliveredAt: _l, failingSince: _f, ...row }: Webhook) => row;

async function save(act: () => Promise<Webhook>): Promise<Webhook> {
  try {
    return await act();
  } catch (error) {
    if (isUniqueViolation(error))
      throw InvalidInputError.at('name', 'is taken by another Webhook. Choose another.');
    throw error;
  }
}

/** The webhook, locked: in use, at the version that the client expects, in a state that allows the action. */
export async function lockWebhook(
  context: CommandContext,
  action: WebhookAction,
  {
    webhookId,
    expectedVersion: expected,
  }: { webhookId: string; expectedVersion?: number | null | undefined },
): Promise<Webhook> {
  await context.lock({ Webhook: [webhookId] });
  const webhook = await context.tx.webhook.findUniqueOrThrow({ where: context.key(webhookId) });
  context.expectVersion('Webhook', webhook, expected);
  if (webhook.archivedAt) throw new TransitionError('Webhook', 'ARCHIVED', action, []);
  webhookStates.require(webhook.status, action);
  return webhook;
}

/** Writes to a locked webhook and records it. */
export async function change(
  context: CommandContext,
  before: Webhook,
  kind: EventKind<'Webhook'>,
  data: Prisma.WebhookUncheckedUpdateInput,
): Promise<{ webhookId: string }> {
  const after = await save(() =>
    context.tx.webhook.update({ where: context.key(before.id), data: { ...data, ...context.touched() } }),
  );
  context.record(kind, 'Webhook', told(before), told(after));
  return { webhookId: before.id };
}

/** What stands against another webhook. */
export const creatingWebhook = new GuardedAction<object>('createWebhook', {
  'webhook.number': async ({ tx, organizationId }) => {
    // One at a time, or two of them would both be the last.
    await tx.$queryRawUnsafe(
      `SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || $1, 0))::text AS locked`,
      organizationId,
    );
    if ((await tx.webhook.count({ where: { archivedAt: null } })) < most) return [];
    const message = `There are ${most} webhooks in use already. Archive one that is not needed.`;
    return [{ rule: 'webhook.number', message, subject: null }];
  },
});

export const createWebhook = command('createWebhook', {
  description:
    'Tells a URL of events, by signed POST requests. The secret that they are signed with is in the answer, once: it is kept sealed and never shown again.',
  right: 'administer',
  input: {
    ...fields,
    kinds: fields.kinds.nullish(),
    about: fields.about.nullish(),
    format: oneOf('WebhookFormat', WebhookFormat)
      .default('HEATMARK')
      .describe('How the bodies look. It stays so for good.'),
    after: cursor()
      .nullish()
      .describe(
        'A cursor: what happened since is sent first. START for all of the log; from now on unless given.',
      ),
  },
  refusals: [BlockedError],
  prepare: checkTarget,
  run: async (context, { name, url, kinds, about, format, after }) => {
    await creatingWebhook.check(context, {});
    await requireObjects(context, about ?? [], 'about');
    const secret = newWebhookSecret();
    const position = await positionOf(context, after, 'after');
    const made = await save(() =>
      context.tx.webhook.create({
        data: {
          ...context.fresh(),
          name,
          url,
          format,
          kinds: [...new Set(kinds)],
          about: idsOf(about ?? []),
          sealedSecret: context.seal(secret),
          position,
        },
      }),
    );
    context.record('WebhookCreated', 'Webhook', null, told(made));
    context.secrets.secret = secret;
    return { webhookId: made.id };
  },
});

export const updateWebhook = command('updateWebhook', {
  description:
    'Changes a webhook. What is left out stays as it is. Deliveries that are waiting go to the new URL; what it is told changes from where it stands in the log.',
  right: 'administer',
  input: {
    ...subject,
    name: fields.name.optional(),
    url: fields.url.optional(),
    kinds: fields.kinds.optional(),
    about: fields.about.optional(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  prepare: checkTarget,
  run: async (context, { name, url, kinds, about, ...on }) => {
    const before = await lockWebhook(context, 'UPDATE_WEBHOOK', on);
    await requireObjects(context, about ?? [], 'about');
    return change(
      context,
      before,
      'WebhookChanged',
      defined({
        name,
        url,
        kinds: kinds && [...new Set(kinds)],
        about: about && idsOf(about),
      }),
    );
  },
});

export const rotateWebhookSecret = command('rotateWebhookSecret', {
  description:
    'Gives a webhook another signing secret, which is in the answer, once. Until `previousSecretUntil` deliveries are signed with the former one as well, so that receivers can be changed one by one. There are never more than two: rotating again ends the older one.',
  right: 'administer',
  input: {
    ...subject,
    previousSecretUntil: instant()
      .nullish()
      .describe(
        'Until when the former secret goes on signing: in 24 hours unless given, in 30 days at the latest. An instant that has passed ends it at once.',
      ),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { previousSecretUntil, ...on }) => {
    const before = await lockWebhook(context, 'ROTATE_WEBHOOK_SECRET', on);
    const until = previousSecretUntil ?? new Date(context.now.getTime() + overlap);
    if (until.getTime() > context.now.getTime() + longestOverlap)
      throw InvalidInputError.at('previousSecretUntil', 'must lie within 30 days.');
    const secret = newWebhookSecret();
    const overlaps = until > context.now;
    context.secrets.secret = secret;
    return change(context, before, 'WebhookSecretRotated', {
      sealedSecret: context.seal(secret),
      sealedPreviousSecret: overlaps ? before.sealedSecret : null,
      previousSecretUntil: overlaps ? until : null,
    });
  },
});

export const pauseWebhook = command('pauseWebhook', {
  description: 'Stops sending. What happens meanwhile is sent when the webhook is resumed.',
  right: 'administer',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const before = await lockWebhook(context, 'PAUSE_WEBHOOK', input);
    return change(context, before, 'WebhookStatusChanged', {
      status: webhookStates.next(before.status, 'PAUSE_WEBHOOK'),
    });
  },
});

export const resumeWebhook = command('resumeWebhook', {
  description:
    'Sends again what a paused or disabled webhook was not sent, from where it stopped. What waits is tried at once and for another 24 hours.',
  right: 'administer',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const before = await lockWebhook(context, 'RESUME_WEBHOOK', input);
    await renew(context, before.id);
    return change(context, before, 'WebhookStatusChanged', {
      status: webhookStates.next(before.status, 'RESUME_WEBHOOK'),
      disabledReason: null,
      failingSince: null,
    });
  },
});

/** What waits, or was given up where asked for, is due at once and has its whole time again. Answers how many. */
export async function renew(
  { tx, organizationId }: CommandContext,
  webhookId: string,
  { status = 'PENDING', deliveryId = null }: { status?: 'PENDING' | 'DEAD'; deliveryId?: string | null } = {},
): Promise<number> {
  // An attempt that is under way keeps its claim: else the same would be sent twice at once.
  const claimed = `(status = 'PENDING' AND attempts > 0 AND duration IS NULL AND "nextAttemptAt" > now())`;
  return tx.$executeRawUnsafe(
    `UPDATE "WebhookDelivery" SET status = 'PENDING', "giveUpAt" = now() + interval '24 h',
       attempts = CASE WHEN ${claimed} THEN attempts ELSE 0 END,
       "nextAttemptAt" = CASE WHEN ${claimed} THEN "nextAttemptAt" END,
       "deliveredAt" = NULL, version = version + 1, "updatedAt" = now()
     WHERE "organizationId" = $1::uuid AND "webhookId" = $2::uuid
       AND CASE WHEN $4::uuid IS NULL THEN status = $3::"WebhookDeliveryStatus" ELSE id = $4::uuid END`,
    organizationId,
    webhookId,
    status,
    deliveryId,
  );
}

export const testWebhook = command('testWebhook', {
  description:
    'Sends a webhook a test: an event `WebhookTested` of its own, whatever kinds and objects it is told of. It comes in its turn, behind what is waiting; `Webhook.deliveries` shows how it went.',
  right: 'administer',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const webhook = await lockWebhook(context, 'TEST_WEBHOOK', input);
    context.record('WebhookTested', 'Webhook', told(webhook), told(webhook));
    return { webhookId: webhook.id };
  },
});

export const archiveWebhook = command('archiveWebhook', {
  description: 'Ends a webhook: nothing more is sent, and what was waiting is dropped.',
  right: 'administer',
  input: subject,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const before = await lockWebhook(context, 'ARCHIVE_WEBHOOK', input);
    await context.tx.webhookDelivery.deleteMany({ where: { webhookId: before.id, status: 'PENDING' } });
    return change(context, before, 'WebhookArchived', { archivedAt: context.now });
  },
});
