import { IncomingMessage, Server, type RequestListener, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { UpgradeListener } from './upgrade.ts';

/** A server that is listening. */
export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly url: string;
  /** Accepts no more connections, and closes those without a request. Requests in progress go on. */
  stopListening(): void;
  /** Does the same, breaks off every connection, and resolves when all are closed. */
  close(): Promise<void>;
}

/** Maximum time until all headers of a request have arrived. */
const MAX_HEADERS_MS = 10_000;
/** A server looks this many times per timeout, the shorter one of the two, for requests that take too long. */
const CHECKS_PER_TIMEOUT = 10;

/** Where to listen, and how long to wait for a request. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** REQUEST_TIMEOUT_MS: how long a request may take to arrive, with its body. */
  readonly requestTimeoutMs: number;
  /** KEEP_ALIVE_TIMEOUT_SECONDS: how long a connection stays open without a request. By default, that of Node.js. */
  readonly keepAliveTimeoutMs?: number;
  /** Whether the body of a request on this connection has a timeout of its own, so that `requestTimeoutMs` does not apply to it. */
  readonly hasOwnTimeout?: (connection: object) => boolean;
  /** Handles requests for a WebSocket. Without it, they are answered as any other. */
  readonly upgrade?: UpgradeListener;
}

/**
 * Listens on a host and port. Rejects with Node's error if it cannot. A request that does not arrive in time gets 408, and its
 * connection is closed.
 */
export function startServer(
  listener: RequestListener,
  { host, port, requestTimeoutMs, keepAliveTimeoutMs, hasOwnTimeout, upgrade }: ListenOptions,
): Promise<RunningServer> {
  const keepAlive = keepAliveTimeoutMs === undefined ? {} : { keepAliveTimeout: keepAliveTimeoutMs };
  const options = { ...toTimeouts(requestTimeoutMs), ...keepAlive, IncomingMessage: WebSocketOnly };
  const server = new PatientServer(options, listener, hasOwnTimeout ?? (() => false));
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  // Node.js does not close a connection that has left HTTP, such as a WebSocket.
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({
        url: toUrl(server.address() as AddressInfo),
        stopListening: () => void server.close(),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of connections) socket.destroy();
          }),
      });
    });
  });
}

/** The timeouts of a server whose requests may take this long to arrive, and their headers ten seconds at most. */
export function toTimeouts(requestTimeoutMs: number) {
  const headersTimeout = Math.min(requestTimeoutMs, MAX_HEADERS_MS);
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout,
    connectionsCheckingInterval: Math.ceil(headersTimeout / CHECKS_PER_TIMEOUT),
  };
}

function toUrl({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

/** Leaves a request that takes longer than `requestTimeout` alone if it has a timeout of its own. Node.js reports it once, and then no more. */
class PatientServer extends Server {
  readonly #hasOwnTimeout: (connection: object) => boolean;

  constructor(options: ServerOptions, listener: RequestListener, hasOwnTimeout: (connection: object) => boolean) {
    super(options, listener);
    this.#hasOwnTimeout = hasOwnTimeout;
  }

  override emit(event: string, ...values: unknown[]): boolean {
    const [error, socket] = values;
    const isTimeout = event === 'clientError' && error instanceof Error && 'code' in error && error.code === TIMED_OUT;
    if (isTimeout && typeof socket === 'object' && socket !== null && this.#hasOwnTimeout(socket)) return true;
    return super.emit(event, ...values);
  }
}

const TIMED_OUT = 'ERR_HTTP_REQUEST_TIMEOUT';
const UPGRADE = Symbol('upgrade');

/**
 * Lets only requests for a WebSocket be upgrades. Others ask for HTTP/2, as the HTTP client of Java does in its first request, and are
 * answered as they are. Node.js reads `upgrade` to decide, once it has read the headers.
 */
class WebSocketOnly extends IncomingMessage {
  private [UPGRADE]: unknown;

  get upgrade(): unknown {
    const isOther = this.method !== 'CONNECT' && this.headers.upgrade?.toLowerCase() !== 'websocket';
    return this[UPGRADE] === true && isOther ? false : this[UPGRADE];
  }

  set upgrade(value: unknown) {
    this[UPGRADE] = value;
  }
}
