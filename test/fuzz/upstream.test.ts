import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { createSender, type Sender } from '../support/fuzz/sender.ts';
import {
  createAnswerArbitrary,
  isNoSuccess,
  isWholeSuccess,
  respondWith,
  startTrap,
  leakingText,
  type Trap,
  type UpstreamAnswer,
} from '../support/fuzz/upstream-answers.ts';

const [A, B, C] = ['350000000000001', '350000000000002', '350000000000003'];
const ASKED = [A, B, C];
const count = fc.oneof(fc.nat(2 ** 31 - 1), fc.constantFrom(0, 2 ** 31 - 1));
const bytes = fc.oneof(count, fc.constantFrom(2 ** 40, 2 ** 52));
const time = fc
  .integer({ min: Date.parse('2026-11-01'), max: Date.parse('2026-11-10') })
  .map((at) => new Date(at).toISOString());

const rightUsage = fc.record({
  txid: fc.constantFrom('60c07fff', 'x'),
  usage: fc
    .shuffledSubarray([A, B])
    .chain((imeis) =>
      fc.tuple(
        ...imeis.map((imei) =>
          fc.record({ imei: fc.constant(imei), numberOfSessions: count, bytesTransferred: bytes }),
        ),
      ),
    ),
  errors: fc.oneof(
    fc.constant([]),
    leakingText.map((text) => [
      { imei: C, errorMessage: text, errorResponse: { errorCode: 'X', detailErrorMessage: text } },
    ]),
  ),
});
const rightSessions = fc.record({
  id: fc.constant('1234567890'),
  txid: fc.constant('x'),
  sessions: fc.array(fc.record({ startTime: time, endTime: fc.oneof(time, fc.constant(null)), numBytes: bytes }), {
    maxLength: 4,
  }),
});

describe('a response of the platform', { timeout: FUZZ_TIMEOUT_MS }, () => {
  let at: AsyncWorld;
  let check: Checks;
  let sender: Sender;
  let trap: Trap;

  beforeAll(async () => {
    trap = await startTrap();
    // Without a breaker, so that every response is read, however many before it were failures.
    at = await startAsyncWorld({ config: { batchWindowMs: 0, retries: 0, breakerFailures: 0 } });
    check = createChecks(at.world, {
      // A mutated response may contain these inside a longer number or name. That is another address, or none.
      secrets: [
        new URL(at.platform.url).host,
        trap.url,
        /(?<![\w.])10\.11\.12\.13(?![\w.])/,
        /(?<![\w.-])platform\.internal(?![\w-])/,
      ],
    });
    sender = createSender(new URL(at.world.url).origin);
  });
  afterAll(async () => {
    expect(trap.visits()).toBe(0);
    sender.close();
    check.close();
    await at.close();
    await trap.close();
  });

  const answers = (right: fc.Arbitrary<unknown>) => createAnswerArbitrary(right, () => trap.url);
  const ask = async <T>(path: string, answer: UpstreamAnswer, query: string): Promise<Asked<T>> => {
    at.platform.onRequest(path, respondWith(answer));
    const body = JSON.stringify({ query });
    const sent = await sender.send({
      body,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
    });
    check.check(sent);
    await check.checkQuiet();
    const { data, errors = [] } = JSON.parse(sent.body) as {
      data: { report: T | null };
      errors?: { extensions: { code: string } }[];
    };
    expect(sent.status).toBe(200);
    // A sum that is too large fails alone.
    expect(data.report === null).toBe(errors.some(({ extensions }) => extensions.code !== 'SUM_TOO_LARGE'));
    return { report: data.report, said: isNoSuccess(answer) ? null : parse(answer) };
  };

  test('to an aggregated report yields each device’s own usage or none, and never a wrong number', async () => {
    const query = `{ report: aggregatedReport(input: { imei: ${JSON.stringify(ASKED)} }) { txid usage { imei numberOfSessions bytesTransferred }
      errors { imei errorMessage errorResponse { errorCode detailErrorMessage } } missing totals { devices numberOfSessions bytesTransferred } } }`;
    let reports = 0;
    await holdsFor(
      answers(rightUsage),
      async (answer) => {
        const { report, said } = await ask<UsageReport>(PATHS.aggregate, answer, query);
        if (said === null) expect(report).toBeNull();
        if (report === null) return;
        reports += 1;
        const { usage, errors, missing, totals } = report;
        const reported = rowsIn(said, 'usage');
        for (const row of usage) {
          const own = reported.filter(({ imei }) => imei === row.imei || String(imei).padStart(15, '0') === row.imei);
          for (const name of ['numberOfSessions', 'bytesTransferred'] as const)
            if (row[name] !== null) expect(own.map((each) => each[name])).toContain(row[name]);
        }
        expect(
          [...usage, ...errors]
            .map(({ imei }) => imei)
            .filter((imei) => imei !== null)
            .concat(missing)
            .sort(),
        ).toEqual(ASKED);
        if (isWholeSuccess(answer)) expect(usage).toEqual(expect.arrayContaining(beyondDoubt(reported)));
        expect(totals.devices).toBe(usage.length);
        expect(totals.bytesTransferred).toBe(sum(usage.map(({ bytesTransferred }) => bytesTransferred)));
        expect(totals.numberOfSessions).toBe(sum(usage.map(({ numberOfSessions }) => numberOfSessions)));
      },
      0.5,
    );
    expect(reports).toBeGreaterThan(50);
    await check.checkAlive();
  });

  test('to a sessions report yields its sessions in their order, or none', async () => {
    const query = `{ report: sessionsReport(input: { imei: "${A}", startDate: "2026-11-01", endDate: "2026-11-10" }) { deviceId sessions { startTime endTime numBytes }
      totals { numberOfSessions numBytes } daily { date numBytes numberOfSessions } } }`;
    await holdsFor(
      answers(rightSessions),
      async (answer) => {
        const { report, said } = await ask<SessionsReport>(PATHS.sessions, answer, query);
        if (said === null) expect(report).toBeNull();
        if (report === null) return;
        const { sessions, totals, daily } = report;
        const reported = rowsIn(said, 'sessions');
        expect(sessions).toHaveLength(reported.length);
        sessions.forEach(({ numBytes, startTime }, position) => {
          if (numBytes !== null) expect(numBytes).toBe(reported[position]?.['numBytes']);
          if (startTime !== null)
            expect(Date.parse(startTime)).toBe(Date.parse(withZone(String(reported[position]?.['startTime']))));
        });
        expect(totals.numBytes).toBe(sum(sessions.map(({ numBytes }) => numBytes)));
        if (totals.numBytes !== null) {
          expect(sum(daily.map(({ numBytes }) => numBytes))).toBe(
            sum(sessions.map(({ numBytes, startTime }) => (startTime === null ? null : numBytes))),
          );
        }
      },
      0.3,
    );
    await check.checkAlive();
  });

  test('to a report request or a listener query yields a report, a list or an error', async () => {
    const input = `{ imei: ${JSON.stringify(ASKED)}, startDate: "2026-11-01" }`;
    const right = fc.record({ txid: fc.uuid(), status: fc.constantFrom('QUEUED', 'COMPLETED') });
    const rightList = fc.array(
      fc.record({ name: fc.constant('BullseyeReporting'), url: fc.oneof(fc.webUrl(), leakingText) }),
      { maxLength: 2 },
    );
    await holdsFor(
      fc.oneof(
        answers(right).map((answer) => ({ answer, isList: false })),
        answers(rightList).map((answer) => ({ answer, isList: true })),
      ),
      async ({ answer, isList }) => {
        const path = isList ? `${PATHS.callbacks}?accountNumber=${ACCOUNT}` : PATHS.async;
        const query = isList
          ? '{ report: callbackListeners { name url } }'
          : `mutation { report: requestAggregatedReport(input: ${input}) { txid expectedDevices receivedDevices } }`;
        const { report, said } = await ask<{ txid: string }>(path, answer, query);
        // An empty body or null means that there are no listeners. A body longer than its Content-Length may arrive empty.
        if (said === null && !(isList && (!isWholeSuccess(answer) || ['', 'null'].includes(toArriving(answer).trim()))))
          expect(report).toBeNull();
        if (report !== null && !isList)
          expect(report).toEqual({ txid: String((said as Row)['txid']), expectedDevices: 3, receivedDevices: 0 });
      },
      0.2,
    );
    await check.checkAlive();
  });
});

