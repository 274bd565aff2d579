import { describe, expect, test } from 'vitest';
import { createCoalescedCalls } from '../../src/reports/batching/coalesced-calls.ts';
import { toAborts } from '../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS } from '../../src/reports/operation.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** In which turn of the event loop after the answer each of four operations goes on. */
async function findTurns(rows: number): Promise<number[]> {
  let answer: (value: number) => void = () => undefined;
  const calls = createCoalescedCalls({
    fetchQuery: () => new Promise<number>((resolve) => (answer = resolve)),
    isLarge: (value) => value > 1_000,
    monotonic: () => 0,
  });
  let turn = 0;
  const turns: number[] = [];
  for (let at = 0; at < 4; at += 1) {
    const operation = createOperation(
      toAborts(() => new AbortController().signal),
      true,
      NO_LIMITS,
    );
    void calls.join('a key', 'a query', operation).then(() => turns.push(turn));
  }
  await nextTurn();
  answer(rows);
  for (; turn < 10; turn += 1) await nextTurn();
  return turns;
}

describe('operations that wait for the same answer', () => {
  test('go on in turns if it is large, so that others are served in between', async () => {
    const turns = await findTurns(100_000);
    expect(turns).toHaveLength(4);
    expect(turns[0]).toBe(0);
    expect(new Set(turns).size).toBe(4);
  });

  test('go on at once if it is small', async () => {
    expect(await findTurns(10)).toEqual([0, 0, 0, 0]);
  });
});
