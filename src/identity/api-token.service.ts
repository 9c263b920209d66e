import { Role } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { idOf, instant, line, oneOf } from '../commands/input.ts';
import { requireReference } from '../commands/plain.ts';
import { InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { tokenRow } from './organization.setup.ts';
import { newToken } from './tokens.ts';

export const createApiToken = command('createApiToken', {
  description: 'Makes a token for a person, a display or a machine connector. Its text is in the answer, once: only its hash is kept.',
  right: 'administer',
  input: {
    name: line(100).describe('What it is for.'),
    role: oneOf('Role', Role).describe('What its holder may do.'),
    userId: idOf('User').nullish().describe('The person who holds it.'),
    expiresAt: instant().nullish().describe('When it stops working; never unless given.'),
  },
  refusals: [],
  run: async (context, { name, role, userId, expiresAt }) => {
    if (userId) await requireReference(context, 'User', userId, 'userId');
    if (expiresAt && expiresAt <= context.now) throw InvalidInputError.at('expiresAt', 'must lie in the future.');
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
    context.secrets['token'] = token;
    return { apiTokenId: row.id };
  },
});

export const revokeApiToken = command('revokeApiToken', {
  description: 'Ends a token at once: its requests are refused and its sockets are closed within five seconds.',
  right: 'administer',
  input: { apiTokenId: idOf('ApiToken').describe('The token.'), reason: line(500).nullish().describe('Why: it stays in the history.') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { apiTokenId, reason }) => {
    await context.lock({ ApiToken: [apiTokenId] });
    const before = await context.tx.apiToken.findUniqueOrThrow({ where: context.key(apiTokenId) });
    if (before.revokedAt) throw new TransitionError('ApiToken', 'REVOKED', 'revoke', []);
    const after = await context.tx.apiToken.update({
      where: context.key(apiTokenId),
      data: { revokedAt: context.now, ...context.touched() },
    });
    context.record('ApiTokenRevoked', 'ApiToken', before, after, { reason: reason ?? null });
    return { apiTokenId };
  },
});
