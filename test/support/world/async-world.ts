import { request as httpRequest } from 'node:http';
import { isAccountNumber } from '../../../src/domain/account.ts';
import { PATHS } from './admin.ts';
import { AggregatedReportRequestDocument, RequestAggregatedReportDocument } from '../graphql/graphql.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../fakes/recording-platform.ts';
import type { Settings } from './settings.ts';
import { startWorld, type Answer, type World, type WorldOptions } from './world.ts';

export const ACCOUNT = '0844021539-00001';
export const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-18' };

export interface PostAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface PostOptions {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

/** A server whose platform accepts every report request and posts nothing. The test posts the messages. */
export interface AsyncWorld {
  readonly world: World;
  readonly platform: RecordingPlatform;
  /** The PostgreSQL that stores the reports; null for SQLite. */
  readonly databaseUrl: string | null;
  post(body: unknown, options?: PostOptions): Promise<PostAnswer>;
  /** Starts a report and returns its txid. */
  request(imei: readonly string[], input?: Record<string, unknown>): Promise<string>;
  find(txid: string, variables?: Record<string, unknown>): ReturnType<typeof findReport>;
  close(): Promise<void>;
}

export interface AsyncWorldOptions extends Omit<WorldOptions, 'config'> {
  readonly config?: Settings;
  /** Another world whose platform this one shares. */
  readonly platformOf?: AsyncWorld;
}

/** IMEIs that differ in their last digits. */
export function imeisOf(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => String(350_000_000_000_000 + from + at));
}

/** The callback message with one device's usage. */
export function usageOf(txid: string, imei: string, bytesTransferred = 1_000, numberOfSessions = 1): object {
  return { txid, usage: [{ imei, numberOfSessions, bytesTransferred }] };
}

export async function startAsyncWorld({ config, platformOf, ...options }: AsyncWorldOptions = {}): Promise<AsyncWorld> {
  const platform = platformOf?.platform ?? (await startRecordingPlatform());
  if (platformOf === undefined) acceptAll(platform);
  const world = await startWorld({
    ...options,
    config: { baseUrl: platform.url, accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null, ...config },
  });
  // If PUBLIC_URL is set, the registered address begins with it.
  const path = world.callbackUrl.slice(world.callbackUrl.indexOf('/callbacks/'));
  const localUrl = `${new URL(world.url).origin}${path}`;
  return {
    world,
    platform,
    databaseUrl: config?.databaseUrl ?? null,
    post: (body, post = {}) => send(post.url ?? localUrl, body, post),
    async request(imei, input = {}) {
      const answer = await world.query(RequestAggregatedReportDocument, {
        input: { imei: [...imei], ...WINDOW, ...input },
      });
      const txid = answer.data?.requestAggregatedReport?.txid;
      if (txid === undefined) throw new Error(JSON.stringify(answer.errors));
      return txid;
    },
    find: (txid, variables) => findReport(world, txid, variables),
    async close() {
      await world.close();
      if (platformOf === undefined) await platform.close();
    },
  };
}

async function findReport(world: World, txid: string, variables: Record<string, unknown> = {}) {
  const answer = await world.query(AggregatedReportRequestDocument, { txid, ...variables });
  if (answer.errors[0]?.extensions['code'] === 'NOT_FOUND') return null;
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.aggregatedReportRequest ?? null;
}

/** The codes of the errors in a response. */
export function codesOf(answer: Answer<unknown>): unknown[] {
  return answer.errors.map(({ extensions }) => extensions['code']);
}

function acceptAll(platform: RecordingPlatform): void {
  let txids = 0;
  platform.onRequest(PATHS.async, (response, request) => {
    txids += 1;
    answerWith({ txid: `txid-${txids}`, status: 'QUEUED' })(response, request);
  });
  platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, answerWith([]));
}

/** Without fetch, which would not send every method, header and body unchanged. */
function send(url: string, body: unknown, { method = 'POST', headers = {} }: PostOptions): Promise<PostAnswer> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = { 'Content-Type': 'application/json', ...headers };
    const request = httpRequest(url, { method, headers: sent, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        });
        request.destroy();
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}
