import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns a port that is free now, for a server whose address has to be known before it starts. */
export async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
