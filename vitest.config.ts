import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// One graphql for every importer: a second copy would make `instanceof GraphQLError` false.
const graphql = createRequire(import.meta.url).resolve('graphql');

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
