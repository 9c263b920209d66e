import type { Logger } from 'pino';
import type { Database } from '../database/open.ts';
import type { Caller } from '../identity/caller.ts';

/** How often the tokens of open sockets and streams are looked at again, in ms. */
const checkEvery = 4_000;

/**
 * Who is connected for longer than a request. A token that is revoked or expires ends everything that was opened
 * with it, in whatever process, within five seconds: one statement looks at all of them.
 */
export class Sessions {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #open = new Map<string, { caller: Caller; ends: Set<() => void> }>();
  readonly #timer: NodeJS.Timeout;
  #checking = false;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#timer = setInterval(() => void this.check(), checkEvery);
    this.#timer.unref();
  }

  /** Registers something to end with the caller's token. Returns how to take it back. */
  enter(caller: Caller, end: () => void): () => void {
    const entry = this.#open.get(caller.tokenId) ?? { caller, ends: new Set() };
    this.#open.set(caller.tokenId, entry);
    entry.ends.add(end);
    return () => {
      entry.ends.delete(end);
      if (entry.ends.size === 0 && this.#open.get(caller.tokenId) === entry)
        this.#open.delete(caller.tokenId);
    };
  }

  /** Ends what belongs to tokens that are no longer valid. */
  async check(): Promise<void> {
    if (this.#checking || this.#open.size === 0) return;
    this.#checking = true;
    try {
      const asked = [...this.#open.keys()];
      const valid = await this.#database.query<{ id: string; role: string }>(
        `SELECT t.id, t.role::text AS role FROM "ApiToken" t
         LEFT JOIN "User" u ON u."organizationId" = t."organizationId" AND u.id = t."userId"
         WHERE t.id = ANY($1::uuid[]) AND t."revokedAt" IS NULL AND u."archivedAt" IS NULL
         AND (t."expiresAt" IS NULL OR t."expiresAt" > now())`,
        [asked],
      );
      const roles = new Map(valid.map((row) => [row.id, row.role]));
      for (const id of asked) {
        const entry = this.#open.get(id);
        if (!entry || roles.get(id) === entry.caller.role) continue;
        this.#open.delete(id);
        for (const end of [...entry.ends]) end();
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'the tokens of open sockets could not be checked');
    } finally {
      this.#checking = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
