import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from './support/admin.ts';
import { eventually } from './support/eventually.ts';
import { SessionsReportDocument } from './support/graphql/graphql.ts';
import {
  answerWith,
  startRecordingPlatform,
  type RecordedRequest,
  type RecordingPlatform,
  type Respond,
} from './support/recording-platform.ts';
import { startWorld, type Answer, type World, type WorldOptions } from './support/world.ts';

const REPORT = { id: '1', txid: 'a-txid', sessions: [] };
const leaveOpen: Respond = () => undefined;

describe('the limits of an upstream call', () => {
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
  const expectBrokenOff = (count: number): Promise<void> =>
    eventually(() => calls().map((call) => call.isBrokenOff())).toEqual(Array(count).fill(true));
  const expectAnswerAfterwards = async (): Promise<void> => {
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask()).errors).toEqual([]);
  };

  test('an answer that does not come in time is a timeout, and the call is broken off', async () => {
    await start({ callTimeoutMs: 1_000 }, leaveOpen);
    const [error] = (await ask()).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    expect(error?.message).toMatch(/within 1 s\. Try again/);
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('a body that comes byte by byte is inside the time limit', async () => {
    await start({ callTimeoutMs: 1_000 }, (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    expect((await ask()).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('the whole of it has a limit too, renewals and all', async () => {
    await start({ callTimeoutMs: 60_000, totalTimeoutMs: 1_000 }, leaveOpen);
    expect((await ask()).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    await expectBrokenOff(1);
    await expectAnswerAfterwards();
  });

  test('waiting for a turn is inside the limit of the whole, and outside that of the call', async () => {
    const held: (() => void)[] = [];
    await start({ concurrency: 1, callTimeoutMs: 15_000, totalTimeoutMs: 19_000 }, (response, request) => {
      held.push(() => answerWith(REPORT)(response, request));
    });
    const answers = [ask(0), ask(1), ask(2)];
    for (let turn = 0; turn < answers.length; turn += 1) {
      await eventually(() => held.length).toBe(turn + 1);
      held[turn]?.();
    }
    for (const answer of await Promise.all(answers)) expect(answer.errors).toEqual([]);
  });

  test('a call whose turn does not come in time is a timeout, and leaves the queue', async () => {
    await start({ concurrency: 1, callTimeoutMs: 60_000, totalTimeoutMs: 1_500 }, leaveOpen);
    const first = ask(0);
    await eventually(() => calls().length).toBe(1);
    const others = [ask(1), ask(2), ask(3)];
    expect((await first).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    for (const { errors } of await Promise.all(others)) {
      expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    }
    await expectAnswerAfterwards();
  });

  test('an answer without an end is capped, and broken off', async () => {
    await start({ maxAnswerBytes: 100_000 }, (response) => {
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
  ])('of 10,000 bytes allowed, an answer of $bytes fits: $fits', async ({ bytes, fits }) => {
    await start({ maxAnswerBytes: 10_000 }, answerWith(JSON.stringify(REPORT).padEnd(bytes, ' ')));
    expect((await ask()).errors.map(({ extensions }) => extensions['code'])).toEqual(
      fits ? [] : ['UPSTREAM_UNAVAILABLE'],
    );
    expect(calls()).toHaveLength(1);
  });

  test('the cap is on what a compressed answer unpacks to', async () => {
    const packed = gzipSync(JSON.stringify({ ...REPORT, filler: 'x'.repeat(5_000_000) }));
    expect(packed.length).toBeLessThan(100_000);
    await start({ maxAnswerBytes: 100_000 }, (response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(packed),
    );
    expect((await ask()).errors[0]?.message).toContain('UPSTREAM_MAX_ANSWER_BYTES');
    expect(calls()).toHaveLength(1);
  });

  test('a compressed answer that is no archive is an answer that cannot be read', async () => {
    await start({ retries: 1 }, (response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'deflate' }).end('no archive'),
    );
    expect((await ask()).errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(calls()).toHaveLength(2);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('a redirect is not followed', async () => {
    await start({ retries: 0 }, (response) => response.writeHead(302, { Location: `${platform.url}/elsewhere` }).end());
    expect((await ask()).errors[0]?.extensions).toMatchObject({ upstream: { status: 302 } });
    expect(platform.requestsTo('/elsewhere')).toEqual([]);
  });
});
