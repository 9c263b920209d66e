import { defineConfig } from 'vitest/config';

// graphql 16 has two builds without an exports map: loaded both, its types are "from another realm".
const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }];

const common = {
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Each worker holds an embedded database of some 300 MB.
  maxWorkers: 2,
};

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'core',
          include: ['test/**/*.test.ts'],
          exclude: ['test/services/**', 'test/faults/**'],
        },
      },
      // Two processes, races, kills: on real PostgreSQL and Redis only (DATABASE_URL, REDIS_URL).
      { resolve: { alias }, test: { ...common, name: 'services', include: ['test/services/**/*.test.ts'] } },
      // What breaks while others work: starts a PostgreSQL and a Redis of its own, and needs neither configured.
      {
        resolve: { alias },
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
