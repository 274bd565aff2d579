import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { PATHS } from '../../support/world/admin.ts';
import type { PlatformAnswers } from './platform-answers.ts';

/** How the platform treats the report calls of an account. */
export interface Behaviour {
  readonly answers: PlatformAnswers;
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

export async function startPlatformServer(): Promise<PlatformServer> {
  const behaviours = new Map<string, Behaviour>();
  const counts = new Map<string, number>();
  let txids = 0;

  /** Resolves with the body; null for a 503. */
  const respond = async (path: string, body: string): Promise<string | Buffer | null> => {
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
    const { answers } = behaviour;
    if (path === PATHS.sessions) return answers.sessions();
    if (path !== PATHS.aggregate) return answers.listeners();
    return sent.imei === undefined || sent.imei.length === 0 ? answers.wholeAccount() : answers.devices(sent.imei);
  };
  const server = createServer((request, response) => {
    void readText(request).then(async (body) => {
      const [path = '', query = ''] = (request.url ?? '').replace(/^\/api/, '').split('?');
      const answer = await respond(
        path,
        body === '' ? JSON.stringify(Object.fromEntries(new URLSearchParams(query))) : body,
      );
      response.writeHead(answer === null ? 503 : 200, { 'Content-Type': 'application/json' }).end(answer ?? '{}');
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
