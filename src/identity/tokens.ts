import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../prisma/generated/client/client.ts';
import type { Database } from '../database/open.ts';
import type { Caller } from './caller.ts';

/** A new API token: `hm_` and 256 random bits. Shown once; only {@link hashToken} of it is stored. */
export function newToken(): string {
  return `hm_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of the token, hex. A token is random, so a plain hash cannot be guessed back. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** What a list shows of a token, so that a person recognizes it. */
export function tokenHint(token: string): string {
  return `${token.slice(0, 7)}…`;
}

/** The token of `Authorization: Bearer …`, or null. The scheme is case-insensitive (RFC 7235). */
export function bearerToken(header: string | null | undefined): string | null {
  const found = /^bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(header?.trim() ?? '');
  return found?.[1] ?? null;
}

/**
 * The caller whom a token names, or null where it is unknown, revoked or expired, or its holder is archived.
 * Looked up by hash: the index never compares the secret itself.
 */
export async function authenticate(database: Database, token: string, now: Date): Promise<Caller | null> {
  // One statement, beside Prisma: every request pays for it.
  const [found] = await database.query<TokenRow>(
    `SELECT t."organizationId", t.id, t."userId", t.role::text AS role, t."expiresAt", t."revokedAt", t."lastUsedAt", u."archivedAt"
     FROM "ApiToken" t LEFT JOIN "User" u ON u."organizationId" = t."organizationId" AND u.id = t."userId"
     WHERE t.hash = $1`,
    [hashToken(token)],
  );
  if (!found || found.revokedAt || found.archivedAt || (found.expiresAt && found.expiresAt <= now))
    return null;
  await noteUse(database, found, now);
  return { organizationId: found.organizationId, tokenId: found.id, userId: found.userId, role: found.role };
}

interface TokenRow {
  organizationId: string;
  id: string;
  userId: string | null;
  role: Role;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  /** When its holder was archived. */
  archivedAt: Date | null;
}

const useGranularity = 60_000;

/** Notes that a token was used, at most once a minute: a write for every request would cost more than it tells. */
async function noteUse(database: Database, token: TokenRow, now: Date): Promise<void> {
  if (token.lastUsedAt && now.getTime() - token.lastUsedAt.getTime() < useGranularity) return;
  await database.query(`UPDATE "ApiToken" SET "lastUsedAt" = $3 WHERE "organizationId" = $1 AND id = $2`, [
    token.organizationId,
    token.id,
    now,
  ]);
}
