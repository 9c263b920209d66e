import { createHash, randomBytes } from 'node:crypto';
import type { PrismaClient } from '../../prisma/generated/client/client.ts';
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
export async function authenticate(prisma: PrismaClient, token: string, now: Date): Promise<Caller | null> {
  const found = await prisma.apiToken.findUnique({
    where: { hash: hashToken(token) },
    select: {
      organizationId: true,
      id: true,
      userId: true,
      role: true,
      expiresAt: true,
      revokedAt: true,
      lastUsedAt: true,
      user: { select: { archivedAt: true } },
    },
  });
  if (!found || found.revokedAt || found.user?.archivedAt || (found.expiresAt && found.expiresAt <= now))
    return null;
  await noteUse(prisma, found, now);
  return { organizationId: found.organizationId, tokenId: found.id, userId: found.userId, role: found.role };
}

const useGranularity = 60_000;

/** Notes that a token was used, at most once a minute: a write for every request would cost more than it tells. */
async function noteUse(
  prisma: PrismaClient,
  token: { organizationId: string; id: string; lastUsedAt: Date | null },
  now: Date,
): Promise<void> {
  if (token.lastUsedAt && now.getTime() - token.lastUsedAt.getTime() < useGranularity) return;
  const { organizationId, id } = token;
  await prisma.apiToken.update({
    where: { organizationId_id: { organizationId, id } },
    data: { lastUsedAt: now },
  });
}
