import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that counts what the server behind it sends: all of it, whoever asked. */
export interface CountingProxy {
  readonly url: string;
  /** The bytes since the last call. */
  takeBytes(): number;
  /** The connections that were opened so far. */
  countConnections(): number;
  /** Ends all connections, without a word to either side. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of this server, with the same path. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { port, pathname } = new URL(target);
  let bytes = 0;
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((browser) => {
    connections += 1;
    const upstream = connect(Number(port), '127.0.0.1');
    open.add(browser);
    browser.on('close', () => open.delete(browser));
    upstream.on('data', (chunk) => (bytes += chunk.length));
    browser.pipe(upstream).pipe(browser);
    for (const [one, other] of [
      [browser, upstream],
      [upstream, browser],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}${pathname}`,
    takeBytes() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    countConnections: () => connections,
    cut() {
      for (const socket of open) socket.destroy();
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
