import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// All modules must import the same copy of graphql; with a second one, `instanceof GraphQLError` is false.
const graphql = createRequire(import.meta.url).resolve('graphql');

/**
 * Test files share a process, which imports the program once. This is safe because neither the program nor test/support has module
 * state. On an idle machine no test comes near the timeouts.
 */
const SHARED = {
  isolate: false,
  // By default Vitest reserves one core for itself, which it hardly uses.
  maxWorkers: '100%',
  include: ['test/**/*.test.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};
const RESOLVE = { alias: [{ find: /^graphql$/, replacement: graphql }] };

// The projects do not extend the root configuration: its global setup would run once more for each of them.
export default defineConfig({
  resolve: RESOLVE,
  test: {
    globalSetup: 'test/support/postgres/shared-postgres-setup.ts',
    projects: [
      {
        resolve: RESOLVE,
        test: { ...SHARED, name: 'newest contract', env: { CONTRACT_VERSION: 'newest' } },
      },
      {
        resolve: RESOLVE,
        test: {
          ...SHARED,
          name: 'older contract',
          include: ['test/both-contracts/**/*.test.ts'],
          env: { CONTRACT_VERSION: 'older' },
        },
      },
    ],
  },
});
