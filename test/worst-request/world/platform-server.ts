import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PATHS } from '../../support/world/admin.ts';
import { toText, type Platform } from '../compose/platform.ts';

/** A platform that accepts every sign-in, and answers as a composition says. */
export interface PlatformServer {
  readonly url: string;
  /** Sets what it answers from now on. */
  answer(platform: Platform): void;
  /** The report calls since the last `answer`. */
  calls(): number;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

export async function startPlatformServer(): Promise<PlatformServer> {
  let platform: Platform | null = null;
  let calls = 0;
  let txids = 0;

  const respond = (path: string, body: string): unknown => {
    if (path === PATHS.token) return { access_token: 'a-bearer-token', token_type: 'Bearer', expires_in: 3_600 };
    if (path === PATHS.login) return { sessionToken: 'a-session-token' };
    if (platform === null || path === PATHS.async) return { txid: `txid-${(txids += 1)}`, status: 'QUEUED' };
    calls += 1;
    if (path === PATHS.sessions) return toSessions(platform);
    if (path === PATHS.aggregate) return toAggregate(platform, (JSON.parse(body) as { imei: string[] }).imei);
    return toListeners(platform);
  };
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      const path = (request.url ?? '').replace(/^\/api/, '').replace(/\?.*$/, '');
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(respond(path, body)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    answer(next) {
      platform = next;
      calls = 0;
    },
    calls: () => calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

function toSessions(platform: Platform): object {
  const text = toText(platform);
  const lastMs = Date.now() - 3_600_000;
  const sessions = Array.from({ length: platform.sessions }, (_, at) => {
    const startMs = lastMs - (platform.sessions - at) * 10 * MINUTE_MS;
    const [startTime, endTime] = [startMs, startMs + 5 * MINUTE_MS].map((atMs) => new Date(atMs).toISOString());
    return { startTime, endTime, numBytes: at };
  });
  return { id: text, txid: text, sessions };
}

function toAggregate(platform: Platform, asked: readonly string[]): object {
  const text = toText(platform);
  const count = asked.length === 0 ? platform.accountDevices : platform.uninvited;
  const others = Array.from({ length: count }, (_, at) => `36${String(at).padStart(13, '0')}`);
  const devices = [...asked, ...others];
  const refused = Math.round(devices.length * platform.refused);
  const error = { errorCode: text, errorMessage: text, httpStatusCode: text, detailErrorMessage: text };
  return {
    txid: text,
    usage: devices
      .slice(refused)
      .map((imei, at) => ({ imei, numberOfSessions: at % 50, bytesTransferred: at * 7_919 })),
    errors: devices.slice(0, refused).map((imei) => ({ imei, errorMessage: text, errorResponse: error })),
  };
}

function toListeners(platform: Platform): object[] {
  const text = toText(platform);
  return Array.from({ length: platform.listeners }, () => ({
    aname: text,
    name: text,
    url: `https://example.com/${text}`,
  }));
}
