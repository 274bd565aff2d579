import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A load balancer: one address in front of several servers. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/** Forwards connections to the ports in turn, and skips those on which nothing listens. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((caller) => {
    open.add(caller);
    caller.once('close', () => open.delete(caller));
    // The close event follows, and is handled.
    caller.on('error', () => undefined);
    turn += 1;
    void pass(
      caller,
      ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function pass(caller: Socket, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = connect(port, '127.0.0.1');
    if (!(await isReached(server))) continue;
    server.on('error', () => undefined);
    caller.once('close', () => server.destroy());
    server.once('close', () => caller.destroy());
    caller.pipe(server).pipe(caller);
    if (caller.destroyed) server.destroy();
    return;
  }
  caller.destroy();
}

function isReached(server: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('connect', () => resolve(true));
    server.once('error', () => resolve(false));
  });
}
