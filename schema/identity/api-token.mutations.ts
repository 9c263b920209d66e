import { createApiToken, revokeApiToken } from '../../src/identity/api-token.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(createApiToken, {
  apiToken: one('ApiToken', 'apiTokenId'),
  token: {
    scalar: 'String',
    secret: 'token',
    nullable: true,
    description: 'Its text, shown only now; null when a mutation that was repeated answers.',
  },
});
mutation(revokeApiToken, { apiToken: one('ApiToken', 'apiTokenId') });
