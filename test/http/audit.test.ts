import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from './support.ts';

// Four of the audits read `__type`: they are run as a caller who may introspect.
let app: Awaited<ReturnType<typeof startApp>>;
let url = '';

beforeAll(async () => {
  app = await startApp({ mayIntrospect: () => true });
  url = `${app.url}/graphql`;
});
afterAll(() => app.stop());

const audits = serverAudits({ url: () => url, fetchFn: fetch });

describe('GraphQL over HTTP', () => {
  test('there are 61 audits', () => expect(audits).toHaveLength(61));

  for (const audit of audits) {
    test(`${audit.id}: ${audit.name}`, async () => {
      const result = await audit.fn();
      expect(result.status, 'reason' in result ? result.reason : '').toBe('ok');
    });
  }
});
