import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { fc } from '../support/fast-check.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import { askImpatiently } from '../support/fakes/impatient-client.ts';
import { answerWith, startRecordingPlatform, type Respond } from '../support/fakes/recording-platform.ts';
import { toImeis } from '../support/store/messages.ts';
import { startWorld, type Answer } from '../support/world/world.ts';

/** Too few for a full call, so all of them wait until the window closes. */
const POOL = toImeis(9);
const ACCOUNTS = ['0844021539-00001', '0844021539-00002'];
const WINDOW_MS = 120_000;

/** The sessions are requested in the same tick as the usage: once their call arrives, the usage waits in the window. */
const QUERY = `query ($account: AccountNumber, $imei: [IMEI!]!, $marker: Int!) {
  aggregatedReport(input: { accountNumber: $account, imei: $imei }) {
    usage { imei bytesTransferred }
    errors { imei errorResponse { httpStatusCode } }
    missing
  }
  device(imei: "990000000000000") { sessionsReport(durationLow: $marker) { txid } }
}`;

const operation = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  imei: fc.shuffledSubarray(POOL, { minLength: 1 }),
  leaves: fc.oneof(
    { weight: 2, arbitrary: fc.constant('never' as const) },
    fc.constantFrom('in the window' as const, 'during the call' as const),
  ),
});

interface WireBody {
  readonly accountNumber: string;
  readonly imei: string[];
}

test('over HTTP, each client that stays gets the usage and errors of its own devices, in the fewest calls, whoever disconnects', async () => {
  const platform = await startRecordingPlatform();
  const world = await startWorld({
    config: {
      baseUrl: platform.url,
      retries: 0,
      batchWindowMs: WINDOW_MS,
      concurrency: 50,
      callTimeoutMs: 10 * WINDOW_MS,
      totalTimeoutMs: 10 * WINDOW_MS,
    },
  });
  const mix = fc.record({
    operations: fc.array(operation, { minLength: 1, maxLength: 6 }),
    rejected: fc.subarray(POOL),
  });
  await fc.assert(
    fc.asyncProperty(mix, async ({ operations, rejected }) => {
      const held = createHeldAnswers();
      const usage: Respond = (response, request) => {
        const { accountNumber, imei } = JSON.parse(request.body.toString()) as WireBody;
        const rows = imei.map((each) => ({ imei: each, ...usageOf(accountNumber, each) }));
        const isRejected = imei.some((each) => rejected.includes(each as (typeof POOL)[number]));
        answerWith({ txid: 'a-txid', usage: rows }, isRejected ? 404 : 200)(response, request);
      };
      platform.requests.length = 0;
      platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a-txid', sessions: [] })));
      platform.onRequest(PATHS.aggregate, held.hold(usage));

      const asking = operations.map(({ account, imei, leaves }, marker) => {
        const variables = { account, imei, marker };
        return leaves === 'never'
          ? { answer: world.query(QUERY, variables), abort: (): void => undefined }
          : { answer: null, ...askImpatiently(world.url, parse(QUERY), variables) };
      });
      await eventually(() => held.count()).toBe(operations.length);
      const abort = (when: 'in the window' | 'during the call'): void =>
        operations.forEach(({ leaves }, at) => {
          if (leaves === when) asking[at]?.abort();
        });
      abort('in the window');
      const inWindow = operations.filter(({ leaves }) => leaves === 'in the window').length;
      await eventually(() => platform.brokenOffTo(PATHS.sessions)).toBe(inWindow);
      world.clock.advance(WINDOW_MS);

      const accounts = new Set(
        operations.filter(({ leaves }) => leaves !== 'in the window').map(({ account }) => account),
      );
      await eventually(() => platform.requestsTo(PATHS.aggregate).length).toBe(accounts.size);
      abort('during the call');
      const stayed = new Set(operations.filter(({ leaves }) => leaves === 'never').map(({ account }) => account));
      await eventually(() => platform.brokenOffTo(PATHS.aggregate)).toBe(accounts.size - stayed.size);
      platform.onRequest(PATHS.aggregate, usage);
      held.letAllGo();
      await Promise.all(
        operations.map(async ({ account, imei }, at) => {
          const answer = await asking[at]?.answer;
          if (answer !== null && answer !== undefined) expectOwn(answer, account, imei, rejected);
        }),
      );
      if (rejected.length === 0) expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(accounts.size);
    }),
    { numRuns: 25 },
  );
  await world.close();
  await platform.close();
});

function expectOwn(
  { data, errors }: Answer,
  account: string,
  imei: readonly string[],
  rejected: readonly string[],
): void {
  const mine = imei.filter((each) => !rejected.includes(each));
  if (mine.length === 0) {
    expect(errors).toMatchObject([{ path: ['aggregatedReport'], extensions: { code: 'UPSTREAM_NOT_FOUND' } }]);
    return;
  }
  expect(data?.['aggregatedReport']).toEqual({
    usage: mine.map((each) => ({ imei: each, bytesTransferred: usageOf(account, each).bytesTransferred })),
    errors: imei
      .filter((each) => rejected.includes(each))
      .map((each) => ({ imei: each, errorResponse: { httpStatusCode: '404' } })),
    missing: [],
  });
}

function usageOf(account: string, imei: string) {
  return { numberOfSessions: 1, bytesTransferred: Number(imei.slice(-4)) * 10 + Number(account.slice(-1)) };
}
