import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PATHS } from '../world/admin.ts';

/** One request, with its header values and its body as the received bytes. */
export interface RecordedRequest {
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Record<string, Buffer>;
  readonly body: Buffer;
  /** The same number for requests over the same connection. */
  readonly connection: number;
  /** Whether the client closed the connection before the end of the response. */
  isBrokenOff(): boolean;
  isAnswered(): boolean;
}

/** Responds to a request, or leaves it open. */
export type Respond = (response: ServerResponse, request: RecordedRequest) => void;

export interface RecordingPlatform {
  readonly url: string;
  readonly requests: RecordedRequest[];
  requestsTo(path: string): RecordedRequest[];
  /** The number of requests to a path that got a complete response. */
  answeredTo(path: string): number;
  /** The number of requests to a path that the client cancelled. */
  brokenOffTo(path: string): number;
  /** Sets how the platform handles requests to a path from now on. */
  onRequest(path: string, respond: Respond): void;
  dropConnections(): void;
  close(): Promise<void>;
}

/** Responds with a JSON body and a status. */
export function answerWith(body: unknown, status = 200, headers: Record<string, string> = {}): Respond {
  return (response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Responds to an aggregated report with this usage for each requested device. */
export function answerWithUsage(
  toUsage: (imei: string) => { readonly numberOfSessions: number; readonly bytesTransferred: number },
): Respond {
  return (response, request) => {
    const { imei } = JSON.parse(request.body.toString()) as { imei: string[] };
    const usage = imei.map((each) => ({ imei: each, ...toUsage(each) }));
    answerWith({ txid: 'a-txid', usage })(response, request);
  };
}

/** A platform that accepts every login, responds as the test says, and records each request byte for byte. */
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
