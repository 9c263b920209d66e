import { type ApiToken, Role } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { GuardedAction } from '../commands/guards.ts';
import { idOf, instant, line, oneOf } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { tokenRow } from './organization.setup.ts';
import { newToken } from './tokens.ts';

export const createApiToken = command('createApiToken', {
  description:
    'Makes a token for a person, a display or a machine connector. Its text is in the answer, once: only its hash is kept.',
  right: 'administer',
  input: {
    name: line(100).describe('What it is for.'),
    role: oneOf('Role', Role).describe('What its holder may do.'),
    userId: idOf('User').nullish().describe('The person who holds it.'),
    expiresAt: instant().nullish().describe('When it stops working; never unless given.'),
  },
  refusals: [],
  run: async (context, { name, role, userId, expiresAt }) => {
    await requireReferences(context, reference('User', userId, 'userId'));
    if (expiresAt && expiresAt <= context.now)
      throw InvalidInputError.at('expiresAt', 'must lie in the future.');
    const token = newToken();
    const { id, ...stamps } = context.fresh();
    const row = await context.tx.apiToken.create({
      data: {
        ...stamps,
        ...tokenRow(context.organizationId, id, name, role, token, context.now),
        userId: userId ?? null,
        expiresAt: expiresAt ?? null,
      },
    });
    context.record('ApiTokenCreated', 'ApiToken', null, row);
    context.secrets.token = token;
    return { apiTokenId: row.id };
  },
});

/** What stands against revoking a token. */
export const revokingApiToken = new GuardedAction<ApiToken>('revokeApiToken', {
  'apiToken.notLastAdministrator': async ({ tx, organizationId, now }, token) => {
    if (token.role !== 'ADMINISTRATOR') return [];
    // Locked, so that two administrators cannot revoke each other at once.
    const others = await tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT t.id FROM "ApiToken" t LEFT JOIN "User" u ON u."organizationId" = t."organizationId" AND u.id = t."userId"
       WHERE t."organizationId" = $1::uuid AND t.role = 'ADMINISTRATOR' AND t.id <> $2::uuid AND t."revokedAt" IS NULL
         AND u."archivedAt" IS NULL AND (t."expiresAt" IS NULL OR t."expiresAt" > $3::timestamptz)
       FOR UPDATE OF t`,
      organizationId,
      token.id,
      now.toISOString(),
    );
    if (others.length > 0) return [];
    const message = `${token.name} is the last administrator's token. Create another first.`;
    return [
      {
        rule: 'apiToken.notLastAdministrator',
        message,
        subject: { noun: 'ApiToken', uuid: token.id, label: token.name },
      },
    ];
  },
});

export const revokeApiToken = command('revokeApiToken', {
  description:
    'Ends a token at once: its requests are refused and its sockets are closed within five seconds.',
  right: 'administer',
  input: {
    apiTokenId: idOf('ApiToken').describe('The token.'),
    reason: line(500).nullish().describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { apiTokenId, reason }) => {
    await context.lock({ ApiToken: [apiTokenId] });
    const before = await context.tx.apiToken.findUniqueOrThrow({ where: context.key(apiTokenId) });
    if (before.revokedAt) throw new TransitionError('ApiToken', 'REVOKED', 'REVOKE_API_TOKEN', []);
    await revokingApiToken.check(context, before);
    const after = await context.tx.apiToken.update({
      where: context.key(apiTokenId),
      data: { revokedAt: context.now, ...context.touched() },
    });
    context.record('ApiTokenRevoked', 'ApiToken', before, after, { reason: reason ?? null });
    return { apiTokenId };
  },
});
