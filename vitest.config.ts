import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// One graphql for every importer: a second copy would make `instanceof GraphQLError` false.
const graphql = createRequire(import.meta.url).resolve('graphql');

/**
 * Files share a process, which imports the program once: neither the program nor test/support keeps anything between them.
 * The timeouts are far more than anything needs on a machine that does nothing else.
 */
const SHARED = {
  isolate: false,
  // Vitest would leave one core to itself, which it hardly uses.
  maxWorkers: '100%',
  include: ['test/**/*.test.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};
const RESOLVE = { alias: [{ find: /^graphql$/, replacement: graphql }] };

// The projects do not extend the whole: its setup would run once more for each of them.
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
