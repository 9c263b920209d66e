/**
 * What webhooks are still to be sent, in the database: which events became deliveries, which delivery is whose, and
 * how attempts ended. Every function is one statement or two, so any number of processes may call them at once.
 *
 * - A webhook's `position` and the deliveries of the events up to it are written together: no event is passed over, and
 *   none becomes two deliveries.
 * - An attempt is claimed for a time (`nextAttemptAt`). Who is slower finds that the delivery is not its own any more.
 * - Of one object only the oldest delivery is claimed, and none while another is under way.
 */
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { WebhookFormat } from '../../prisma/generated/client/client.ts';
import type { HistoryFilter, LoggedEvent } from '../events/log.ts';
import { decodeId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import { isFirstPiece, toldKinds, toldOf } from './three-yourmind.ts';

/** Names a webhook. */
export interface WebhookKey {
  readonly organizationId: string;
  readonly id: string;
}

const active = `w.status = 'ACTIVE' AND w."archivedAt" IS NULL`;
const due = `d.status = 'PENDING' AND (d."nextAttemptAt" IS NULL OR d."nextAttemptAt" <= now())`;
/** An attempt is under way, and its time is not over. */
const underWay = (d: string) =>
  `${d}.status = 'PENDING' AND ${d}.attempts > 0 AND ${d}.duration IS NULL AND ${d}."nextAttemptAt" > now()`;

/** The webhooks that are sent to, and whether there is anything to do for them: all, or an organization's. */
export function activeWebhooks(
  { database }: Runtime,
  organizationId: string | null,
): Promise<(WebhookKey & { work: boolean })[]> {
  return database.query(
    `SELECT w."organizationId", w.id, w."position" < h."position" OR EXISTS (
       SELECT 1 FROM "WebhookDelivery" d
       WHERE d."organizationId" = w."organizationId" AND d."webhookId" = w.id AND ${due}) AS work
     FROM "Webhook" w JOIN "EventHead" h ON h."organizationId" = w."organizationId"
     WHERE ${active}${organizationId ? ' AND w."organizationId" = $1' : ''} ORDER BY w.id`,
    organizationId ? [organizationId] : [],
  );
}

/**
 * The id of an event's delivery by a webhook. The same whenever it is made, as receivers know repeated messages by it;
 * it sorts by when the event was recorded.
 */
export function deliveryId(webhookId: string, event: LoggedEvent): string {
  return v7({
    msecs: event.recordedAt.getTime(),
    random: createHash('sha256')
      .update(`${webhookId} ${event.epoch} ${event.position}`)
      .digest()
      .subarray(0, 16),
  });
}

interface Reader {
  position: string;
  version: number;
  format: WebhookFormat;
  kinds: string[];
  about: string[];
  waiting: number;
  head: string;
  epoch: string;
}

/** How far the log is read, and how many deliveries a webhook may have waiting. */
export interface FillLimits {
  /** How many deliveries of a webhook wait at most: what comes after them waits in the log. */
  window: number;
  /** How many events are looked at in one step. */
  scan: number;
  /** How long a delivery is tried, in ms. */
  giveUpAfter: number;
}

/**
 * Makes deliveries of the next events that the webhook is told, and moves its position past them.
 * Answers whether it got any further.
 */
export async function fill(runtime: Runtime, key: WebhookKey, limits: FillLimits): Promise<boolean> {
  const { database, events: log } = runtime;
  const [webhook] = await database.query<Reader>(
    `SELECT w."position"::text AS position, w.version, w.format::text AS format, w.kinds, w.about,
       (SELECT count(*)::int FROM "WebhookDelivery" d
        WHERE d."organizationId" = w."organizationId" AND d."webhookId" = w.id AND d.status = 'PENDING') AS waiting,
       h."position"::text AS head, left(h.epoch::text, 8) AS epoch
     FROM "Webhook" w JOIN "EventHead" h ON h."organizationId" = w."organizationId"
     WHERE w."organizationId" = $1 AND w.id = $2 AND ${active}`,
    [key.organizationId, key.id],
  );
  if (!webhook) return false;
  const position = Number(webhook.position);
  const until = Math.min(Number(webhook.head), position + limits.scan);
  const room = Math.min(limits.window - webhook.waiting, 200);
  if (until <= position || room <= 0) return false;
  const found = await log.page(key.organizationId, webhook.epoch, position, room, {
    ...wanted(key, webhook),
    until,
  });
  const deliveries = [];
  for (const event of found) {
    const subjectId = await subjectOf(runtime, key, webhook, event);
    if (subjectId)
      deliveries.push({
        id: deliveryId(key.id, event),
        position: event.position,
        kind: event.kind,
        subjectId,
      });
  }
  const reached = found.length < room ? until : (found.at(-1)?.position ?? until);
  // Only from the place and with the filter that were read: a replay or a change in between begins anew.
  const moved = await database.query(
    `WITH moved AS (
       UPDATE "Webhook" w SET "position" = $3::bigint
       WHERE w."organizationId" = $1 AND w.id = $2 AND w."position" = $4::bigint AND w.version = $5 AND ${active}
       RETURNING 1
     ), made AS (
       INSERT INTO "WebhookDelivery" ("organizationId", id, "webhookId", "position", kind, "subjectId", "giveUpAt", "createdAt", "updatedAt")
       SELECT $1, e.id, $2, e."position", e.kind, e."subjectId", now() + $7 * interval '1 ms', now(), now()
       FROM jsonb_to_recordset($6::jsonb) AS e(id uuid, "position" bigint, kind text, "subjectId" uuid)
       WHERE EXISTS (SELECT 1 FROM moved)
       ON CONFLICT ("organizationId", "webhookId", "position") DO UPDATE
       SET status = 'PENDING', attempts = 0, "nextAttemptAt" = NULL, "giveUpAt" = excluded."giveUpAt", "deliveredAt" = NULL,
         version = "WebhookDelivery".version + 1, "updatedAt" = now()
     )
     SELECT 1 FROM moved`,
    [
      key.organizationId,
      key.id,
      reached,
      position,
      webhook.version,
      JSON.stringify(deliveries),
      limits.giveUpAfter,
    ],
  );
  return moved.length > 0;
}

const objectsOf = ({ about }: Reader): string[] => about.map((id) => decodeId(id)?.uuid ?? '');

/** What of the log a webhook may be told: a superset that the database finds. Its own tests are always in it. */
function wanted({ id }: WebhookKey, reader: Reader): HistoryFilter {
  const { format, kinds, about } = reader;
  const chosen: readonly string[] = kinds.length > 0 ? [...kinds, 'WebhookTested'] : toldKinds;
  const limited = kinds.length > 0 || format === 'THREE_YOURMIND';
  const told = (kind: string) => format === 'HEATMARK' || (toldKinds as readonly string[]).includes(kind);
  return {
    ...(limited && { kinds: chosen.filter(told) }),
    ...(about.length > 0 && { related: [...objectsOf(reader), id] }),
  };
}

/** The object in whose order the event is delivered, or null where the webhook is not told of it. */
async function subjectOf(
  { database }: Runtime,
  { id }: WebhookKey,
  reader: Reader,
  event: LoggedEvent,
): Promise<string | null> {
  const { format, kinds } = reader;
  const isTest = event.kind === 'WebhookTested' && event.subjectId === id;
  if (!isTest) {
    if (kinds.length > 0 && !kinds.includes(event.kind)) return null;
    const objects = objectsOf(reader);
    if (objects.length > 0 && !objects.some((object) => event.related.includes(object))) return null;
  }
  if (format === 'HEATMARK') return event.subjectId;
  if (event.kind === 'WebhookTested' && !isTest) return null;
  if (event.kind === 'PieceCreated' && !(await isFirstPiece(database, event))) return null;
  return toldOf(event)?.id ?? null;
}

/** An attempt that this process has claimed. */
export interface Claim {
  readonly deliveryId: string;
  readonly position: number;
  /** Which attempt of the delivery it is, from 1. With `claimedAt` it tells whether the claim still stands. */
  readonly attempt: number;
  readonly claimedAt: Date;
  readonly url: string;
  readonly format: WebhookFormat;
  readonly epoch: string;
  readonly sealedSecret: Uint8Array;
  readonly sealedPreviousSecret: Uint8Array | null;
  readonly previousSecretUntil: Date | null;
}

/**
 * Claims the deliveries that have been due for longest, at most `count`, for `lease` ms, and no more than `mostUnderWay` attempts of
 * the webhook in all processes together. Of an object only its oldest, and none while one of it is under way.
 */
export async function claim(
  { database }: Runtime,
  key: WebhookKey,
  { count, lease, mostUnderWay }: { count: number; lease: number; mostUnderWay: number },
): Promise<Claim[]> {
  const rows = await database.query<Omit<Claim, 'position'> & { position: string }>(
    `WITH chosen AS (
       SELECT d.id FROM "WebhookDelivery" d
       WHERE d."organizationId" = $1 AND d."webhookId" = $2 AND ${due}
         AND NOT EXISTS (
           SELECT 1 FROM "WebhookDelivery" o
           WHERE o."organizationId" = $1 AND o."webhookId" = $2 AND o.status = 'PENDING'
             AND o."subjectId" = d."subjectId" AND o.id <> d.id
             AND (o."position" < d."position" OR (${underWay('o')})))
       ORDER BY coalesce(d."nextAttemptAt", d."createdAt"), d."position"
       LIMIT greatest(0, least($3::int, $5::int - (
         SELECT count(*)::int FROM "WebhookDelivery" r
         WHERE r."organizationId" = $1 AND r."webhookId" = $2 AND ${underWay('r')})))
       FOR UPDATE SKIP LOCKED
     )
     UPDATE "WebhookDelivery" d
     SET attempts = d.attempts + 1, "lastAttemptAt" = now(), "nextAttemptAt" = now() + $4 * interval '1 ms',
       duration = NULL, version = d.version + 1, "updatedAt" = now()
     FROM chosen, "Webhook" w, "EventHead" h
     WHERE d."organizationId" = $1 AND d.id = chosen.id AND w."organizationId" = $1 AND w.id = $2
       AND h."organizationId" = $1 AND ${active}
     RETURNING d.id AS "deliveryId", d."position"::text AS position, d.attempts AS attempt, d."lastAttemptAt" AS "claimedAt",
       w.url, w.format::text AS format, left(h.epoch::text, 8) AS epoch, w."sealedSecret", w."sealedPreviousSecret",
       w."previousSecretUntil"`,
    [key.organizationId, key.id, count, lease, mostUnderWay],
  );
  return rows
    .map((row) => ({ ...row, position: Number(row.position) }))
    .sort((a, b) => a.position - b.position);
}

/** How an attempt is recorded. */
export interface Attempted {
  readonly responseStatus: number | null;
  /** Why it counts as failed; null where it was delivered. */
  readonly error: string | null;
  /** ms that it took. */
  readonly duration: number;
  /** Whether the delivery is kept waiting however old it is: its webhook is going to be disabled. */
  readonly keep?: boolean;
}

const mine = `"organizationId" = $1 AND id = $2 AND status = 'PENDING' AND attempts = $3 AND "lastAttemptAt" = $4::timestamptz`;
const mineOf = ({ organizationId }: WebhookKey, { deliveryId: id, attempt, claimedAt }: Claim) => [
  organizationId,
  id,
  attempt,
  claimedAt.toISOString(),
];

/** The attempt was answered as it should be. Says nothing where the claim does not stand any more. */
export async function delivered(
  { database }: Runtime,
  key: WebhookKey,
  claimed: Claim,
  { responseStatus, duration }: Attempted,
): Promise<void> {
  await database.query(
    `UPDATE "WebhookDelivery" SET status = 'DELIVERED', "deliveredAt" = now(), "nextAttemptAt" = NULL, error = NULL,
       "responseStatus" = $5, duration = $6, version = version + 1, "updatedAt" = now() WHERE ${mine}`,
    [...mineOf(key, claimed), responseStatus, duration],
  );
  // Once a second is often enough to say when something was last delivered.
  await database.query(
    `UPDATE "Webhook" SET "lastDeliveredAt" = now(), "failingSince" = NULL
     WHERE "organizationId" = $1 AND id = $2
       AND ("failingSince" IS NOT NULL OR "lastDeliveredAt" IS NULL OR "lastDeliveredAt" < now() - interval '1 s')`,
    [key.organizationId, key.id],
  );
}

/**
 * The attempt failed: the delivery is due again after `delay` ms, but not later than when it is given up; after that it
 * is DEAD. Answers since when nothing was delivered by the webhook, in ms.
 */
export async function failed(
  { database }: Runtime,
  key: WebhookKey,
  claimed: Claim,
  { responseStatus, error, duration, keep = false }: Attempted,
  delay: number,
): Promise<number> {
  await database.query(
    `UPDATE "WebhookDelivery" SET
       status = CASE WHEN "giveUpAt" <= now() AND NOT $9::boolean THEN 'DEAD' ELSE 'PENDING' END::"WebhookDeliveryStatus",
       "nextAttemptAt" = CASE WHEN "giveUpAt" > now() THEN least(now() + $8 * interval '1 ms', "giveUpAt") END,
       "responseStatus" = $5, error = $6, duration = $7, version = version + 1, "updatedAt" = now()
     WHERE ${mine}`,
    [...mineOf(key, claimed), responseStatus, error, duration, delay, keep],
  );
  const [row] = await database.query<{ failing: string }>(
    `UPDATE "Webhook" SET "failingSince" = coalesce("failingSince", now())
     WHERE "organizationId" = $1 AND id = $2
     RETURNING (extract(epoch FROM now() - "failingSince") * 1000)::int8::text AS failing`,
    [key.organizationId, key.id],
  );
  return Number(row?.failing ?? 0);
}

/** Nothing was sent: the delivery is due at once, for whoever is there, as if it had not been claimed. */
export async function withdrawn({ database }: Runtime, key: WebhookKey, claimed: Claim): Promise<void> {
  await database.query(
    `UPDATE "WebhookDelivery" SET attempts = attempts - 1, "nextAttemptAt" = NULL, duration = 0,
       version = version + 1, "updatedAt" = now() WHERE ${mine}`,
    mineOf(key, claimed),
  );
}

/** Deletes deliveries that were delivered longer ago than that, in ms. */
export async function purgeDelivered({ database }: Runtime, keptFor: number): Promise<void> {
  for (;;) {
    const gone = await database.query(
      `DELETE FROM "WebhookDelivery" WHERE ("organizationId", id) IN (
         SELECT "organizationId", id FROM "WebhookDelivery"
         WHERE status = 'DELIVERED' AND "deliveredAt" < now() - $1 * interval '1 ms' LIMIT 5000)
       RETURNING 1`,
      [keptFor],
    );
    if (gone.length < 5_000) return;
  }
}
