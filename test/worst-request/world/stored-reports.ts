import { request as httpRequest } from 'node:http';
import type { Stored } from '../compose/composition.ts';
import { sendPatiently } from './client.ts';
import type { Tenant } from './tenants.ts';

/** One report with usage of 10,000 devices, one with as many errors, one without results, and many small ones. */
const LARGE = 10_000;
const SMALL = 225;
/** A message has at most 4 MiB. */
const MESSAGE_DEVICES = 2_000;
const MESSAGE = 'The device did not answer within the time that the platform allows for it. '.repeat(4);

/** Requests reports and posts their callback messages. */
export async function storeReports({ client, account }: Tenant, callbackUrl: string): Promise<Stored> {
  const imeis = (count: number): string[] => Array.from({ length: count }, (_, at) => String(350_000_000_000_000 + at));
  const request = async (imei: readonly string[]): Promise<string> => {
    const query = `mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }`;
    const { text } = await sendPatiently(client, { query, variables: { input: { imei, accountNumber: account } } });
    const txid = /"txid":"([^"]+)"/.exec(text)?.[1];
    if (txid === undefined) throw new Error(`The report was not accepted: ${text}`);
    return txid;
  };
  const largeUsage = await request(imeis(LARGE));
  await post(callbackUrl, {
    txid: largeUsage,
    usage: imeis(LARGE).map((imei, at) => ({ imei, numberOfSessions: at % 50, bytesTransferred: at * 7_919 })),
  });
  const largeErrors = await request(imeis(LARGE));
  for (let from = 0; from < LARGE; from += MESSAGE_DEVICES) {
    const errors = imeis(LARGE)
      .slice(from, from + MESSAGE_DEVICES)
      .map((imei) => ({
        imei,
        errorMessage: MESSAGE,
        errorResponse: { errorCode: 'DEVICE_NOT_FOUND', errorMessage: MESSAGE },
      }));
    await post(callbackUrl, { txid: largeErrors, errors });
  }
  const pending = await request(imeis(LARGE));
  const small: string[] = [];
  for (let count = 0; count < SMALL; count += 1) {
    const txid = await request(imeis(3));
    await post(callbackUrl, {
      txid,
      usage: imeis(2).map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 10 })),
    });
    small.push(txid);
  }
  return { txids: [largeUsage, largeErrors, pending, ...small] };
}

/** Posts a callback message. Rejects unless it was stored. */
export function post(url: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) response.once('end', resolve);
      else reject(new Error(`The message was answered ${String(response.statusCode)}.`));
    });
    request.once('error', reject);
    request.end(text);
  });
}
