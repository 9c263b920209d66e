/**
 * Sends webhooks: makes deliveries of what is new in the log, claims what is due, posts it, records how it ended. Every
 * API process runs one. What is to do stands in the database (`outbox.ts`); here is only who gets a turn.
 *
 * A target that is slow, or fails, holds up nobody else: each webhook has few requests under way, one while it fails, and
 * each organization a share of all; free places go round in turn.
 */
import { setMaxListeners } from 'node:events';
import { encodeId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import { SealBrokenError } from '../secrets.ts';
import { heatmarkBody } from './message.ts';
import {
  activeWebhooks,
  type Claim,
  claim,
  delivered,
  type FillLimits,
  failed,
  fill,
  purgeDelivered,
  type WebhookKey,
  withdrawn,
} from './outbox.ts';
import { type PostOutcome, post } from './post.ts';
import { signedHeaders } from './signature.ts';
import { TargetRefusedError } from './target.ts';
import { threeYourmindBody } from './three-yourmind.ts';
import { disableWebhook } from './webhook.disabling.ts';

/** How webhooks are sent. All times are in ms. */
export interface WebhookLimits extends FillLimits {
  /** How often it is looked for what is due, besides after every commit of this process. */
  poll: number;
  /** How long an attempt may take. */
  timeout: number;
  /** After what time a claimed attempt counts as lost, and another process may make one. */
  lease: number;
  /** Requests under way at most: of a webhook, of an organization, in all. */
  perWebhook: number;
  perOrganization: number;
  inAll: number;
  /** The pause after the first failure; each further one is three times as long, up to `longestPause`. */
  firstPause: number;
  longestPause: number;
  /** After how long without any success a webhook is disabled. */
  disableAfter: number;
  /** How long delivered deliveries are kept. */
  keepDelivered: number;
  /** How long a stop waits for answers. */
  grace: number;
}

const hour = 3_600_000;

const defaultLimits: WebhookLimits = {
  poll: 1_000,
  timeout: 10_000,
  lease: 15_000,
  perWebhook: 4,
  perOrganization: 16,
  inAll: 64,
  window: 1_000,
  scan: 20_000,
  firstPause: 5_000,
  longestPause: 4 * hour,
  giveUpAfter: 24 * hour,
  disableAfter: 5 * 24 * hour,
  keepDelivered: 30 * 24 * hour,
  grace: 3_000,
};

/** A webhook as this process serves it. */
interface Lane {
  readonly key: WebhookKey;
  /** Requests under way here, and places that are held for a claim. */
  taken: number;
  /** Its turn runs: what wakes it meanwhile is another turn. */
  turning: boolean;
  again: boolean;
  /** Failures since the last success, and until when they keep it quiet. */
  failures: number;
  quietUntil: number;
  /** When its log was last read. */
  filledAt: number;
}

// Turns that read and write the database at once: the rest of the pool is for the API.
const mostTurns = 3;
// Failures in a row that are taken for chance.
const tolerated = 3;
const longestQuiet = 60_000;

export class WebhookDispatcher {
  readonly #runtime: Runtime;
  readonly #limits: WebhookLimits;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that wait for a turn, in the order in which they get one. */
  readonly #queue = new Set<Lane>();
  readonly #organizations = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** Organizations that commits were made in since they were last looked at; null stands for all. */
  readonly #news = new Set<string | null>();
  #looking = false;
  #taken = 0;
  #turns = 0;
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: (() => void) | null = null;
  #stopped = true;

  constructor(runtime: Runtime, limits: Partial<WebhookLimits> = {}) {
    this.#runtime = runtime;
    this.#limits = { ...defaultLimits, ...limits };
    // One for each request under way.
    setMaxListeners(0, this.#stopping.signal);
  }

  start(): void {
    this.#stopped = false;
    const { poll, keepDelivered } = this.#limits;
    const purge = () =>
      void purgeDelivered(this.#runtime, keepDelivered).catch((error: unknown) =>
        this.#runtime.log.warn(
          { err: error },
          'old deliveries could not be deleted; trying again in an hour',
        ),
      );
    this.#timers = [setInterval(() => this.#look(null), poll), setInterval(purge, hour)];
    for (const timer of this.#timers) timer.unref();
    this.#unsubscribe = this.#runtime.events.onCommit((organizationId) => {
      // An organization whose first webhook has just been made is found by the poll.
      if (this.#organizations.has(organizationId)) this.#look(organizationId);
    });
    purge();
    this.#look(null);
  }

  /** Begins nothing more, and resolves when what is under way has ended, at the latest after the grace. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    for (const timer of this.#timers) clearInterval(timer);
    this.#queue.clear();
    const patience = setTimeout(() => this.#stopping.abort(), this.#limits.grace);
    while (this.#running.size > 0) await Promise.all(this.#running);
    clearTimeout(patience);
  }

  /** Keeps a piece of work in sight, so that a stop waits for it. */
  #run(work: Promise<void>): void {
    const running: Promise<void> = work
      .catch((error: unknown) =>
        this.#runtime.log.warn({ err: error }, 'webhooks could not be served; trying again at the next poll'),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Looks which webhooks have something to do. Calls that come while it looks are one more look. */
  #look(organizationId: string | null): void {
    if (this.#stopped) return;
    this.#news.add(organizationId);
    if (this.#looking) return;
    this.#looking = true;
    this.#run(
      this.#lookAround().finally(() => {
        this.#looking = false;
      }),
    );
  }

  async #lookAround(): Promise<void> {
    while (this.#news.size > 0 && !this.#stopped) {
      const all = this.#news.has(null);
      const asked = all ? [null] : [...this.#news];
      this.#news.clear();
      for (const organizationId of asked) {
        const found = await activeWebhooks(this.#runtime, organizationId);
        if (all) this.#forgetAllBut(found);
        for (const { work, ...key } of found) {
          if (!this.#organizations.has(key.organizationId)) this.#organizations.set(key.organizationId, 0);
          if (work) this.#enqueue(this.#lane(key));
        }
      }
    }
  }

  #lane(key: WebhookKey): Lane {
    const known = this.#lanes.get(key.id);
    if (known) return known;
    const lane: Lane = {
      key,
      taken: 0,
      turning: false,
      again: false,
      failures: 0,
      quietUntil: 0,
      filledAt: 0,
    };
    this.#lanes.set(key.id, lane);
    return lane;
  }

  #forgetAllBut(found: readonly WebhookKey[]): void {
    const live = new Set(found.map(({ id }) => id));
    for (const [id, lane] of this.#lanes) {
      if (!live.has(id) && lane.taken === 0 && !lane.turning && !this.#queue.has(lane))
        this.#lanes.delete(id);
    }
    const organizations = new Set(found.map(({ organizationId }) => organizationId));
    for (const [id, taken] of this.#organizations) {
      if (!organizations.has(id) && taken === 0) this.#organizations.delete(id);
    }
  }

  #enqueue(lane: Lane): void {
    if (this.#stopped || lane.quietUntil > performance.now()) return;
    if (lane.turning) {
      lane.again = true;
      return;
    }
    this.#queue.add(lane);
    this.#next();
  }

  /** How many requests a lane may begin now. */
  #room(lane: Lane): number {
    const { perWebhook, perOrganization, inAll } = this.#limits;
    const ofLane = (lane.failures > 0 ? 1 : perWebhook) - lane.taken;
    const ofOrganization = perOrganization - (this.#organizations.get(lane.key.organizationId) ?? 0);
    // What is free is shared with those who wait behind.
    const free = inAll - this.#taken;
    const share = Math.max(1, Math.floor(free / (this.#queue.size + 1)));
    return Math.min(ofLane, ofOrganization, free, share);
  }

  #take(lane: Lane, count: number): void {
    lane.taken += count;
    this.#taken += count;
    const { organizationId } = lane.key;
    this.#organizations.set(organizationId, (this.#organizations.get(organizationId) ?? 0) + count);
  }

  /** Gives turns to those who wait, as long as there is room. */
  #next(): void {
    for (const lane of [...this.#queue]) {
      if (this.#turns >= mostTurns || this.#taken >= this.#limits.inAll) return;
      const room = this.#room(lane);
      // One that is full comes again when one of its requests has ended.
      if (room <= 0 && lane.taken > 0) this.#queue.delete(lane);
      if (room <= 0) continue;
      this.#queue.delete(lane);
      this.#take(lane, room);
      this.#turns++;
      lane.turning = true;
      this.#run(
        this.#turn(lane, room).finally(() => {
          this.#turns--;
          lane.turning = false;
          if (lane.again) this.#enqueue(lane);
          lane.again = false;
          this.#next();
        }),
      );
    }
  }

  /** Claims as much as there is room for, reading on in the log where too little waits, and begins to send it. */
  async #turn(lane: Lane, room: number): Promise<void> {
    let held = room;
    try {
      while (held > 0 && !this.#stopped) {
        const before = performance.now();
        const claims = await claim(this.#runtime, lane.key, {
          count: held,
          lease: this.#limits.lease,
          mostUnderWay: this.#limits.perWebhook,
        });
        held -= claims.length;
        for (const each of claims) this.#run(this.#deliver(lane, each, before));
        // Now and then also while enough is due: what fails again and again must not keep out what is new.
        const isUnread = before - lane.filledAt > this.#limits.poll;
        if (held === 0) lane.again = true;
        if (held === 0 && !isUnread) return;
        lane.filledAt = before;
        if (!(await fill(this.#runtime, lane.key, this.#limits))) return;
      }
    } finally {
      this.#take(lane, -held);
    }
  }

  /** One attempt, from its message to its record. */
  async #deliver(lane: Lane, claimed: Claim, claimedBefore: number): Promise<void> {
    const began = performance.now();
    try {
      const outcome = await this.#send(lane.key, claimed, claimedBefore);
      await this.#record(lane, claimed, outcome, Math.round(performance.now() - began));
    } finally {
      this.#take(lane, -1);
      this.#enqueue(lane);
      this.#next();
    }
  }

  async #send(key: WebhookKey, claimed: Claim, claimedBefore: number): Promise<PostOutcome> {
    const { events, secrets, targets, database, now, log } = this.#runtime;
    const [event] = await events.at(key.organizationId, claimed.epoch, [claimed.position]);
    if (!event) throw new Error(`The log of ${key.organizationId} has no event ${claimed.position}.`);
    const body =
      claimed.format === 'HEATMARK'
        ? heatmarkBody(event, claimed.deliveryId)
        : await threeYourmindBody(database, event);
    const { sealedSecret, sealedPreviousSecret, previousSecretUntil } = claimed;
    const sentAt = now();
    const live = [sealedSecret];
    if (sealedPreviousSecret && previousSecretUntil && previousSecretUntil > sentAt)
      live.push(sealedPreviousSecret);
    const { lease, timeout } = this.#limits;
    try {
      const keys = live.map((sealed) => secrets.open(key.organizationId, sealed));
      return await post(targets, {
        url: targets.read(claimed.url),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Heatmark-Webhooks',
          ...signedHeaders(keys, encodeId('WebhookDelivery', claimed.deliveryId), sentAt, body),
        },
        body,
        timeout,
        // A process that stood still for so long that another may have taken over must not send any more.
        mayStillSend: () => performance.now() - claimedBefore < lease - lease / 15,
        signal: this.#stopping.signal,
      });
    } catch (error) {
      if (error instanceof SealBrokenError) {
        log.error({ err: error, webhook: encodeId('Webhook', key.id) }, 'a webhook cannot be signed');
        return { kind: 'failed', error: 'The signing secret cannot be read any more. Rotate it.' };
      }
      if (error instanceof TargetRefusedError) return { kind: 'failed', error: `The URL ${error.message}` };
      throw error;
    }
  }

  async #record(lane: Lane, claimed: Claim, outcome: PostOutcome, duration: number): Promise<void> {
    const { key } = lane;
    if (outcome.kind === 'withdrawn') return withdrawn(this.#runtime, key, claimed);
    const responseStatus = outcome.kind === 'answered' ? outcome.status : null;
    if (responseStatus !== null && responseStatus >= 200 && responseStatus < 300) {
      lane.failures = 0;
      lane.quietUntil = 0;
      return delivered(this.#runtime, key, claimed, { responseStatus, error: null, duration });
    }
    const error = outcome.kind === 'failed' ? outcome.error : answered(outcome.status);
    const asked = outcome.kind === 'answered' ? askedPause(outcome, this.#runtime.now()) : 0;
    lane.failures++;
    this.#keepQuiet(lane, asked);
    const delay = Math.max(asked, this.#pauseAfter(claimed.attempt));
    const gone = responseStatus === 410;
    const attempted = { responseStatus, error, duration, keep: gone };
    const failing = await failed(this.#runtime, key, claimed, attempted, delay);
    if (gone) {
      await disableWebhook(this.#runtime, key, 'The target answered 410: it is gone.');
    } else if (failing > this.#limits.disableAfter) {
      await disableWebhook(
        this.#runtime,
        key,
        `Nothing could be delivered for days. The last time: ${error}`,
      );
    }
  }

  /** The pause after that attempt: three times as long each time, half of it by chance. */
  #pauseAfter(attempt: number): number {
    const { firstPause, longestPause } = this.#limits;
    return Math.min(longestPause, firstPause * 3 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  }

  /** A target that fails again and again is left alone between attempts, whatever else is due for it. */
  #keepQuiet(lane: Lane, asked: number): void {
    const { firstPause, longestPause } = this.#limits;
    const further = lane.failures - tolerated;
    const longest = Math.min(longestPause, longestQuiet);
    const own = further <= 0 ? 0 : Math.min(longest, (firstPause / 5) * 2 ** Math.min(further, 16));
    const quiet = Math.max(asked, own);
    if (quiet <= 0) return;
    lane.quietUntil = performance.now() + quiet;
    setTimeout(() => this.#enqueue(lane), quiet + 1).unref();
  }
}

const answered = (status: number): string =>
  status >= 300 && status < 400 ? `Answered ${status}: redirects are not followed.` : `Answered ${status}.`;

/** The pause that a target asks for with 429 and 503, in ms; an hour at most. */
function askedPause(
  { status, retryAfter }: { status: number; retryAfter: string | null },
  now: Date,
): number {
  if ((status !== 429 && status !== 503) || retryAfter === null) return 0;
  const seconds = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - now.getTime();
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), hour) : 0;
}
