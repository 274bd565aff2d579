import { once } from 'node:events';
import { createServer } from 'node:http';
import { portOf } from '../announce.mjs';

/** Returns a port that is free now, for a server that cannot announce which one it got. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
