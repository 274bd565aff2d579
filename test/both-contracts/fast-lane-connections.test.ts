import { readFile, readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers, type HeldAnswers } from '../support/fakes/held-responses.ts';
import { askImpatiently } from '../support/fakes/impatient-client.ts';
import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordingPlatform,
} from '../support/fakes/recording-platform.ts';
import { toImeis } from '../support/store/messages.ts';
import { startWorld, type World } from '../support/world/world.ts';

const QUERY = 'query ($imei: IMEI!) { device(imei: $imei) { imei usage { bytesTransferred } } }';
const [IMEI = '', ...OTHERS] = toImeis(40);
const OPERATIONS = new URL('../../schema/operations/', import.meta.url);

describe('a connection to the server', () => {
  let platform: RecordingPlatform;
  let world: World;
  let held: HeldAnswers;
  let sockets: Socket[];
  let isHeld: boolean;

  beforeEach(async () => {
    held = createHeldAnswers();
    sockets = [];
    isHeld = false;
    platform = await startRecordingPlatform();
    const usage = answerWithUsage((imei) => ({ numberOfSessions: 1, bytesTransferred: Number(imei.slice(-2)) }));
    platform.onRequest(PATHS.aggregate, (response, request) => (isHeld ? held.hold(usage) : usage)(response, request));
    platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a' })));
    world = await startWorld({
      config: {
        baseUrl: platform.url,
        batchWindowMs: 0,
        retries: 0,
        reportCost: false,
        concurrency: 100,
        // So long that a call is cancelled by its client or not at all.
        callTimeoutMs: 600_000,
        totalTimeoutMs: 600_000,
      },
    });
  });
  afterEach(async () => {
    sockets.forEach((socket) => socket.destroy());
    await world.close();
    await platform.close();
  });

  /** A new connection, and what it has received so far. */
  const open = (): { socket: Socket; received: () => string } => {
    let text = '';
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    sockets.push(socket);
    return { socket, received: () => text };
  };
  const toRequest = (imei: string, query = QUERY): string => {
    const body = JSON.stringify({ query, variables: { imei } });
    const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    return `${[...head, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`;
  };
  const toAnswer = (imei: string): string =>
    JSON.stringify({ data: { device: { imei, usage: { bytesTransferred: Number(imei.slice(-2)) } } } });
  const answersIn = (text: string): string[] => text.match(/\{"data".*?\}\}\}\}/g) ?? [];
  const prepareOperation = async (): Promise<void> => {
    const { errors } = await world.query(QUERY, { imei: IMEI });
    expect(errors).toEqual([]);
  };

  test('that is dropped during a prepared operation cancels the upstream call', async () => {
    await prepareOperation();
    isHeld = true;
    const client = askImpatiently(world.url, parse(QUERY), { imei: IMEI });
    await eventually(() => held.count()).toBe(1);
    client.abort();
    await eventually(() => platform.requestsTo(PATHS.aggregate).map((request) => request.isBrokenOff())).toEqual([
      false,
      true,
    ]);
    isHeld = false;
    await prepareOperation();
  });

  test('that is dropped cancels the calls of all its pipelined requests, the first time and later', async () => {
    const query = 'query ($imei: IMEI!) { device(imei: $imei) { sessionsReport { txid } } }';
    for (const times of [1, 2]) {
      const { socket } = open();
      socket.write(
        OTHERS.slice(0, 5)
          .map((imei) => toRequest(imei, query))
          .join(''),
      );
      await eventually(() => platform.requestsTo(PATHS.sessions).length).toBe(5 * times);
      socket.destroy();
      await eventually(() => platform.brokenOffTo(PATHS.sessions)).toBe(5 * times);
    }
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('that is dropped in the middle of a body starts no operation', async () => {
    await prepareOperation();
    const { socket } = open();
    const text = toRequest(IMEI);
    socket.write(text.slice(0, text.length - 10));
    await prepareOperation();
    socket.destroy();
    await prepareOperation();
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(3);
  });

  test('carries many requests in turn, and answers pipelined requests in their order', async () => {
    await prepareOperation();
    const { socket, received } = open();
    for (const [at, imei] of OTHERS.slice(0, 3).entries()) {
      socket.write(toRequest(imei));
      await eventually(() => answersIn(received())).toHaveLength(at + 1);
    }
    socket.write(
      OTHERS.slice(3)
        .map((imei) => toRequest(imei))
        .join(''),
    );
    await eventually(() => answersIn(received())).toHaveLength(OTHERS.length);
    expect(answersIn(received())).toEqual(OTHERS.map(toAnswer));
  });

  test('accepts a request byte by byte', async () => {
    await prepareOperation();
    const { socket, received } = open();
    for (const byte of toRequest(IMEI)) socket.write(byte);
    await eventually(() => answersIn(received())).toEqual([toAnswer(IMEI)]);
  });

  test.each([
    ['something other than HTTP', 'hello\r\n\r\n'],
    ['an invalid length', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n'],
    ['two lengths', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a chunk with an invalid size',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    ],
    ['endless headers', `POST /graphql HTTP/1.1\r\nHost: localhost\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`],
  ])('that sends %s is rejected, and affects no other client', async (_, text) => {
    const { socket, received } = open();
    socket.write(text);
    await eventually(received).toMatch(/^HTTP\/1\.1 4\d\d /);
    await prepareOperation();
  });

  test('gets the same response to each sample operation the first time and later', async () => {
    // Each upload has an id of its own.
    const names = (await readdir(OPERATIONS)).filter((name) => !/progress|upload/.test(name));
    const window = { startDate: '2026-11-01', endDate: '2026-11-10' };
    const inputs: Record<string, unknown> = {
      'account-usage.graphql': { input: { imei: [], allDevices: true, ...window }, first: 3 },
      'aggregated-report.graphql': { input: { imei: OTHERS.slice(0, 3), ...window } },
      'aggregated-report-request.graphql': { txid: 'none', first: 1 },
      'devices.graphql': { imei: OTHERS.slice(0, 1), ...window },
      'request-aggregated-report.graphql': { input: { imei: OTHERS, ...window } },
      'sessions-report.graphql': { input: { imei: IMEI, ...window } },
    };
    platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'the-txid', sessions: [] }));
    let txids = 0;
    platform.onRequest(PATHS.async, (response, request) => {
      answerWith({ txid: `txid-${(txids += 1)}`, status: 'QUEUED' })(response, request);
    });
    for (const name of names) {
      const query = await readFile(new URL(name, OPERATIONS), 'utf8');
      const body = JSON.stringify({ query, variables: inputs[name] ?? {} });
      const answers: unknown[] = [];
      for (let times = 0; times < 3; times += 1) {
        const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
        const response = await fetch(world.url, init);
        answers.push([name, response.status, response.headers.get('content-type'), await readWithoutTxids(response)]);
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
  });
});

/** The platform gives each request a transaction of its own. */
async function readWithoutTxids(response: Response): Promise<string> {
  return (await response.text()).replaceAll(/txid-\d+/g, 'the-txid');
}
