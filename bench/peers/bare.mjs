import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { announce, portOf } from '../announce.mjs';
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

/** @param {string} body */
async function execute(body) {
  const { input } = JSON.parse(body).variables;
  return Array.isArray(input.imei)
    ? { aggregatedReport: await aggregatedReport(input) }
    : { sessionsReport: await sessionsReport(input) };
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', async () => {
    let status = 200;
    let text;
    try {
      text = JSON.stringify({ data: await execute(body) });
    } catch (error) {
      status = 500;
      text = JSON.stringify({ errors: [{ message: String(error) }] });
    }
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
