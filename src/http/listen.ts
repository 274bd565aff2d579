import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly url: string;
  /** Takes no new request, and resolves when those under way are answered; one that takes too long is broken off. */
  close(): Promise<void>;
}

/** A client that does not take its answer, or not fast enough, would else keep the process for ever. */
const MAX_CLOSE_MS = 10_000;

/** Serves on a host and port (0: any free one). Rejects with Node's error where it cannot. */
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
