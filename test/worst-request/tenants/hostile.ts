// A process of its own: a tenant that does everything at once that the server has to bound, from `start` until it is killed.
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { createComposer } from '../compose/compose.ts';
import { createClient } from '../world/client.ts';
import type { HostileStart } from './hostile-start.ts';

const LOOPS = 20;
const SUBSCRIPTIONS = 100;
const SLOW_BODIES = 50;
/** Between two requests of a loop, if the server refused the first at once. */
const PAUSE_MS = 20;
/** Composed before it starts, because composing takes CPU time that the server and the others need. */
const REQUESTS = 400;

const start = JSON.parse(process.env['HOSTILE_START'] ?? '') as HostileStart;
const compose = createComposer(
  buildSchema(await readFile(start.schemaPath, 'utf8'), { assumeValidSDL: true }),
  start.stored,
  start.seed,
  start.account,
);
const requests = Array.from({ length: REQUESTS }, (_, number) => {
  const { query, variables, headers } = compose(number);
  return { body: Buffer.from(JSON.stringify({ query, variables })), headers };
});
const client = createClient(() => start.url, start.token);
const codes = new Map<string, number>();

async function loop(first: number): Promise<never> {
  for (let number = first; ; number += LOOPS) {
    const { body, headers } = requests[number % REQUESTS] as (typeof requests)[number];
    const code = await client.sendJson(body, headers).then(
      ({ status, text }) => `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'data'}`,
      () => 'no answer',
    );
    codes.set(code, (codes.get(code) ?? 0) + 1);
    await wait(PAUSE_MS);
  }
}

/** Follows the largest report, with as many rows as a page may have. */
function subscribe(at: number): void {
  const query = `subscription S${at} { aggregatedReportProgress(txid: "${start.stored.txids[2] ?? ''}") { usage(first: 1000) { nodes { imei bytesTransferred } } missing(first: 1000) { nodes { imei } } } }`;
  const headers = {
    Accept: 'text/event-stream',
    'Content-Type': 'application/json',
    Authorization: `Bearer ${start.token}`,
  };
  const request = httpRequest(start.url, { method: 'POST', headers, agent: false }, (response) => response.resume());
  request.on('error', () => undefined);
  request.end(JSON.stringify({ query }));
}

/** Sends a body that never ends, byte by byte. */
function sendSlowly(): void {
  const { hostname, port, pathname } = new URL(start.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${start.token}\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n`,
  );
  const timer = setInterval(() => socket.write(' '), 1_000);
  socket.on('close', () => clearInterval(timer));
  socket.resume();
}

function startAll(): void {
  for (let at = 0; at < SUBSCRIPTIONS; at += 1) subscribe(at);
  for (let at = 0; at < SLOW_BODIES; at += 1) sendSlowly();
  for (let at = 0; at < LOOPS; at += 1) void loop(at);
}

process.on('message', (request: 'start' | 'report') => {
  if (request === 'start') startAll();
  else process.send?.([...codes]);
});
process.send?.('ready');
