import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { PATHS } from '../../support/world/admin.ts';
import { toText, type Platform } from '../compose/platform.ts';

/** How the platform treats the report calls of an account. */
export interface Behaviour {
  readonly answers: Platform;
  readonly latencyMs: number;
  /** Whether it answers 503. */
  readonly fails: boolean;
}

/** A platform that accepts every sign-in, and answers the report calls of each account as it is told. */
export interface PlatformServer {
  readonly url: string;
  /** Sets how it treats an account from now on, and counts its calls from zero. */
  behave(account: string, behaviour: Behaviour): void;
  /** The report calls of an account since its last `behave`. */
  calls(account: string): number;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

export async function startPlatformServer(): Promise<PlatformServer> {
  const behaviours = new Map<string, Behaviour>();
  const counts = new Map<string, number>();
  let txids = 0;

  /** Resolves with the body; null for a 503. */
  const respond = async (path: string, body: string): Promise<string | null> => {
    if (path === PATHS.token) {
      return JSON.stringify({ access_token: 'a-bearer-token', token_type: 'Bearer', expires_in: 3_600 });
    }
    if (path === PATHS.login) return JSON.stringify({ sessionToken: 'a-session-token' });
    const sent = body === '' ? {} : (JSON.parse(body) as { accountNumber?: string; imei?: string[] });
    const account = sent.accountNumber ?? '';
    const behaviour = behaviours.get(account);
    counts.set(account, (counts.get(account) ?? 0) + 1);
    if (behaviour !== undefined) await wait(behaviour.latencyMs);
    if (behaviour?.fails === true) return null;
    if (behaviour === undefined || path === PATHS.async) {
      return JSON.stringify({ txid: `txid-${(txids += 1)}`, status: 'QUEUED' });
    }
    if (path === PATHS.sessions) return toSessions(behaviour.answers);
    return path === PATHS.aggregate
      ? toAggregate(behaviour.answers, sent.imei ?? [])
      : JSON.stringify(toListeners(behaviour.answers));
  };
  const server = createServer((request, response) => {
    void readText(request).then(async (body) => {
      const [path = '', query = ''] = (request.url ?? '').replace(/^\/api/, '').split('?');
      const text = await respond(
        path,
        body === '' ? JSON.stringify(Object.fromEntries(new URLSearchParams(query))) : body,
      );
      response.writeHead(text === null ? 503 : 200, { 'Content-Type': 'application/json' }).end(text ?? '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    behave(account, behaviour) {
      behaviours.set(account, behaviour);
      counts.set(account, 0);
    },
    calls: (account) => counts.get(account) ?? 0,
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

/** Remembers the last text: a composition asks for the same large one many times. */
function rememberLast(write: (platform: Platform) => string): (platform: Platform) => string {
  let last: { readonly platform: Platform; readonly text: string } | null = null;
  return (platform) => {
    if (last?.platform !== platform) last = { platform, text: write(platform) };
    return last.text;
  };
}

const toSessions = rememberLast((platform) => {
  const text = toText(platform);
  const lastMs = Date.now() - 3_600_000;
  const sessions = Array.from({ length: platform.sessions }, (_, at) => {
    const startMs = lastMs - (platform.sessions - at) * 10 * MINUTE_MS;
    const [startTime, endTime] = [startMs, startMs + 5 * MINUTE_MS].map((atMs) => new Date(atMs).toISOString());
    return { startTime, endTime, numBytes: at };
  });
  return JSON.stringify({ id: text, txid: text, sessions });
});

function toAggregate(platform: Platform, asked: readonly string[]): string {
  return asked.length === 0 ? toWholeAccount(platform) : toUsage(platform, asked, platform.uninvited);
}

const toWholeAccount = rememberLast((platform) => toUsage(platform, [], platform.accountDevices));

function toUsage(platform: Platform, asked: readonly string[], others: number): string {
  const text = toText(platform);
  const uninvited = Array.from({ length: others }, (_, at) => `36${String(at).padStart(13, '0')}`);
  const devices = [...asked, ...uninvited];
  const refused = Math.round(devices.length * platform.refused);
  const error = { errorCode: text, errorMessage: text, httpStatusCode: text, detailErrorMessage: text };
  return JSON.stringify({
    txid: text,
    usage: devices
      .slice(refused)
      .map((imei, at) => ({ imei, numberOfSessions: at % 50, bytesTransferred: at * 7_919 })),
    // No answer is much longer than the server reads.
    errors: devices
      .slice(0, Math.min(refused, Math.ceil(MAX_ANSWER_CHARACTERS / (5 * text.length))))
      .map((imei) => ({ imei, errorMessage: text, errorResponse: error })),
  });
}

const MAX_ANSWER_CHARACTERS = 24 * 2 ** 20;

function toListeners(platform: Platform): object[] {
  const text = toText(platform);
  const count = Math.min(platform.listeners, Math.ceil(MAX_ANSWER_CHARACTERS / (3 * text.length)));
  return Array.from({ length: count }, () => ({
    aname: text,
    name: text,
    url: `https://example.com/${text}`,
  }));
}
