import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import {
  answerWith,
  startRecordingPlatform,
  type RecordedRequest,
  type RecordingPlatform,
  type Respond,
} from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type World, type WorldOptions } from '../support/world/world.ts';

const REPORT = { id: '1', txid: 'a-txid', sessions: [] };
/** Longer than any test, so a limit passes only when a test moves the clock. */
const LIMIT_MS = 60_000;
const LONG_MS = 10 * LIMIT_MS;
const leaveOpen: Respond = () => undefined;

describe('an upstream call', () => {
  let platform: RecordingPlatform;
  let world: World;

  beforeEach(async () => {
    platform = await startRecordingPlatform();
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const start = async (config: WorldOptions['config'], respond: Respond): Promise<void> => {
    platform.onRequest(PATHS.sessions, respond);
    world = await startWorld({ config: { baseUrl: platform.url, ...config } });
  };
  const ask = (durationLow = 0): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei: '709312034493372', durationLow } });
  const calls = (): RecordedRequest[] => platform.requestsTo(PATHS.sessions);
  /** Sends a query, and lets the limit pass once the condition holds. */
  const askUntilOver = async (when: () => boolean): Promise<Answer> => {
    const answer = ask();
    await eventually(when).toBe(true);
    world.clock.advance(LIMIT_MS - 1);
    expect(calls().map((call) => call.isBrokenOff())).toEqual([false]);
    world.clock.advance(1);
    return answer;
  };
  const expectBrokenOff = (count: number): Promise<void> =>
    eventually(() => calls().map((call) => call.isBrokenOff())).toEqual(Array(count).fill(true));
  const expectAnswerAfterwards = async (): Promise<void> => {
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask()).errors).toEqual([]);
  };

  test('times out and is cancelled if the response does not come in time', async () => {
    await start({ callTimeoutMs: LIMIT_MS, totalTimeoutMs: LONG_MS }, leaveOpen);
    const [error] = (await askUntilOver(() => calls().length === 1)).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    expect(error?.message).toMatch(/within 60 s\. Try again/);
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('times out if its body comes byte by byte', async () => {
    let bytes = 0;
    await start({ callTimeoutMs: LIMIT_MS, totalTimeoutMs: LONG_MS }, (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const drip = setInterval(() => {
        response.write(' ');
        bytes += 1;
      }, 1);
      response.on('close', () => clearInterval(drip));
    });
    expect((await askUntilOver(() => bytes >= 50)).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('says that no secure connection was made, if the platform takes the connection and does not encrypt it in time', async () => {
    const greeted: Socket[] = [];
    const silent = createServer((socket) => void socket.once('data', () => greeted.push(socket)));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const limits = { callTimeoutMs: LIMIT_MS, totalTimeoutMs: LONG_MS };
    world = await startWorld({ config: { baseUrl: `https://127.0.0.1:${port}`, ...limits } });
    const asking = ask();
    // The server has said hello, and waits for an answer.
    await eventually(() => greeted.length).toBe(1);
    world.clock.advance(LIMIT_MS);
    expect((await asking).errors).toMatchObject([
      {
        message: expect.stringMatching(/cannot make a secure connection.*operator of this server/) as string,
        extensions: { code: 'UPSTREAM_UNAVAILABLE' },
      },
    ]);
    expect(world.logged.join()).toContain('"reason":"never-arrived","layer":"tls","systemCode":"ETIMEDOUT"');
    for (const socket of greeted) socket.destroy();
    silent.close();
  });

  test('times out at the total limit, too', async () => {
    await start({ callTimeoutMs: LONG_MS, totalTimeoutMs: LIMIT_MS }, leaveOpen);
    const { errors } = await askUntilOver(() => calls().length === 1);
    expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('waits for its turn within the total limit, but outside the limit of one call', async () => {
    const held = createHeldAnswers();
    const limits = { callTimeoutMs: LIMIT_MS, totalTimeoutMs: 3 * LIMIT_MS };
    await start({ concurrency: 1, ...limits }, held.hold(answerWith(REPORT)));
    const answers = [ask(0), ask(1), ask(2)];
    for (let turn = 0; turn < answers.length; turn += 1) {
      await eventually(() => held.count()).toBe(1);
      world.clock.advance(LIMIT_MS - 1);
      held.letOneGo();
    }
    for (const answer of await Promise.all(answers)) expect(answer.errors).toEqual([]);
  });

  test('times out and leaves the queue if its turn does not come in time', async () => {
    await start({ concurrency: 1, callTimeoutMs: LONG_MS, totalTimeoutMs: LIMIT_MS }, leaveOpen);
    const over: Answer[] = [];
    for (const at of [0, 1, 2, 3]) void ask(at).then((answer) => over.push(answer));
    await eventually(() => calls().length).toBe(1);
    await eventually(() => {
      world.clock.advance(LIMIT_MS);
      return over.length;
    }).toBe(4);
    for (const { errors } of over) expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    await expectAnswerAfterwards();
  });

  test('is cancelled at the size limit if the response never ends', async () => {
    await start({ maxResponseBytes: 100_000 }, (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        response.once('drain', pour);
      };
      pour();
    });
    const [error] = (await ask()).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(error?.message).toContain('UPSTREAM_MAX_ANSWER_BYTES');
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test.each([
    { bytes: 10_000, fits: true },
    { bytes: 10_001, fits: false },
  ])('with a limit of 10,000 bytes accepts a response of $bytes bytes: $fits', async ({ bytes, fits }) => {
    await start({ maxResponseBytes: 10_000 }, answerWith(JSON.stringify(REPORT).padEnd(bytes, ' ')));
    expect((await ask()).errors.map(({ extensions }) => extensions['code'])).toEqual(
      fits ? [] : ['UPSTREAM_UNAVAILABLE'],
    );
    expect(calls()).toHaveLength(1);
  });

  test.each([
    { what: 'sessions', mebibytes: 4 },
    { what: 'ten devices', mebibytes: 1 },
    { what: 'an account', mebibytes: 5 },
  ])('for $what accepts a response of $mebibytes MiB and not a larger one', async ({ what, mebibytes }) => {
    await start({ maxResponseBytes: 5 * 2 ** 20, batchWindowMs: 0 }, () => undefined);
    const path = what === 'sessions' ? PATHS.sessions : PATHS.aggregate;
    const body = JSON.stringify(what === 'sessions' ? REPORT : { txid: 'a-txid', usage: [] });
    const askFor = (day: string): Promise<Answer> => {
      if (what === 'sessions') return ask(Number(day));
      const devices = what === 'an account' ? 'allDevices: true' : 'imei: ["709312034493372"]';
      return world.query(`{ aggregatedReport(input: { ${devices}, dataPlan: "plan ${day}" }) { missing } }`);
    };
    for (const more of [0, 1]) {
      platform.onRequest(path, (response) =>
        response
          .writeHead(200, { 'Content-Type': 'application/json' })
          .end(body.padEnd(mebibytes * 2 ** 20 + more, ' ')),
      );
      const { errors } = await askFor(`1${more}`);
      expect([more, errors.map(({ extensions }) => extensions['code'])]).toEqual([
        more,
        more === 0 ? [] : ['UPSTREAM_UNAVAILABLE'],
      ]);
    }
  });

  test.each([
    ['nested lists', '['.repeat(8_000_000) + ']'.repeat(8_000_000)],
    ['millions of objects', `{"id":"1","txid":"t","x":[${'{},'.repeat(1_000_000)}{}]}`],
    ['thousands of names', `{"id":"1","x":{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(',')}}}`],
  ])('is cancelled, and not retried, if its response has %s', async (_, body) => {
    // An operation may read all of it.
    await start({ maxUpstreamBytes: 2 ** 25 }, (response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body),
    );
    const [error] = (await ask()).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(error?.message).toContain('more values, levels or names');
    expect(calls()).toHaveLength(1);
    await expectAnswerAfterwards();
  });

  test('reads only the first 64 KiB of an error body, and the status all the same', async () => {
    const said = '{"errorCode":"INVALID_PARAMETER","errorMessage":"No."}';
    const fault = (text: string) => `<am:fault><am:code>900</am:code><am:message>${text}</am:message></am:fault>`;
    const bodies = [
      { body: said.padEnd(65_536, ' '), code: 'INVALID_PARAMETER' },
      { body: `{"x":"${'x'.repeat(65_536)}",${said.slice(1)}`, code: null },
      { body: fault('&amp;'.repeat(3_000_000)), code: '900' },
    ];
    await start({ retries: 0, breakerFailures: 0 }, () => undefined);
    for (const [at, { body, code }] of bodies.entries()) {
      platform.onRequest(PATHS.sessions, (response) => response.writeHead(400).end(body));
      const [error] = (await ask(at)).errors;
      expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_BAD_REQUEST', upstream: { status: 400, code } });
    }
    await expectAnswerAfterwards();
  });

  test('limits the uncompressed size of a compressed response', async () => {
    const packed = gzipSync(JSON.stringify({ ...REPORT, filler: 'x'.repeat(5_000_000) }));
    expect(packed.length).toBeLessThan(100_000);
    await start({ maxResponseBytes: 100_000 }, (response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(packed),
    );
    expect((await ask()).errors[0]?.message).toContain('UPSTREAM_MAX_ANSWER_BYTES');
    expect(calls()).toHaveLength(1);
  });

  test('is retried, then fails, if a compressed response is not valid', async () => {
    await start({ retries: 1 }, (response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'deflate' }).end('no archive'),
    );
    expect((await ask()).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(calls()).toHaveLength(2);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('does not follow a redirect', async () => {
    await start({ retries: 0 }, (response) => response.writeHead(302, { Location: `${platform.url}/elsewhere` }).end());
    expect((await ask()).errors[0]?.extensions).toMatchObject({ upstream: { status: 302 } });
    expect(platform.requestsTo('/elsewhere')).toEqual([]);
  });
});
