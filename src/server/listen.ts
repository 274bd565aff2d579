import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly url: string;
  /** Takes no new request, and resolves when those under way are answered. */
  close(): Promise<void>;
}

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
            server.close(() => closed());
            server.closeIdleConnections();
          }),
      });
    });
  });
}

function toUrl({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
