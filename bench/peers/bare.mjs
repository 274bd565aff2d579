import { serveJson } from './json-server.mjs';
import { createPlatform } from './platform.mjs';

const devicesPerCall = 10;
const platform = createPlatform(process.env.UPSTREAM_URL ?? '');

/** @param {{ imei: string[], startDate: string, endDate: string }} input */
async function aggregatedReport(input) {
  const calls = [];
  for (let at = 0; at === 0 || at < input.imei.length; at += devicesPerCall) {
    calls.push(platform.usage(input, input.imei.slice(at, at + devicesPerCall)));
  }
  /** @type {any[]} */
  const usage = (await Promise.all(calls)).flat();
  return {
    usage: usage.map(({ imei, numberOfSessions, bytesTransferred }) => ({ imei, numberOfSessions, bytesTransferred })),
  };
}

/** @param {{ imei: string, startDate: string, endDate: string }} input */
async function sessionsReport(input) {
  const { id, txid, sessions } = await platform.sessions(input);
  return {
    deviceId: id,
    txid,
    sessions: sessions.map((/** @type {any} */ { startTime, endTime, numBytes }) => ({ startTime, endTime, numBytes })),
  };
}

serveJson(async (input) =>
  Array.isArray(input.imei)
    ? { aggregatedReport: await aggregatedReport(input) }
    : { sessionsReport: await sessionsReport(input) },
);
