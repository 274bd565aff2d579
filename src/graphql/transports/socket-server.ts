import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Upgrade } from '../../http/upgrade.ts';
import { serveSocket, type GraphqlSocket, type SocketOptions } from './socket.ts';
import { SHUTTING_DOWN, WRONG_PROTOCOL } from './socket-messages.ts';
import type { SocketSender } from './socket-sender.ts';

/** Makes WebSockets of connections, and looks after them. Loaded when the first client asks for one. */
export interface SocketServer {
  /** Completes the handshake and serves the WebSocket. `free` stops counting it for its address. */
  accept(request: IncomingMessage, upgrade: Upgrade, sender: SocketSender, free: () => void): void;
}

export interface SocketServerOptions extends SocketOptions {
  readonly maxMessageBytes: number;
  /** Aborts when the server stops: then every socket is closed as soon as its operations have ended. */
  readonly shutdown: AbortSignal;
  /** Lets the shutdown wait for a socket, and break it off. Call the returned function when it is closed. */
  readonly hold: (breakOff: () => void) => () => void;
}

/** A proxy closes a connection on which nothing happens for about a minute. */
const CHECK_INTERVAL_MS = 15_000;
/** How long a client may take to answer that it closes the connection, too. The types do not know this option yet. */
const CLOSING: object = { closeTimeout: 5_000 };

/** Creates the server of WebSockets. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { maxMessageBytes, shutdown, hold, clock } = options;
  const sockets = new Set<GraphqlSocket>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compression takes up to 300 kB for each connection.
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    ...CLOSING,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  let isChecking = false;
  const checkLater = (): void => {
    isChecking = sockets.size > 0;
    if (isChecking) clock.after(CHECK_INTERVAL_MS, check);
  };
  const check = (): void => {
    for (const socket of sockets) socket.check();
    checkLater();
  };
  const serve = (socket: WebSocket, connection: Socket, sender: SocketSender, free: () => void): void => {
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      socket.on('error', () => undefined);
      socket.close(WRONG_PROTOCOL.code, WRONG_PROTOCOL.text);
      return;
    }
    const served = serveSocket(socket, connection, sender, free, options);
    sockets.add(served);
    // Sockets come and go within an interval. A second round of checks would take a client for gone that has not answered the first one yet.
    if (!isChecking) checkLater();
    connection.once('close', () => sockets.delete(served));
    if (shutdown.aborted) served.finish(SHUTTING_DOWN);
  };
  shutdown.addEventListener('abort', () => {
    // Each subscription first sends its error.
    for (const socket of [...sockets]) socket.finish(SHUTTING_DOWN);
  });

  return {
    accept(request, { socket, head }, sender, free) {
      // The upgrades of a server are those of its own connections.
      const connection = socket as Socket;
      // Each operation may wait for the same connection.
      connection.setMaxListeners(0);
      connection.once('close', free);
      connection.once(
        'close',
        hold(() => connection.destroy()),
      );
      server.handleUpgrade(request, connection, head, (accepted) => serve(accepted, connection, sender, free));
    },
  };
}
