import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReportStore } from '../../src/async-reports/store/open-store.ts';
import type { DeadLetterCounts, ReportStore } from '../../src/async-reports/store/store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { createSender, type Sender } from '../support/fuzz/sender.ts';
import { mutated, oddJson, oddText } from '../support/fuzz/values.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';

const DEVICES = imeisOf(6);
const COUNT = fc.oneof(fc.nat(2 ** 31 - 1), fc.constantFrom(0, 1));

/** Valid rows, each of another device. Rows of `nonsense`, which are unreadable, come before or between them. */
const rightRows = fc.uniqueArray(
  fc.record({ imei: fc.constantFrom(...DEVICES), numberOfSessions: COUNT, bytesTransferred: COUNT }),
  { selector: ({ imei }) => imei, minLength: 1, maxLength: 6 },
);
const nonsense = fc.array(
  fc.oneof(oddJson, fc.record({ imei: oddText, numberOfSessions: oddJson, bytesTransferred: oddJson })),
  { maxLength: 3 },
);
const message = fc.record({
  rows: rightRows,
  nonsense,
  more: fc.dictionary(fc.constantFrom('status', '__proto__', 'errors2', 'x'), oddJson),
  form: fc.constantFrom('list', 'messages', 'single'),
});

const TXID = 'TXID';
const anyMessageText = fc.oneof(
  mutated(message.map((each) => JSON.stringify(toBody(TXID, each)))),
  fc
    .record(
      {
        txid: fc.oneof(fc.constant(TXID), oddJson),
        usage: oddJson,
        errors: oddJson,
        imei: oddJson,
        faultResponse: oddJson,
        errorResponse: oddJson,
        errorMessage: oddJson,
        numberOfSessions: oddJson,
        bytesTransferred: oddJson,
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
  oddJson.map((body) => JSON.stringify(body)),
  oddText,
  fc
    .tuple(fc.constantFrom(5, 5_000, 200_000), fc.constantFrom('[', '{"usage":', '{"a":'))
    .map(([times, open]) => open.repeat(times)),
  fc
    .constantFrom(5, 5_000, 200_000)
    .map((times) => `{"txid":"${TXID}","usage":${'['.repeat(times)}${']'.repeat(times)}}`),
);
const anyBody = fc.oneof(
  { weight: 5, arbitrary: anyMessageText.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

describe('a callback body', { timeout: FUZZ_TIMEOUT_MS }, () => {
  let at: AsyncWorld;
  let check: Checks;
  let sender: Sender;
  let store: ReportStore;
  let txids = 0;

  beforeAll(async () => {
    at = await startAsyncWorld();
    at.platform.onRequest(PATHS.async, (response, request) =>
      answerWith({ txid: `fuzz-${txids}`, status: 'QUEUED' })(response, request),
    );
    check = createChecks(at.world, {
      mayLog: (line) => line.includes('"a callback body was stored as a dead letter"'),
    });
    sender = createSender(new URL(at.world.url).origin);
    store = await openReportStore({
      databaseUrl: null,
      dataDir: at.world.dataDir,
      now: at.world.clock.now,
      wait: systemClock.wait,
      quietMs: 1e9,
      deadlineMs: 1e9,
      retentionMs: 1e12,
      unknownMaxBytes: 64 * 2 ** 20,
      onFailure: () => undefined,
    });
  });
  afterAll(async () => {
    sender.close();
    check.close();
    await store.close();
    await at.close();
  });

  const post = async (body: string | Buffer): Promise<number> => {
    const { pathname } = new URL(at.world.callbackUrl);
    const answer = await sender.send({ path: pathname, body, headers: { 'Content-Type': 'application/json' } });
    check.check(answer);
    return answer.status;
  };
  /** Returns the usage of a report after a cursor. */
  const readAfter = async (txid: string, after: string | null): Promise<Arrived> => {
    const query = `query ($txid: ID!, $after: String) { aggregatedReportRequest(txid: $txid) { usage(after: $after) {
      nodes { imei numberOfSessions bytesTransferred } pageInfo { endCursor } } } }`;
    const { data, errors } = await at.world.query(query, { txid, after });
    expect(errors).toEqual([]);
    return (data as { aggregatedReportRequest: { usage: Arrived } }).aggregatedReportRequest.usage;
  };

  test('with valid rows among unreadable ones is stored row by row, each with its own usage', async () => {
    txids += 1;
    const txid = await at.request([], { allDevices: true });
    let runs = 0;
    let last: string | null = null;
    await holdsFor(
      message,
      async (sent) => {
        runs += 1;
        const devices = imeisOf(DEVICES.length, runs * DEVICES.length);
        const rows = sent.rows.map((row) => ({ ...row, imei: devices[DEVICES.indexOf(row.imei)] ?? '' }));
        expect(await post(JSON.stringify(toBody(txid, { ...sent, rows })))).toBe(200);
        const { nodes, pageInfo } = await readAfter(txid, last);
        last = pageInfo.endCursor ?? last;
        const own = nodes.filter(({ imei }) => devices.includes(imei));
        expect(own.sort(byImei)).toEqual([...rows].sort(byImei));
        await check.checkQuiet();
      },
      0.4,
    );
    await check.checkAlive();
  });

  test('of any other kind gets a 200 and is stored as a message or a dead letter, without a server error', async () => {
    const seen = new Set<string>();
    await holdsFor(
      anyBody,
      async (template) => {
        txids += 1;
        const body = Buffer.from(template.toString('latin1').replaceAll(TXID, `unknown-${txids}`), 'latin1');
        const before = await store.deadLetterCounts();
        expect(await post(body)).toBe(200);
        const after = await store.deadLetterCounts();
        const names = namesIn(body);
        // A message that repeats an earlier one is not counted again.
        const isRepeat = names.length > 0 && names.every((name) => seen.has(name));
        for (const name of names) seen.add(name);
        expect(grew(before, after) || isRepeat).toBe(true);
        await check.checkQuiet();
      },
      0.6,
    );
    await check.checkAlive();
  });
});

interface Arrived {
  readonly nodes: { readonly imei: string }[];
  readonly pageInfo: { readonly endCursor: string | null };
}

function byImei(a: { readonly imei: string }, b: { readonly imei: string }): number {
  return a.imei < b.imei ? -1 : 1;
}

interface Message {
  readonly rows: readonly object[];
  readonly nonsense: readonly unknown[];
  readonly more: Readonly<Record<string, unknown>>;
  readonly form: string;
}

function toBody(txid: string, { rows, nonsense, more, form }: Message): unknown {
  if (form === 'single') return rows.map((row) => ({ ...more, txid, ...row }));
  if (form === 'messages') return [...nonsense, ...rows.map((row) => ({ ...more, txid, usage: [row] }))];
  return { ...more, txid, usage: [...nonsense, ...rows] };
}

function grew(before: DeadLetterCounts, after: DeadLetterCounts): boolean {
  return after.deadLetters > before.deadLetters || after.unknownMessages > before.unknownMessages;
}

/** The transaction ids in a body. */
function namesIn(body: Buffer): string[] {
  const names: string[] = [];
  try {
    JSON.parse(body.toString(), (key, value: unknown) => {
      if (key === 'txid') names.push(String(value));
      return value;
    });
  } catch {
    return [];
  }
  return names;
}
