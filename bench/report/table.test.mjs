import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFigures } from './figures.mjs';
import { rowsOf, titleOf } from './table.mjs';

/** @type {import('../workloads/under-load.mjs').Metric[]} */
const metrics = [
  {
    key: 'rate',
    label: 'requests/s',
    digits: 0,
    target: { of: 'ratio', atLeast: 2 },
    against: { echo: { atLeast: 0.5 } },
  },
  { key: 'failed', label: 'failed', digits: 0, noRatio: true, target: { of: 'value', atMost: 0 } },
];
const workload = { number: 2, title: 'one device', metrics };
const labels = {
  bare: 'bare handler',
  echo: 'echo',
  before: 'this server before',
  server: 'this server',
  yoga: 'Yoga',
};

/** @param {Partial<Record<keyof typeof labels, number[]>>} rates by server and round */
function measured(rates) {
  const names = /** @type {(keyof typeof labels)[]} */ (Object.keys(rates));
  const rounds = (rates.server ?? []).map((_, round) =>
    Object.fromEntries(names.map((name) => [name, { rate: rates[name]?.[round] ?? 0, failed: 0 }])),
  );
  return toFigures(
    workload,
    names.map((name) => ({ name, label: labels[name] })),
    rounds,
  );
}

test('a ratio is taken within its round, and shown with its spread', () => {
  const { rows } = rowsOf(measured({ bare: [100, 200, 100], server: [210, 440, 230] }));
  assert.deepEqual(rows, [
    ['bare handler', '100 (1.00)', '0'],
    ['this server', '230 (2.20; 2.10–2.30)', '0'],
    ['target', 'ratio ≥ 2: met', '≤ 0: met'],
  ]);
});

test('a difference inside the spread is marked as none', () => {
  const { rows } = rowsOf(measured({ bare: [100, 100, 100], server: [95, 103, 104], yoga: [95, 90, 99] }));
  assert.equal(rows[1][1], '103 (≈ 1.03; 0.95–1.04)');
  assert.equal(rows[2][1], '95 (0.95; 0.90–0.99)');
});

test('this server is compared with itself before, and with the echo', () => {
  const rates = { bare: [10, 10, 10], echo: [80, 80, 80], before: [20, 20, 20], server: [19, 22, 48] };
  const rows = rowsOf(measured(rates)).rows.slice(4, 6);
  assert.deepEqual(rows, [
    ['this server / this server before', '≈ 1.10; 0.95–2.40', ''],
    ['this server / echo', '0.28; 0.24–0.60 (≥ 0.5: missed, but not in each round)', ''],
  ]);
});

test('without the bare handler there is no ratio, and figures have their own spread', () => {
  const { rows } = rowsOf(measured({ server: [7, 5, 6] }));
  assert.deepEqual(rows[0], ['this server', '6 [5–7]', '0']);
  assert.deepEqual(rows[1], ['target', 'ratio ≥ 2', '≤ 0: met']);
});

test('the title says when there are too few rounds', () => {
  assert.equal(titleOf(measured({ server: [1, 2] })), '2. one device (2 rounds, too few to compare)');
  assert.equal(titleOf(measured({ server: [1, 2, 3, 4, 5] })), '2. one device (5 rounds)');
});
