import { describe, expect, test } from 'vitest';
import { checkReport, REJECTED_DEVICE, type AskedUsage, type ReportedReport } from './checks/usage.ts';
import { TOLERANCE } from './checks/growth.ts';
import { findSlowing } from './checks/loop-delay.ts';
import { findRecovery } from './checks/recovery.ts';
import type { RunRecord } from './checks/run-record.ts';
import { checkStored } from './checks/stored-report.ts';
import { findFailures } from './checks/verdict.ts';
import { createLedger } from './load/ledger.ts';
import { failure, RIGHT, together, wrong, type Checked, type Outcome } from './load/outcome.ts';
import { createOracle } from './oracle.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-10' };

const oracle = createOracle();
const imeisOf = (kind: string): string[] =>
  oracle.devices.filter((device) => device.kind === kind).map(({ imei }) => imei);
const [good = '', other = '', rejected = ''] = imeisOf('meter');
const [inactive = ''] = imeisOf('inactive');
const omitted = imeisOf('tracker').find(oracle.isOverlooked) ?? '';

function usageOf(imei: string) {
  const truth = oracle.truthOf(imei, WINDOW, NOW, NOW);
  if (truth.kind !== 'usage') throw new Error(`${imei} has no usage`);
  return truth.min;
}

describe('the soak’s check of a report', () => {
  const asked: AskedUsage = {
    imeis: [good, inactive, omitted, rejected],
    window: WINDOW,
    fromMs: NOW,
    toMs: NOW,
    rejected: [rejected],
  };
  const right: ReportedReport = {
    usage: [{ imei: good, ...usageOf(good) }],
    errors: [
      { imei: inactive, errorResponse: { errorCode: 'INVALID_PARAMETER' } },
      { imei: rejected, errorResponse: { errorCode: REJECTED_DEVICE } },
    ],
    missing: [omitted],
  };
  const check = (reported: Partial<ReportedReport>): Checked => checkReport({ ...right, ...reported }, asked, oracle);

  test('accepts what the platform knows', () => {
    expect(check({})).toEqual(RIGHT);
  });

  test.each<[string, Partial<ReportedReport>]>([
    [
      'a byte too many',
      { usage: [{ imei: good, ...usageOf(good), bytesTransferred: usageOf(good).bytesTransferred + 1 }] },
    ],
    [
      'a session too few',
      { usage: [{ imei: good, ...usageOf(good), numberOfSessions: usageOf(good).numberOfSessions - 1 }] },
    ],
    ['a missing number', { usage: [{ imei: good, ...usageOf(good), bytesTransferred: null }] }],
    ['a device in none of the lists', { usage: [] }],
    ['a device that is listed twice', { missing: [omitted, good] }],
    ['a device that was not requested', { missing: [omitted, other] }],
    ['a device that is not missing', { usage: [], missing: [omitted, good] }],
    [
      'usage of a device that has none',
      { errors: right.errors.slice(1), usage: [...right.usage, { imei: inactive, ...usageOf(good) }] },
    ],
    [
      'usage of a rejected device',
      { errors: right.errors.slice(0, 1), usage: [...right.usage, { imei: rejected, ...usageOf(rejected) }] },
    ],
  ])('finds %s', (_, reported) => {
    expect(check(reported).verdict).toBe('wrong');
  });

  test('reports the codes of failed devices, and whether all of them failed', () => {
    const errorResponse = { errorCode: 'UPSTREAM_TIMEOUT' };
    expect(check({ usage: [], errors: [...right.errors, { imei: good, errorResponse }] })).toEqual({
      verdict: 'partly',
      codes: ['UPSTREAM_TIMEOUT'],
      detail: null,
    });
    expect(together([failure(['A']), failure(['B', 'A'])])).toEqual({
      verdict: 'error',
      codes: ['A', 'B'],
      detail: null,
    });
    expect(together([failure(['A']), wrong('no')]).verdict).toBe('wrong');
  });

  test('accepts changing usage of any moment between two, and of no other', () => {
    const window = { startDate: '2026-11-20', endDate: '2026-11-21' };
    const at = (fromMs: number, toMs: number): AskedUsage => ({ imeis: [camera], window, fromMs, toMs, rejected: [] });
    const bytesAt = (imei: string, atMs: number): number => {
      const truth = oracle.truthOf(imei, window, atMs, atMs);
      return truth.kind === 'usage' ? truth.min.bytesTransferred : 0;
    };
    const later = NOW + 3_600_000;
    const camera = imeisOf('camera').find((imei) => bytesAt(imei, NOW) < bytesAt(imei, later)) ?? '';
    const truth = oracle.truthOf(camera, window, NOW, NOW);
    if (truth.kind !== 'usage') throw new Error('no camera has changing usage');
    const reported = { usage: [{ imei: camera, ...truth.min }], errors: [], missing: [] };
    expect(checkReport(reported, at(NOW - 1_000, NOW + 1_000), oracle)).toEqual(RIGHT);
    expect(checkReport(reported, at(later, later), oracle).verdict).toBe('wrong');
  });
});

