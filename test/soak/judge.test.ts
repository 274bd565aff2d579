import { describe, expect, test } from 'vitest';
import { checkReport, REFUSED_DEVICE, type AskedUsage, type ReportedReport } from './judge/figures.ts';
import { TOLERANCE } from './judge/growth.ts';
import { findRecovery } from './judge/recovery.ts';
import type { RunRecord } from './judge/run-record.ts';
import { checkStored } from './judge/stored-report.ts';
import { findFailures } from './judge/verdict.ts';
import { createLedger } from './load/ledger.ts';
import { failure, RIGHT, together, wrong, type Checked, type Outcome } from './load/outcome.ts';
import { createOracle } from './oracle.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-10' };

const oracle = createOracle();
const imeisOf = (kind: string): string[] =>
  oracle.devices.filter((device) => device.kind === kind).map(({ imei }) => imei);
const [good = '', other = '', refused = ''] = imeisOf('meter');
const [inactive = ''] = imeisOf('inactive');
const overlooked = imeisOf('tracker').find(oracle.isOverlooked) ?? '';

function figuresOf(imei: string) {
  const truth = oracle.truthOf(imei, WINDOW, NOW, NOW);
  if (truth.kind !== 'usage') throw new Error(`${imei} has no figures`);
  return truth.least;
}

