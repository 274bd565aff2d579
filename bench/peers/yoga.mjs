import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce, portOf } from '../announce.mjs';
import { createDeviceLoader } from './device-loader.mjs';
import { createPlatform } from './platform.mjs';
import { resolvers, typeDefs } from './report-types.mjs';

const platform = createPlatform(process.env.UPSTREAM_URL ?? '');
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: () => ({ reports: { ...createDeviceLoader(platform.usage), sessions: platform.sessions } }),
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
