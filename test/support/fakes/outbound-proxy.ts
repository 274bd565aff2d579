import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request as the proxy received it. */
export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` of a tunnel, or the URL of a request to forward. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface FakeProxy {
  /** Its host and port. */
  readonly host: string;
  readonly requests: readonly ProxiedRequest[];
  /** The tunnels that are open now, and the most that were open at once. */
  readonly tunnels: { open: number; most: number };
  /** The number of connections that it has received, and of those that are open. */
  connections(): number;
  open(): number;
  /** Answers tunnels and requests with this status from now on; `silent` answers nothing, `garbled` not in HTTP, and null works again. */
  fail(how: Failure | null): void;
  close(): Promise<void>;
}

export interface FakeProxyOptions {
  /** User name and password that it requires, as `user:password`. */
  readonly credentials?: string;
  /** The port of this machine that it takes for a `host:port`. */
  readonly portOf?: (target: string) => number;
}

type Failure = number | 'silent' | 'garbled';

/** Starts a proxy that makes tunnels by CONNECT, and forwards requests whose target is an http URL. */
export async function startFakeProxy(options: FakeProxyOptions = {}): Promise<FakeProxy> {
  const { credentials, portOf = (target) => Number(target.split(':').at(-1)) } = options;
  const expected = credentials === undefined ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const requests: ProxiedRequest[] = [];
  const tunnels = { open: 0, most: 0 };
  const sockets = new Set<Duplex>();
  let failure: Failure | null = null;

  const receive = ({ method = '', url: target = '', headers }: IncomingMessage): Failure | null => {
    requests.push({ method, target, headers });
    if (failure !== null) return failure;
    return expected === null || headers['proxy-authorization'] === expected ? null : 407;
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const rejected = receive(request);
    if (rejected === 'silent') return;
    if (rejected === 'garbled') {
      response.socket?.end('no HTTP\r\n\r\n');
      return;
    }
    if (rejected !== null) {
      response.writeHead(rejected, { 'Content-Type': 'text/html' }).end('<html>the proxy says no</html>');
      return;
    }
    const { host, pathname, search } = new URL(request.url ?? '');
    const headers = { ...request.headers };
    delete headers['proxy-authorization'];
    const forwarded = httpRequest(
      { host: '127.0.0.1', port: portOf(host), path: `${pathname}${search}`, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.writeHead(502).end());
    request.pipe(forwarded);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => client.destroy());
    const rejected = receive(request);
    if (rejected === 'silent') {
      client.on('end', () => client.end()).resume();
      return;
    }
    if (rejected !== null) {
      client.end(rejected === 'garbled' ? 'garbled\r\n\r\n' : `HTTP/1.1 ${rejected} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(portOf(request.url ?? ''), '127.0.0.1', () => {
      tunnels.open += 1;
      tunnels.most = Math.max(tunnels.most, tunnels.open);
      upstream.on('close', () => (tunnels.open -= 1));
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    let isMade = false;
    upstream.on('connect', () => (isMade = true));
    upstream.on('error', () => client.end(isMade ? '' : 'HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n'));
    // Otherwise nobody would read that the client has ended, too.
    upstream.on('close', () => client.end().resume());
    client.on('close', () => upstream.destroy());
    sockets.add(upstream);
  });
  let connections = 0;
  let open = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open += 1;
    socket.on('close', () => (open -= 1));
    sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    tunnels,
    connections: () => connections,
    open: () => open,
    fail: (next) => void (failure = next),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
