import { WebSocket, type RawData } from 'ws';

/** A message of graphql-transport-ws. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket whose messages are sent and read one by one, by a client that knows nothing of the protocol. */
export interface RawGraphqlSocket {
  readonly socket: WebSocket;
  /** Resolves with the code and the text of the close frame. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(message: unknown): void;
  /** The next message; null when the socket has closed. */
  next(): Promise<SocketMessage | null>;
}

export interface SocketOptions {
  readonly headers?: Record<string, string>;
  readonly protocol?: string | null;
  /** Whether the client answers pings. */
  readonly autoPong?: boolean;
}

/** Opens a WebSocket to the API. Rejects with the status and the body of the response if the server refuses. */
export function openSocket(
  url: string,
  { headers = {}, protocol, autoPong = true }: SocketOptions = {},
): Promise<RawGraphqlSocket> {
  const protocols = protocol === null ? [] : [protocol ?? 'graphql-transport-ws'];
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, { headers, autoPong });
  const received: SocketMessage[] = [];
  const waiting: ((message: SocketMessage | null) => void)[] = [];
  let isClosed = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      isClosed = true;
      for (const take of waiting.splice(0)) take(null);
      resolve({ code, reason: reason.toString() });
    });
  });
  socket.on('message', (data: RawData) => {
    const message = JSON.parse((data as Buffer).toString()) as SocketMessage;
    const take = waiting.shift();
    if (take === undefined) received.push(message);
    else take(message);
  });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(new Error(`${response.statusCode ?? 0} ${Buffer.concat(chunks).toString()}`)));
    });
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        socket,
        closed,
        send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
        next() {
          const message = received.shift();
          if (message !== undefined) return Promise.resolve(message);
          return isClosed ? Promise.resolve(null) : new Promise((take) => waiting.push(take));
        },
      }),
    );
  });
}

/** Opens a WebSocket and initialises it. */
export async function openReadySocket(
  url: string,
  payload?: Record<string, unknown>,
  options?: SocketOptions,
): Promise<RawGraphqlSocket> {
  const socket = await openSocket(url, options);
  socket.send({ type: 'connection_init', payload });
  const answer = await socket.next();
  if (answer?.type !== 'connection_ack') throw new Error(`connection_init got ${JSON.stringify(answer)}`);
  return socket;
}
