import { describe, expect, it } from 'vitest';
import { createTurnPace } from '../../src/turns/turn-pace.ts';

describe('a pace', () => {
  it('lets so much work be done in each turn of the event loop, whoever came first before the others', async () => {
    const pace = createTurnPace(10);
    let turn = 0;
    const count = (): void => {
      turn += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const doneIn: [worker: number, turn: number][] = [];
    const workers = Array.from({ length: 35 }, async (_, worker) => {
      await pace(1);
      doneIn.push([worker, turn]);
    });
    await Promise.all(workers);
    clearImmediate(counting);
    expect(doneIn.map(([worker]) => worker)).toEqual(workers.map((_, worker) => worker));
    const perTurn = [...new Set(doneIn.map(([, at]) => at))].map(
      (at) => doneIn.filter(([, each]) => each === at).length,
    );
    expect(perTurn).toEqual([10, 10, 10, 5]);
  });

  it('waits for nothing while there is room, and does work that is larger than a turn in one', async () => {
    const pace = createTurnPace(10);
    expect(pace(9)).toBeNull();
    expect(pace(1_000)).toBeNull();
    const waiting = pace(1);
    expect(waiting).not.toBeNull();
    await waiting;
    expect(pace(1)).toBeNull();
  });
});
