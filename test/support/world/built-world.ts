import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordingPlatform,
} from '../fakes/recording-platform.ts';
import { PATHS } from './admin.ts';

const CALLBACK_SECRET = 'a-secret-of-the-callback-path';
const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-18' };

/** What a built server in production needs besides a platform and a store. */
export const ENVIRONMENT = {
  HOST: '127.0.0.1',
  NODE_ENV: 'production',
  ALLOWED_HOSTS: '*',
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
  THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
  CALLBACK_SECRET,
  SHUTDOWN_DELAY_SECONDS: '0',
};

/** Bytes of a device, the same for every caller. */
export function bytesOf(imei: string): number {
  return Number(imei) % 1_000_003;
}

/** A platform that accepts every report and knows every device. It posts nothing. */
export async function startAcceptingPlatform(): Promise<RecordingPlatform> {
  const platform = await startRecordingPlatform();
  let txids = 0;
  platform.onRequest(PATHS.async, (response, request) => {
    txids += 1;
    answerWith({ txid: `txid-${txids}`, status: 'QUEUED' })(response, request);
  });
  platform.onRequest(
    PATHS.aggregate,
    answerWithUsage((imei) => ({ numberOfSessions: 1, bytesTransferred: bytesOf(imei) })),
  );
  return platform;
}

/** A caller of a built server, and the platform's messages to it. */
export interface BuiltClient {
  /** Rejects if the response has errors. */
  query(query: string, variables?: object): Promise<unknown>;
  /** Starts a report and returns its txid. */
  request(imei: readonly string[]): Promise<string>;
  /** Resolves with the usage of devices from 1 to 18 November 2026. */
  usage(imei: readonly string[]): Promise<unknown>;
  /** Posts the usage of a device, or any body, as the platform does. Resolves with the status. */
  post(txid: string, imei: string): Promise<number>;
  postBody(body: string): Promise<number>;
}

/** Creates a client of the server whose API has this address. */
export function createBuiltClient(api: string): BuiltClient {
  const callbacks = new URL(`/callbacks/device-reports/${CALLBACK_SECRET}`, api).href;
  const headers = { 'Content-Type': 'application/json' };
  const query: BuiltClient['query'] = async (text, variables = {}) => {
    const response = await fetch(api, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const postBody: BuiltClient['postBody'] = async (body) =>
    (await fetch(callbacks, { method: 'POST', headers, body })).status;
  return {
    query,
    postBody,
    async request(imei) {
      const text =
        'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
      const data = (await query(text, { input: { imei, ...WINDOW } })) as { requestAggregatedReport: { txid: string } };
      return data.requestAggregatedReport.txid;
    },
    async usage(imei) {
      const text =
        'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage { imei bytesTransferred } errors { imei } } }';
      const data = (await query(text, { input: { imei, ...WINDOW } })) as { aggregatedReport: { usage: unknown } };
      return data.aggregatedReport.usage;
    },
    post: (txid, imei) =>
      postBody(JSON.stringify({ txid, usage: [{ imei, numberOfSessions: 1, bytesTransferred: bytesOf(imei) }] })),
  };
}
