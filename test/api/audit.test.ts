import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';

const app = useApp();

// The audits that need the schema ask for `__type`: a token that may introspect is given with every request.
const audits = serverAudits({
  url: () => `${app().url}/graphql`,
  fetchFn: async (url: string, init: RequestInit = {}) => {
    const { ours } = await app().organizations();
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${ours.token}` };
    return fetch(url, { ...init, headers });
  },
});

describe('GraphQL over HTTP, on the whole server', () => {
  it('is audited in full', () => {
    expect(audits).toHaveLength(61);
  });

  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      expect(result.status, 'reason' in result ? result.reason : '').toBe('ok');
    });
  }
});
