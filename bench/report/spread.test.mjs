import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDifference, spreadOf, verdict } from './spread.mjs';

test('a spread is the median with the lowest and the highest round', () => {
  assert.deepEqual(spreadOf([1.3, 0.9, 1.1]), { median: 1.1, min: 0.9, max: 1.3 });
  assert.deepEqual(spreadOf([2, 1]), { median: 1.5, min: 1, max: 2 });
});

test('a ratio shows a difference only if all rounds are on the same side of 1', () => {
  assert.ok(isDifference(spreadOf([1.01, 1.2, 1.4])));
  assert.ok(isDifference(spreadOf([0.5, 0.7, 0.99])));
  assert.ok(!isDifference(spreadOf([0.99, 1.2, 1.4])));
  assert.ok(!isDifference(spreadOf([0.5, 0.7, 1])));
});

test('a verdict says whether each round is on the side of the median', () => {
  const spread = spreadOf([1, 2, 3]);
  assert.equal(verdict(spread, { atLeast: 1 }), 'met');
  assert.equal(verdict(spread, { atLeast: 2 }), 'met, but not in each round');
  assert.equal(verdict(spread, { atLeast: 2.5 }), 'missed, but not in each round');
  assert.equal(verdict(spread, { atLeast: 4 }), 'missed');
  assert.equal(verdict(spread, { atMost: 3 }), 'met');
  assert.equal(verdict(spread, { below: 3 }), 'met, but not in each round');
  assert.equal(verdict(spread, { atMost: 1 }), 'missed, but not in each round');
});
