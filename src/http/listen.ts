import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is listening. */
export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly url: string;
  /**
   * Accepts no more requests, and resolves when those in progress have been answered. After ten seconds it breaks off the rest.
   */
  close(): Promise<void>;
}

/** Otherwise a client that reads its response slowly, or never, would keep the process alive. */
const MAX_CLOSE_MS = 10_000;

/** Listens on a host and port (0: any free port). Rejects with Node's error if it cannot. */
export function startServer(listener: RequestListener, host: string, port: number): Promise<RunningServer> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({
        url: toUrl(server.address() as AddressInfo),
        close: () =>
          new Promise((closed) => {
            const timer = setTimeout(() => server.closeAllConnections(), MAX_CLOSE_MS);
            server.close(() => {
              clearTimeout(timer);
              closed();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}

function toUrl({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
