import { once } from 'node:events';
import {
  Agent,
  createServer,
  get,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A load balancer as they are in use: it polls `/readyz`, keeps connections open, and repeats nothing. */
export interface ReadinessBalancer {
  readonly url: string;
  /** The ports of the servers that were ready when they were last asked. */
  ready(): readonly number[];
  close(): Promise<void>;
}

const POLL_MS = 250;
const POLL_TIMEOUT_MS = 2_000;

/** Passes requests to the ready ones of these ports in turn. */
export async function startReadinessBalancer(ports: readonly number[]): Promise<ReadinessBalancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<number>();
  const sockets = new Set<Socket>();
  let turn = 0;
  const choose = (): number | null => {
    const candidates = [...ready];
    turn += 1;
    return candidates[turn % candidates.length] ?? null;
  };
  const poll = async (): Promise<void> => {
    await Promise.all(
      ports.map(async (port) => {
        if (await isReady(port)) ready.add(port);
        else ready.delete(port);
      }),
    );
  };
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, choose(), agent));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming: IncomingMessage, client: Socket, head: Buffer) =>
    passUpgrade(incoming, client, head, choose()),
  );
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await poll();
  const timer = setInterval(() => void poll(), POLL_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: () => [...ready],
    async close() {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get(
      { host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: POLL_TIMEOUT_MS },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.on('error', () => resolve(false));
  });
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number | null, agent: Agent): void {
  if (port === null) {
    outgoing.writeHead(503).end('no server is ready');
    return;
  }
  const { method = 'GET', url = '/', headers } = incoming;
  const options = { host: '127.0.0.1', port, method, path: url, headers: withoutConnection(headers), agent };
  const passing = httpRequest(options, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, withoutConnection(response.headers));
    response.pipe(outgoing);
    response.on('error', () => outgoing.destroy());
  });
  passing.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end('the server broke the connection');
  });
  outgoing.on('close', () => passing.destroy());
  incoming.pipe(passing);
}

/** The connection to the client is not that to the server. */
function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:connection|keep-alive)$/.test(name)));
}

function passUpgrade(incoming: IncomingMessage, client: Socket, head: Buffer, port: number | null): void {
  if (port === null) {
    client.destroy();
    return;
  }
  const server = connect(port, '127.0.0.1');
  const { rawHeaders, method = 'GET', url = '/' } = incoming;
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1] ?? ''}`] : []));
  server.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  server.write(head);
  server.pipe(client).pipe(server);
  for (const [one, other] of [
    [server, client],
    [client, server],
  ] as const) {
    one.on('error', () => undefined);
    one.once('close', () => other.destroy());
  }
}
