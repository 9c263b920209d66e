import type { PrismaClient, Role } from '../../prisma/generated/client/client.ts';
import { newId } from '../ids.ts';
import { hashToken, newToken, tokenHint } from './tokens.ts';

export interface NewOrganization {
  /** Short and unique in the installation. */
  code: string;
  name: string;
  /** The administrator's token; a new one unless given. */
  token?: string | undefined;
}

/**
 * Creates an organization with its log and its first administrator's token, whose text is in the answer and
 * nowhere else. One transaction.
 */
export async function createOrganization(
  prisma: PrismaClient,
  { code, name, token = newToken() }: NewOrganization,
  now: Date,
): Promise<{ organizationId: string; tokenId: string; token: string }> {
  const organizationId = newId();
  const tokenId = newId();
  const stamps = { createdAt: now, updatedAt: now };
  await prisma.$transaction(async (tx) => {
    await tx.organization.create({ data: { id: organizationId, code, name, ...stamps } });
    await tx.eventHead.create({ data: { organizationId, position: 0, epoch: epochId() } });
    await tx.readingHead.create({ data: { organizationId, position: 0 } });
    await tx.apiToken.create({
      data: tokenRow(organizationId, tokenId, 'First administrator', 'ADMINISTRATOR', token, now),
    });
    const common = {
      actorKind: 'SYSTEM',
      actorId: null,
      requestId: null,
      reason: null,
      causeId: newId(),
      data: null,
      before: null,
    };
    const occurredAt = now.toISOString();
    await tx.eventDraft.create({
      data: {
        organizationId,
        id: newId(),
        events: [
          {
            ...common,
            kind: 'OrganizationCreated',
            subjectType: 'Organization',
            subjectId: organizationId,
            version: 1,
            related: [organizationId],
            after: { code, name },
            occurredAt,
          },
          {
            ...common,
            kind: 'ApiTokenCreated',
            subjectType: 'ApiToken',
            subjectId: tokenId,
            version: 1,
            related: [tokenId],
            after: { name: 'First administrator', role: 'ADMINISTRATOR' },
            occurredAt,
          },
        ],
      },
    });
  });
  return { organizationId, tokenId, token };
}

// The beginning of a UUIDv7 is its time: two logs made within a minute would share it. The end is random.
const epochId = () => {
  const hex = newId().replaceAll('-', '');
  const turned = hex.slice(16) + hex.slice(0, 16);
  return `${turned.slice(0, 8)}-${turned.slice(8, 12)}-${turned.slice(12, 16)}-${turned.slice(16, 20)}-${turned.slice(20)}`;
};

/** The columns of a new token. */
export function tokenRow(
  organizationId: string,
  id: string,
  name: string,
  role: Role,
  token: string,
  now: Date,
) {
  return {
    organizationId,
    id,
    name,
    role,
    hash: hashToken(token),
    hint: tokenHint(token),
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Makes the first organization where there is none. Null where there is one. Several processes may start at once:
 * one of them makes it.
 */
export async function ensureFirstOrganization(
  prisma: PrismaClient,
  token: string | undefined,
  now: Date,
): Promise<{ token: string } | null> {
  if ((await prisma.organization.count()) > 0) return null;
  try {
    return await createOrganization(prisma, { code: 'main', name: 'My organization', token }, now);
  } catch (error) {
    // The unique code made the other process the winner.
    if ((await prisma.organization.count()) > 0) return null;
    throw error;
  }
}
