import { createServer } from 'node:http';

/**
 * Serves HTTP on a port of this machine (0: any free one). Resolves to the `url`, such as http://127.0.0.1:4000, and `close`, which
 * also ends open connections.
 */
export function listen(listener, port = 0) {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}