type Row = Readonly<Record<string, unknown>>;

interface Asked<T> {
  readonly report: T | null;
  /** What the platform sent; null if it is unreadable. */
  readonly said: unknown;
}

interface UsageReport {
  readonly usage: readonly {
    readonly imei: string;
    readonly numberOfSessions: number | null;
    readonly bytesTransferred: number | null;
  }[];
  readonly errors: readonly { readonly imei: string | null }[];
  readonly missing: readonly string[];
  readonly totals: {
    readonly devices: number;
    readonly numberOfSessions: number | null;
    readonly bytesTransferred: number | null;
  };
}

interface SessionsReport {
  readonly sessions: readonly { readonly startTime: string | null; readonly numBytes: number | null }[];
  readonly totals: { readonly numBytes: number | null };
  readonly daily: readonly { readonly numBytes: number | null }[];
}

function parse(answer: UpstreamAnswer): unknown {
  try {
    return JSON.parse(toArriving(answer));
  } catch {
    return null;
  }
}

/** The part of the body that arrives. Nothing shows that there was more. */
function toArriving({ body, encoding, framing }: UpstreamAnswer): string {
  const bytes = Buffer.from(body, encoding);
  const length = framing === 'length too short' ? Math.max(0, bytes.length - 3) : bytes.length;
  // A byte order mark is not part of the text.
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function rowsIn(said: unknown, name: string): Row[] {
  const list = typeof said === 'object' && said !== null ? (said as Row)[name] : null;
  return Array.isArray(list)
    ? list.map((row: unknown) => (typeof row === 'object' && row !== null ? (row as Row) : {}))
    : [];
}

/** Null if it exceeds 2^53-1. */
function sum(values: readonly (number | null)[]): number | null {
  const exact = values.reduce((total, value) => total + BigInt(value ?? 0), 0n);
  return exact > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(exact);
}

function isCount(value: unknown, below: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < below;
}

/** The rows that are valid beyond doubt, so every reader must accept them. */
function beyondDoubt(rows: readonly Row[]): Row[] {
  return rows
    .filter(
      ({ imei, numberOfSessions, bytesTransferred }) =>
        ASKED.includes(String(imei)) && isCount(numberOfSessions, 2 ** 31) && isCount(bytesTransferred, 2 ** 53),
    )
    .filter(({ imei }) => rows.filter((row) => String(row['imei']) === imei).length === 1)
    .map(({ imei, numberOfSessions, bytesTransferred }) => ({ imei, numberOfSessions, bytesTransferred }));
}

/** A time without an offset is UTC. */
function withZone(time: string): string {
  return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) || !time.includes('T') ? time : `${time}Z`;
}
