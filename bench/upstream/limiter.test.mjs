import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimiter } from './limiter.mjs';

/** @param {number} limit */
function limited(limit) {
  let nowMs = 0;
  const limiter = createLimiter(() => nowMs);
  limiter.limitTo(limit);
  return {
    limiter,
    /** Counts how many of `calls` in a row, `gapMs` apart, are allowed. */
    admitted(/** @type {number} */ calls, /** @type {number} */ gapMs) {
      let count = 0;
      for (let call = 0; call < calls; call += 1) {
        if (limiter.admit()) count += 1;
        nowMs += gapMs;
      }
      return count;
    },
    pass: (/** @type {number} */ ms) => void (nowMs += ms),
  };
}

test('without a limit, every call is allowed', () => {
  assert.equal(limited(0).admitted(10_000, 0), 10_000);
});

test('calls at the limit are all allowed, and a second’s worth of them may arrive at once', () => {
  assert.equal(limited(100).admitted(6_000, 10), 6_000);
  assert.equal(limited(100).admitted(500, 0), 100);
});

test('above the limit, the rest is rejected, whatever the gaps', () => {
  for (const gapMs of [0.5, 1, 2, 4]) {
    const { admitted } = limited(100);
    const seconds = 60;
    const count = admitted((seconds * 1000) / gapMs, gapMs);
    assert.ok(count >= 100 * seconds && count <= 100 * (seconds + 1), `${count} calls with a gap of ${gapMs} ms`);
  }
});

test('an idle time saves up no more than a second’s worth', () => {
  const { admitted, pass } = limited(100);
  assert.equal(admitted(200, 0), 100);
  pass(60_000);
  assert.equal(admitted(200, 0), 100);
});

test('a limit can be removed again', () => {
  const { limiter, admitted } = limited(1);
  assert.equal(admitted(10, 0), 1);
  limiter.limitTo(0);
  assert.equal(admitted(10, 0), 10);
});
