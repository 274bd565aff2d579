import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { startWorld, type Answer, type AnswerError, type World } from '../support/world/world.ts';

const ASKED = ['111111111111111', '222222222222222', '333333333333333'];
const DOCUMENTED = /^(UPSTREAM_[A-Z_]+|SUM_TOO_LARGE|BAD_USER_INPUT|SIGN_IN_REFUSED|REQUEST_CANCELLED)$/;

/** Any JSON, biased towards the names and values of real responses. */
const { anyJson } = fc.letrec<{ anyJson: unknown; field: unknown }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...ASKED),
    fc.constantFrom(111_111_111_111_111, 5, -1, 0, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308, true, null, '', '5'),
    fc.constantFrom('2026-11-02T08:00:00Z', '2026-11-02T08:00:00', '2026-02-30T00:00:00Z', '0001-01-01T00:00:00Z'),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.double(),
    fc.string(),
    tie('anyJson'),
  ),
  anyJson: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('field'),
    fc.array(tie('field'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        ...['txid', 'id', 'usage', 'errors', 'sessions', 'imei', 'numberOfSessions', 'bytesTransferred'],
        ...['errorMessage', 'errorResponse', 'httpStatusCode', 'startTime', 'endTime', 'numBytes', '__proto__', 'x'],
      ),
      tie('anyJson'),
      { maxKeys: 8 },
    ),
  ),
}));
const rows = (...names: string[]): fc.Arbitrary<unknown> =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record(Object.fromEntries(names.map((name) => [name, anyJson])), { requiredKeys: [] }),
      },
      anyJson,
    ),
    {
      maxLength: 6,
    },
  );
const usageAnswer = fc.oneof(
  anyJson,
  fc.record(
    {
      txid: anyJson,
      usage: rows('imei', 'numberOfSessions', 'bytesTransferred'),
      errors: rows('imei', 'errorMessage', 'errorResponse'),
    },
    { requiredKeys: [] },
  ),
);
const sessionsAnswer = fc.oneof(
  anyJson,
  fc.record({ id: anyJson, txid: anyJson, sessions: rows('startTime', 'endTime', 'numBytes') }, { requiredKeys: [] }),
);

describe('for any JSON that the platform returns,', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ config: { retries: 0 } });
  });
  afterAll(() => world.close());

  const answerTo = async (path: string, body: unknown, document: string): Promise<Answer> => {
    await world.admin.endFaults();
    await world.admin.fault({ path, rawBody: JSON.stringify(body) });
    const answer = await world.query(document);
    expect(answer.status).toBe(200);
    expect(world.logged).toEqual([]);
    for (const { extensions } of answer.errors) expect(extensions['code']).toMatch(DOCUMENTED);
    return answer;
  };

  test('an aggregated report is well formed: it has each device once, and each number is the platform’s own or null', async () => {
    const usage =
      'usage { imei numberOfSessions bytesTransferred } errors { imei errorMessage errorResponse { httpStatusCode } } missing txid';
    const document = `{
      named: aggregatedReport(input: { imei: ["${ASKED.join('", "')}"] }) { ${usage} totals { bytesTransferred bytesPercentiles } }
      account: aggregatedReport(input: { imei: [], allDevices: true }) { ${usage} }
    }`;
    await fc.assert(
      fc.asyncProperty(usageAnswer, async (body) => {
        const { data, errors } = await answerTo(PATHS.aggregate, body, document);
        const numbers = numbersIn(body);
        for (const name of ['named', 'account']) {
          const report = data?.[name] as Report | null;
          expect(report === null).toBe(errors.some((error) => error.path?.[0] === name && isOfReport(error)));
          if (report === null) continue;
          for (const { numberOfSessions, bytesTransferred } of report.usage) {
            expect(numberOfSessions === null || numbers.has(numberOfSessions)).toBe(true);
            expect(bytesTransferred === null || numbers.has(bytesTransferred)).toBe(true);
          }
          const named = [...report.usage, ...report.errors].map(({ imei }) => imei).filter((imei) => imei !== null);
          expect(new Set(named).size).toBe(named.length);
          if (name === 'named') expect([...named, ...report.missing].sort()).toEqual(ASKED);
          else expect(report.missing).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a sessions report is well formed: each number is the platform’s own or null, and its days are in order', async () => {
    const document = `{ sessionsReport(input: { imei: "${ASKED[0] ?? ''}", startDate: "2026-11-01", endDate: "2026-11-03" }) {
      deviceId txid sessions { startTime endTime numBytes durationSeconds } totals { numberOfSessions numBytes durationSeconds }
      daily(timeZone: "Asia/Kolkata") { date numBytes } } }`;
    await fc.assert(
      fc.asyncProperty(sessionsAnswer, async (body) => {
        const { data, errors } = await answerTo(PATHS.sessions, body, document);
        const report = data?.['sessionsReport'] as SessionsReport | null;
        expect(report === null).toBe(errors.some(isOfReport));
        if (report === null) return;
        const numbers = numbersIn(body);
        for (const { startTime, endTime, numBytes } of report.sessions) {
          expect(numBytes === null || numbers.has(numBytes)).toBe(true);
          for (const time of [startTime, endTime]) if (time !== null) expect(Date.parse(time)).not.toBeNaN();
        }
        expect(report.totals.numberOfSessions).toBe(report.sessions.length);
        const dates = report.daily.map(({ date }) => date);
        expect(dates).toEqual([...new Set(dates)].sort());
        expect(dates).toEqual(expect.arrayContaining(['2026-11-01', '2026-11-02', '2026-11-03']));
      }),
      { numRuns: 100 },
    );
  });
});

/** A sum that is too large fails alone. */
function isOfReport({ extensions }: AnswerError): boolean {
  return extensions['code'] !== 'SUM_TOO_LARGE';
}

interface Report {
  readonly usage: {
    readonly imei: string;
    readonly numberOfSessions: number | null;
    readonly bytesTransferred: number | null;
  }[];
  readonly errors: { readonly imei: string | null }[];
  readonly missing: string[];
}

interface SessionsReport {
  readonly sessions: {
    readonly startTime: string | null;
    readonly endTime: string | null;
    readonly numBytes: number | null;
  }[];
  readonly totals: { readonly numberOfSessions: number };
  readonly daily: { readonly date: string }[];
}

function numbersIn(body: unknown): Set<number> {
  const numbers = new Set<number>();
  JSON.stringify(body, (_, value: unknown) => {
    if (typeof value === 'number') numbers.add(value);
    return value;
  });
  return numbers;
}