describe('the soak’s check of an asynchronous report', () => {
  const report = { key: 'k', txid: 't', imeis: [good, inactive], window: WINDOW };
  const whole = [
    { imei: good, usage: usageOf(good) },
    { imei: inactive, usage: null },
  ];

  test('accepts what the platform sends, and a part of it while it arrives', () => {
    expect(checkStored(whole, report, true, oracle)).toEqual(RIGHT);
    expect(checkStored(whole.slice(1), report, false, oracle)).toEqual(RIGHT);
  });

  test.each([
    ['a gap in a complete report', whole.slice(1)],
    ['a device twice', [...whole, ...whole.slice(1)]],
    ['other usage', [{ imei: good, usage: usageOf(other) }, ...whole.slice(1)]],
    ['a failed device with usage', [...whole.slice(0, 1), { imei: inactive, usage: usageOf(good) }]],
    ['a foreign device', [...whole, { imei: other, usage: usageOf(other) }]],
  ])('finds %s', (_, rows) => {
    expect(checkStored(rows, report, true, oracle).verdict).toBe('wrong');
  });

  test('finds a key with two reports, and a report with two keys', () => {
    const ledger = createLedger();
    expect(ledger.accept(report, 't')).toBe(null);
    expect(ledger.accept(report, 't')).toBe(null);
    expect(ledger.accept(report, 'u')).toContain('led to t and to u');
    expect(ledger.accept({ ...report, key: 'other' }, 't')).toContain('t belongs to');
    expect(ledger.accepted()).toEqual([report]);
  });
});

describe('the soak’s check of the event loop', () => {
  const early = { medianMs: 1, p99Ms: 40 };

  test('accepts a delay that stays the same, falls, or grows by what other work on the machine adds', () => {
    for (const late of [early, { medianMs: 0, p99Ms: 0 }, { medianMs: 6, p99Ms: 90 }]) {
      expect(findSlowing(early, late)).toEqual([]);
    }
    expect(findSlowing({ medianMs: 10, p99Ms: 100 }, { medianMs: 20, p99Ms: 200 })).toEqual([]);
  });

  test('finds a median or a 99th percentile that has grown by more', () => {
    expect(findSlowing(early, { medianMs: 6.1, p99Ms: 40 })).toEqual([
      'the delay of the event loop (medianMs) grew from 1.0 to 6.1',
    ]);
    expect(findSlowing(early, { medianMs: 1, p99Ms: 91 })).toHaveLength(1);
    expect(findSlowing({ medianMs: 10, p99Ms: 100 }, { medianMs: 21, p99Ms: 201 })).toHaveLength(2);
  });
});

