import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { FailedOperation } from '../operations/failed-operation.mjs';
import { openLoop } from './open-loop.mjs';

/**
 * Runs a short load in which every third operation goes wrong.
 * @param {Error} error
 * @param {boolean} countFailures
 */
function run(error, countFailures) {
  let placed = 0;
  const connect = () => ({
    send: async () => ({ status: 200, body: Buffer.from(''), at: performance.now() }),
    close: () => {},
  });
  const next = () => {
    placed += 1;
    const fails = placed % 3 === 0;
    return {
      body: '',
      check() {
        if (fails) throw error;
      },
    };
  };
  return openLoop({ connect, next, rate: 2_000, seconds: 0.05, countFailures }).then((result) => ({
    ...result,
    placed,
  }));
}

test('failed operations are counted, and their times are not', async () => {
  const { latencies, failed, placed } = await run(new FailedOperation('429'), true);
  assert.equal(failed, Math.floor(placed / 3));
  assert.equal(latencies.length + failed, placed);
});

test('a failed operation ends a load that does not count them', async () => {
  await assert.rejects(run(new FailedOperation('429'), false), /429/);
});

test('a wrong response always ends the load', async () => {
  await assert.rejects(run(new Error('wrong usage'), true), /wrong usage/);
});
