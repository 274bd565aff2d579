import { describe, expect, test } from 'vitest';
import type { ReportError } from '../../src/domain/errors.ts';
import { toAborts } from '../../src/domain/wait-for.ts';
import { createOperation, type Operation } from '../../src/reports/operation.ts';
import { beginCall } from '../../src/reports/upstream-call.ts';

const operationWith = (maxCalls: number): Operation =>
  createOperation(
    toAborts(() => new AbortController().signal),
    true,
    { maxCalls, maxBytes: Infinity },
  );

describe('a call that several operations wait for', () => {
  /** A call whose first request both have paid for, and whose second one only the second could pay for. */
  const start = () => {
    const [poor, rich] = [operationWith(1), operationWith(10)];
    const waiting = new Set([poor, rich]);
    const refused: [Operation, ReportError][] = [];
    const { options } = beginCall(
      () => waiting,
      null,
      () => 0,
      (operation, error) => {
        refused.push([operation, error]);
        waiting.delete(operation);
      },
    );
    options.onSend();
    options.onSend();
    expect(refused).toMatchObject([[poor, { code: 'BUDGET_EXCEEDED' }]]);
    expect([poor.callsMade, rich.callsMade]).toEqual([1, 2]);
    return { poor, rich, options };
  };

  test('refunds a 429 only to those who paid for that request, and once', () => {
    const { poor, rich, options } = start();

    options.onRateLimited?.();
    expect([poor.callsMade, rich.callsMade]).toEqual([1, 1]);
    options.onNotArrived?.();
    expect([poor.cost, rich.cost]).toMatchObject([
      { calls: 1, retried: 0 },
      { calls: 1, retried: 1 },
    ]);
  });

  test('takes a request that did not arrive out of the cost of those who paid for it, and of no others', () => {
    const { poor, rich, options } = start();

    options.onNotArrived?.();
    expect([poor.cost, rich.cost]).toMatchObject([
      { calls: 1, retried: 0 },
      { calls: 1, retried: 0 },
    ]);
  });
});