describe('the soak’s verdict', () => {
  const outcome = (startedAtMs: number, checked: Checked = RIGHT, operation = 'read'): Outcome => ({
    operation,
    startedAtMs,
    tookMs: 1,
    ...checked,
  });

  test('counts the recovery in full seconds of right responses, and finds what fails after it', () => {
    const late = outcome(3_500, failure(['A']));
    const outcomes = [outcome(100, failure(['A'])), outcome(900), outcome(1_100), outcome(2_200), late];
    expect(findRecovery(outcomes, 0, 4_000, 3)).toEqual({ afterSeconds: 1, relapses: [late] });
    expect(findRecovery(outcomes, 0, 4_000, 4)).toEqual({ afterSeconds: 1, relapses: [] });
    expect(findRecovery([outcome(500, failure(['A']))], 0, 4_000, 3)).toEqual({ afterSeconds: null, relapses: [] });
  });

  const good: RunRecord = {
    fault: { name: 'f', title: 'f', hits: ['store'], codes: ['STORE_UNAVAILABLE'], recoverySeconds: 5 },
    seconds: 1,
    limits: { readMs: 10_000, mutationMs: 38_000 },
    needs: new Map([
      ['read', ['store']],
      ['report', ['platform']],
    ]),
    before: [outcome(0)],
    during: [outcome(1), outcome(2, failure(['STORE_UNAVAILABLE']))],
    after: [outcome(3)],
    answerTimes: [],
    recovery: { afterSeconds: 0, relapses: [] },
    samples: [],
    takenBefore: { heapBytes: 0, rssBytes: 0, handles: 0 },
    takenAfter: { ...TOLERANCE },
    peakBytes: 1,
    signIns: { logins: 1, tokens: 1, maxFailedLogins: 0, locked: false },
    maxLogins: 1,
    callbacks: { sent: 1, answered200: 1, pending: 0, lost: 0 },
    accepted: 1,
    lost: [],
    found: [],
    crash: null,
    ending: 'exit code 0',
  };

  test('is good if the server fails only as the fault explains', () => {
    expect(findFailures(good)).toEqual([]);
  });

  test.each<[string, Partial<RunRecord>]>([
    ['the server crashed', { crash: 'signal SIGSEGV' }],
    ['the server did not stop cleanly: ', { ending: 'exit code 1' }],
    ['1 not right before the fault', { before: [outcome(0, failure(['STORE_UNAVAILABLE']))] }],
    ['1 wrong', { during: [outcome(1, wrong('a number'))] }],
    ['1 without a response within 10 s', { after: [outcome(3, { verdict: 'hang', codes: [], detail: null })] }],
    ['1 failed with a code', { during: [outcome(1, failure(['INTERNAL_SERVER_ERROR']))] }],
    ['1 failed with a code', { during: [outcome(1, failure([]))] }],
    ['1 failed with a code', { during: [outcome(1, failure(['STORE_UNAVAILABLE']), 'report')] }],
    ['recovery: never', { recovery: { afterSeconds: null, relapses: [] } }],
    ['recovery: after 6 s', { recovery: { afterSeconds: 6, relapses: [] } }],
    ['1 not right after the recovery', { recovery: { afterSeconds: 0, relapses: [outcome(9, failure(['A']))] } }],
    ['heapBytes grew', { takenAfter: { ...TOLERANCE, heapBytes: TOLERANCE.heapBytes + 1 } }],
    ['rssBytes grew', { takenAfter: { ...TOLERANCE, rssBytes: TOLERANCE.rssBytes + 1 } }],
    ['handles grew', { takenAfter: { ...TOLERANCE, handles: TOLERANCE.handles + 1 } }],
    ['memory peaked at', { peakBytes: 2 ** 31 }],
    ['2 logins', { signIns: { logins: 2, tokens: 1, maxFailedLogins: 0, locked: false } }],
    ['3 failed logins', { signIns: { logins: 1, tokens: 1, maxFailedLogins: 3, locked: false } }],
    ['2 messages were not accepted', { callbacks: { sent: 3, answered200: 1, pending: 2, lost: 0 } }],
    ['2 messages were lost', { callbacks: { sent: 3, answered200: 1, pending: 0, lost: 2 } }],
    ['no report was accepted', { accepted: 0 }],
    ['t is lost', { lost: ['t is lost'] }],
    ['the keys were fetched', { found: ['the keys were fetched 9 times'] }],
  ])('says "%s …" if that is so', (words, change) => {
    expect(findFailures({ ...good, ...change })).toEqual([expect.stringContaining(words) as string]);
  });
});
