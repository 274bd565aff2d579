import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce } from '../announce.mjs';
import { resolvers, typeDefs } from './report-types.mjs';

/**
 * Starts Apollo Server with its defaults.
 * @param {() => import('./report-types.mjs').Context['reports']} createReports called for each operation
 */
export async function serveApollo(createReports) {
  const { url } = await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), {
    listen: { host: '127.0.0.1', port: 0 },
    context: async () => ({ reports: createReports() }),
  });
  announce(Number(new URL(url).port));
}
