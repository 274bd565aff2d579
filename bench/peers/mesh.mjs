import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { announce, portOf } from '../announce.mjs';

const server = createServer(createGatewayRuntime({ supergraph: process.env.SUPERGRAPH ?? '' }));
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