describe('the soak’s judge of a report', () => {
  const asked: AskedUsage = {
    imeis: [good, inactive, overlooked, refused],
    window: WINDOW,
    fromMs: NOW,
    toMs: NOW,
    refused: [refused],
  };
  const right: ReportedReport = {
    usage: [{ imei: good, ...figuresOf(good) }],
    errors: [
      { imei: inactive, errorResponse: { errorCode: 'INVALID_PARAMETER' } },
      { imei: refused, errorResponse: { errorCode: REFUSED_DEVICE } },
    ],
    missing: [overlooked],
  };
  const check = (reported: Partial<ReportedReport>): Checked => checkReport({ ...right, ...reported }, asked, oracle);

  test('takes what the platform knows for right', () => {
    expect(check({})).toEqual(RIGHT);
  });

  test.each<[string, Partial<ReportedReport>]>([
    [
      'a byte too many',
      { usage: [{ imei: good, ...figuresOf(good), bytesTransferred: figuresOf(good).bytesTransferred + 1 }] },
    ],
    [
      'a session too few',
      { usage: [{ imei: good, ...figuresOf(good), numberOfSessions: figuresOf(good).numberOfSessions - 1 }] },
    ],
    ['no figure', { usage: [{ imei: good, ...figuresOf(good), bytesTransferred: null }] }],
    ['a device in none of the lists', { usage: [] }],
    ['a device told twice', { missing: [overlooked, good] }],
    ['a device that was not asked for', { missing: [overlooked, other] }],
    ['a device that is not missing', { usage: [], missing: [overlooked, good] }],
    [
      'figures of a device that has none',
      { errors: right.errors.slice(1), usage: [...right.usage, { imei: inactive, ...figuresOf(good) }] },
    ],
    [
      'figures of a refused device',
      { errors: right.errors.slice(0, 1), usage: [...right.usage, { imei: refused, ...figuresOf(refused) }] },
    ],
  ])('finds %s', (_, reported) => {
    expect(check(reported).verdict).toBe('wrong');
  });

  test('tells the codes of devices that failed, and how much of the report did', () => {
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

  test('lets figures that move be from any moment between two, and from no other', () => {
    const window = { startDate: '2026-11-20', endDate: '2026-11-21' };
    const at = (fromMs: number, toMs: number): AskedUsage => ({ imeis: [camera], window, fromMs, toMs, refused: [] });
    const bytesAt = (imei: string, atMs: number): number => {
      const truth = oracle.truthOf(imei, window, atMs, atMs);
      return truth.kind === 'usage' ? truth.least.bytesTransferred : 0;
    };
    const later = NOW + 3_600_000;
    const camera = imeisOf('camera').find((imei) => bytesAt(imei, NOW) < bytesAt(imei, later)) ?? '';
    const truth = oracle.truthOf(camera, window, NOW, NOW);
    if (truth.kind !== 'usage') throw new Error('no camera has figures that move');
    const reported = { usage: [{ imei: camera, ...truth.least }], errors: [], missing: [] };
    expect(checkReport(reported, at(NOW - 1_000, NOW + 1_000), oracle)).toEqual(RIGHT);
    expect(checkReport(reported, at(later, later), oracle).verdict).toBe('wrong');
  });
});

describe('the soak’s judge of an asynchronous report', () => {
  const report = { key: 'k', txid: 't', imeis: [good, inactive], window: WINDOW };
  const whole = [
    { imei: good, figures: figuresOf(good) },
    { imei: inactive, figures: null },
  ];

  test('takes what the platform sends for right, and a part of it while it arrives', () => {
    expect(checkStored(whole, report, true, oracle)).toEqual(RIGHT);
    expect(checkStored(whole.slice(1), report, false, oracle)).toEqual(RIGHT);
  });

  test.each([
    ['a gap in what is complete', whole.slice(1)],
    ['a device twice', [...whole, ...whole.slice(1)]],
    ['other figures', [{ imei: good, figures: figuresOf(other) }, ...whole.slice(1)]],
    ['a failed device with figures', [...whole.slice(0, 1), { imei: inactive, figures: figuresOf(good) }]],
    ['a foreign device', [...whole, { imei: other, figures: figuresOf(other) }]],
  ])('finds %s', (_, rows) => {
    expect(checkStored(rows, report, true, oracle).verdict).toBe('wrong');
  });

  test('finds a key that leads to two reports, and a report of two keys', () => {
    const ledger = createLedger();
    expect(ledger.accept(report, 't')).toBe(null);
    expect(ledger.accept(report, 't')).toBe(null);
    expect(ledger.accept(report, 'u')).toContain('led to t and to u');
    expect(ledger.accept({ ...report, key: 'other' }, 't')).toContain('t belongs to');
    expect(ledger.accepted()).toEqual([report]);
  });
});

describe('the soak’s verdict', () => {
  const outcome = (startedAtMs: number, checked: Checked = RIGHT, operation = 'read'): Outcome => ({
    operation,
    startedAtMs,
    tookMs: 1,
    ...checked,
  });

  test('counts the recovery in whole seconds of right answers, and sees what fails after it', () => {
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

  test('is good for a server that fails only as the fault explains', () => {
    expect(findFailures(good)).toEqual([]);
  });

  test.each<[string, Partial<RunRecord>]>([
    ['the server crashed', { crash: 'signal SIGSEGV' }],
    ['asked to stop, it ended by', { ending: 'exit code 1' }],
    ['1 not right before the fault', { before: [outcome(0, failure(['STORE_UNAVAILABLE']))] }],
    ['1 wrong', { during: [outcome(1, wrong('a figure'))] }],
    ['1 not answered within 10 s', { after: [outcome(3, { verdict: 'hang', codes: [], detail: null })] }],
    ['1 failed by a code', { during: [outcome(1, failure(['INTERNAL_SERVER_ERROR']))] }],
    ['1 failed by a code', { during: [outcome(1, failure([]))] }],
    ['1 failed by a code', { during: [outcome(1, failure(['STORE_UNAVAILABLE']), 'report')] }],
    ['recovered never', { recovery: { afterSeconds: null, relapses: [] } }],
    ['recovered after 6 s', { recovery: { afterSeconds: 6, relapses: [] } }],
    ['1 not right after the recovery', { recovery: { afterSeconds: 0, relapses: [outcome(9, failure(['A']))] } }],
    ['heapBytes went', { takenAfter: { ...TOLERANCE, heapBytes: TOLERANCE.heapBytes + 1 } }],
    ['rssBytes went', { takenAfter: { ...TOLERANCE, rssBytes: TOLERANCE.rssBytes + 1 } }],
    ['handles went', { takenAfter: { ...TOLERANCE, handles: TOLERANCE.handles + 1 } }],
    ['at its peak', { peakBytes: 2 ** 31 }],
    ['2 logins', { signIns: { logins: 2, tokens: 1, maxFailedLogins: 0, locked: false } }],
    ['3 failed logins', { signIns: { logins: 1, tokens: 1, maxFailedLogins: 3, locked: false } }],
    ['2 messages were not taken', { callbacks: { sent: 3, answered200: 1, pending: 2, lost: 0 } }],
    ['2 messages were given up', { callbacks: { sent: 3, answered200: 1, pending: 0, lost: 2 } }],
    ['no report was accepted', { accepted: 0 }],
    ['t is lost', { lost: ['t is lost'] }],
    ['a key was asked for', { found: ['a key was asked for 9 times'] }],
  ])('says "%s …" where that is so', (words, change) => {
    expect(findFailures({ ...good, ...change })).toEqual([expect.stringContaining(words) as string]);
  });
});
