import type { Stored } from '../compose/composition.ts';
import type { Platform } from '../compose/platform.ts';
import type { Tenant } from './tenants.ts';
import { sendPatiently } from './client.ts';
import { createAnswers } from './platform-answers.ts';
import type { PlatformServer } from './platform-server.ts';

const ROUNDS = 15;

const PLATFORM: Platform = {
  sessions: 1_000,
  accountDevices: 3_000,
  refused: 0.2,
  textLength: 36,
  isEscaped: false,
  uninvited: 0,
  listeners: 2,
};

/** Lets V8 compile what every server that has run for a minute has compiled. A new server costs several times as much. */
export async function warmUp({ client, account }: Tenant, platform: PlatformServer, { txids }: Stored): Promise<void> {
  platform.behave(account, { answers: createAnswers(PLATFORM), latencyMs: 0, fails: false });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const query of toQueries(round, account, txids[0])) {
      const { text } = await sendPatiently(client, { query });
      if (text.startsWith('{"errors"')) throw new Error(`The server cannot be warmed up: ${text.slice(0, 500)}`);
    }
  }
}

function toQueries(round: number, accountNumber: string, txid: string): string[] {
  const account = `accountNumber: "${accountNumber}"`;
  const imei = `35${String(round).padStart(13, '0')}`;
  const usage = 'imei numberOfSessions bytesTransferred device { imei accountNumber }';
  const errors = 'imei errorMessage errorResponse { errorCode errorMessage httpStatusCode detailErrorMessage }';
  const totals = 'totals { devices bytesTransferred numberOfSessions bytesPercentiles(p: [1, 50, 99]) }';
  return [
    `{ a: aggregatedReport(input: { ${account}, imei: [], allDevices: true, dataPlan: "${round}" }) { usage(orderBy: BYTES_DESC) { ${usage} } errors { ${errors} } ${totals} } }`,
    `{ a: sessionsReport(input: { ${account}, imei: "${imei}" }) { totals { numBytes } daily(timeZone: "Europe/Berlin") { date numBytes } sessions { startTime endTime numBytes durationSeconds } } }`,
    `{ a: devices(${account}, imei: ["${imei}"]) { usage { bytesTransferred } sessionsReport { totals { numberOfSessions } } } }`,
    `{ a: aggregatedReportRequest(${account}, txid: "${txid}") { usage(first: 1000, orderBy: BYTES_DESC) { nodes { ${usage} } } ${totals} errors { nodes { ${errors} } } missing { nodes { imei } } } }`,
    `{ a: aggregatedReportRequests(${account}, first: 20) { nodes { txid status usage(first: 2) { totalCount edges { cursor node { imei } } } } } }`,
    `{ a: callbackListeners(${account}) { name url } }`,
  ];
}
