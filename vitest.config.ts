import { createRequire } from 'node:module';
import { configDefaults, defineConfig } from 'vitest/config';

// One graphql for every importer: a second copy would make `instanceof GraphQLError` false.
const graphql = createRequire(import.meta.url).resolve('graphql');

/** What never speaks to the platform through us runs once. */
const WITHOUT_CONTRACT = [
  'test/simulator*.test.ts',
  'test/soak*.test.ts',
  'test/requests-*.test.ts',
  'test/{breaker,sign-in-latch,sign-in-shared}.test.ts',
  'test/domain-*.test.ts',
  'test/async-{idempotency,progress,requests,retry,scale}*.test.ts',
  'test/callbacks-*.test.ts',
  'test/downloads*.test.ts',
  // A platform of their own stands behind these.
  'test/fuzz/*.test.ts',
  'test/isolation*.test.ts',
  'test/{csrf,kept-documents,large-bodies,odd-requests,own-hosts,production}*.test.ts',
  'test/{rate-limit,scanner,security-headers,subscription-limit}*.test.ts',
  'test/{architecture,config,graphql-over-http,log,schema,start}*.test.ts',
];

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
    globalSetup: 'test/support/shared-postgres-setup.ts',
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
          exclude: [...configDefaults.exclude, ...WITHOUT_CONTRACT],
          env: { CONTRACT_VERSION: 'older' },
        },
      },
    ],
  },
});
