import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const SUITE = '@apollo/federation-subgraph-compatibility-tests';
// All modules must import the same copy of graphql; with a second one, `instanceof GraphQLError` is false.
const graphql = createRequire(new URL('../../package.json', import.meta.url)).resolve('graphql');

/**
 * Runs the test files of Apollo's suite as they are. Only its client is replaced, which has fixed ports. The suite starts its supergraph with
 * Rover, pm2 and Jest; `overrides` in package.json replace them by a tiny package, because supergraph.mjs does that here.
 */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: graphql },
      { find: '../utils/client', replacement: new URL('client.ts', import.meta.url).pathname },
    ],
  },
  test: {
    globalSetup: 'supergraph.mjs',
    include: [`node_modules/${SUITE}/src/tests/*.test.ts`],
    exclude: [],
    globals: true,
    server: { deps: { inline: [SUITE] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
});
