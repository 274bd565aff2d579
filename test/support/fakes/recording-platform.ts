import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PATHS } from '../world/admin.ts';

/** One request, its header values and its body as the bytes that came. */
export interface RecordedRequest {
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Record<string, Buffer>;
  readonly body: Buffer;
  /** The same number for requests that came over one connection. */
  readonly connection: number;
  /** Whether the other side has closed the connection before the answer was whole. */
  isBrokenOff(): boolean;
  isAnswered(): boolean;
}

/** Answers a request, or leaves it open. */
export type Respond = (response: ServerResponse, request: RecordedRequest) => void;

export interface RecordingPlatform {
  readonly url: string;
  readonly requests: RecordedRequest[];
  requestsTo(path: string): RecordedRequest[];
  /** How many requests to a path have their whole answer. */
  answeredTo(path: string): number;
  /** How many requests to a path were given up by the other side. */
  brokenOffTo(path: string): number;
  /** What is done about requests to a path from now on. */
  onRequest(path: string, respond: Respond): void;
  dropConnections(): void;
  close(): Promise<void>;
}

/** Answers with a status and a body of JSON. */
export function answerWith(body: unknown, status = 200, headers: Record<string, string> = {}): Respond {
  return (response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Answers an aggregated report with these figures of each device that it asks for. */
export function answerWithUsage(
  toFigures: (imei: string) => { readonly numberOfSessions: number; readonly bytesTransferred: number },
): Respond {
  return (response, request) => {
    const { imei } = JSON.parse(request.body.toString()) as { imei: string[] };
    const usage = imei.map((each) => ({ imei: each, ...toFigures(each) }));
    answerWith({ txid: 'a-txid', usage })(response, request);
  };
}

/** A platform that only does what it is told: it lets everyone in, and keeps each request to the byte. */
export async function startRecordingPlatform(): Promise<RecordingPlatform> {
  const requests: RecordedRequest[] = [];
  const responds = new Map<string, Respond>([
    [PATHS.token, answerWith({ access_token: 'a-bearer-token', token_type: 'Bearer', expires_in: 3600 })],
    [PATHS.login, answerWith({ sessionToken: 'a-session-token' })],
  ]);
  const connections = new WeakMap<object, number>();
  let connectionCount = 0;

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const path = (incoming.url ?? '').replace(/^\/api/, '');
      let brokenOff = false;
      response.on('close', () => (brokenOff = !response.writableFinished));
      response.on('error', () => response.destroy());
      const request: RecordedRequest = {
        path,
        headers: toBytes(incoming.rawHeaders),
        body: Buffer.concat(chunks),
        connection: connections.get(incoming.socket) ?? 0,
        isBrokenOff: () => brokenOff,
        isAnswered: () => response.writableFinished,
      };
      requests.push(request);
      (responds.get(path) ?? answerWith({ errorCode: 'NO_SUCH_PATH' }, 404))(response, request);
    });
    incoming.on('error', () => undefined);
  });
  server.on('connection', (socket) => connections.set(socket, (connectionCount += 1)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    requests,
    requestsTo: (path) => requests.filter((request) => request.path === path),
    answeredTo: (path) => requests.filter((request) => request.path === path && request.isAnswered()).length,
    brokenOffTo: (path) => requests.filter((request) => request.path === path && request.isBrokenOff()).length,
    onRequest: (path, respond) => void responds.set(path, respond),
    dropConnections: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function toBytes(rawHeaders: readonly string[]): Record<string, Buffer> {
  const headers: Record<string, Buffer> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers[(rawHeaders[at] ?? '').toLowerCase()] = Buffer.from(rawHeaders[at + 1] ?? '', 'latin1');
  }
  return headers;
}
