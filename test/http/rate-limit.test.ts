import { describe, expect, test } from 'vitest';
import { createRateLimit } from '../../src/http/rate-limit.ts';
import { toAddressKey } from '../../src/http/client-address.ts';
import { fc } from '../support/fast-check.ts';

const MINUTE_MS = 60_000;

describe('a rate limit', () => {
  const at = (perMinute: number, startsAtMs = 0) => {
    let nowMs = startsAtMs;
    const limit = createRateLimit({ perMinute, now: () => nowMs });
    const takeAll = (times: number, key = 'a'): number =>
      Array.from({ length: times }, () => limit.take(key)).filter((retryAfterSeconds) => retryAfterSeconds === 0)
        .length;
    return { take: limit.take, takeAll, move: (byMs: number) => (nowMs += byMs) };
  };

  test('allows the requests of one minute at once, and no more', () => {
    for (const perMinute of [1, 7, 60, 1_000]) {
      const { takeAll, take } = at(perMinute);
      expect(takeAll(3 * perMinute)).toBe(perMinute);
      expect(take('a')).toBe(Math.ceil(60 / perMinute));
    }
  });

  test('allows another request exactly when it says, and all of them after a minute', () => {
    const { takeAll, take, move } = at(4);
    expect(takeAll(10)).toBe(4);
    expect(take('a')).toBe(15);
    move(14_999);
    expect(take('a')).toBe(1);
    move(1);
    expect(takeAll(10)).toBe(1);
    move(MINUTE_MS);
    expect(takeAll(10)).toBe(4);
    move(1_000 * MINUTE_MS);
    expect(takeAll(10)).toBe(4);
  });

  test('does not count rejected requests', () => {
    const { takeAll, move } = at(2);
    takeAll(1_000);
    move(MINUTE_MS / 2);
    expect(takeAll(1)).toBe(1);
  });

  test('is separate for each caller', () => {
    const { takeAll } = at(3);
    expect(takeAll(5, 'a')).toBe(3);
    expect(takeAll(5, 'b')).toBe(3);
    expect(takeAll(5, '')).toBe(3);
  });

  test('makes nobody wait longer if the clock jumps back', () => {
    const { takeAll, take, move } = at(6, 10 * MINUTE_MS);
    expect(takeAll(6)).toBe(6);
    move(-9 * MINUTE_MS);
    expect(take('a')).toBe(10);
    move(10_000);
    expect(takeAll(2)).toBe(1);
  });

  test('never allows more than its rate, nor requires a longer wait than for one request, whatever the clock does', () => {
    const steps = fc.array(fc.record({ moveMs: fc.integer({ min: -300_000, max: 90_000 }), times: fc.nat(20) }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), steps, (perMinute, moves) => {
        const { take, move } = at(perMinute);
        let forwardMs = 0;
        let allowedCount = 0;
        for (const { moveMs, times } of moves) {
          move(moveMs);
          forwardMs += Math.max(0, moveMs);
          for (let each = 0; each < times; each += 1) {
            const retryAfterSeconds = take('a');
            allowedCount += retryAfterSeconds === 0 ? 1 : 0;
            expect(retryAfterSeconds).toBeLessThanOrEqual(Math.ceil(60 / perMinute));
          }
        }
        expect(allowedCount).toBeLessThanOrEqual(perMinute + (forwardMs * perMinute) / MINUTE_MS + 0.001);
      }),
    );
  });

  test('allows a request after the wait that it reported', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(5_000)), (perMinute, pauses) => {
        const { take, move } = at(perMinute);
        for (const pauseMs of pauses) {
          const retryAfterSeconds = take('a');
          move(retryAfterSeconds === 0 ? pauseMs : retryAfterSeconds * 1_000);
          if (retryAfterSeconds > 0) expect(take('a')).toBe(0);
        }
      }),
    );
  });

  test('stores a bounded number of callers, and does not drop the active ones', () => {
    const { takeAll, take } = at(1);
    expect(takeAll(1, 'busy')).toBe(1);
    for (let caller = 0; caller < 200_000; caller += 1) {
      take(`caller ${caller}`);
      if (caller % 10_000 === 0) expect(takeAll(1, 'busy')).toBe(0);
    }
    // The callers that were idle the longest were dropped, so they start again.
    expect(takeAll(1, 'caller 0')).toBe(1);
    expect(takeAll(1, 'x'.repeat(2 ** 20))).toBe(1);
  });
});

describe('the rate limit key', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['', 'unknown'],
    ['not an address', 'unknown'],
  ])('of %s is %s: an IPv6 /64 network counts as one caller', (address, key) => {
    expect(toAddressKey(address)).toBe(key);
  });
});
