import { describe, expect, test } from 'vitest';
import { createStartProgress } from '../../src/app/start-progress.ts';
import { createManualClock } from '../support/fakes/manual-clock.ts';

describe('the progress of a start', () => {
  const begin = () => {
    const reported: string[] = [];
    const clock = createManualClock();
    const { after } = clock;
    const progress = createStartProgress({ after, slowMs: 1_000, report: (step) => reported.push(step) });
    return { clock, progress, reported };
  };

  test('is not reported if the start is quick', async () => {
    const { clock, progress, reported } = begin();
    expect(await progress.during('opening the store', Promise.resolve('store'))).toBe('store');
    await progress.during('listening', Promise.resolve());
    progress.end();
    expect(clock.waiting()).toBe(0);
    expect(reported).toEqual([]);
  });

  test('is reported once the start is slow: the step at that moment, then each later one as it begins', async () => {
    const { clock, progress, reported } = begin();
    await progress.during('starting the simulator', Promise.resolve());
    let open: (store: string) => void = () => undefined;
    const store = new Promise<string>((resolve) => (open = resolve));
    const opening = progress.during('opening the store', store);
    expect(reported).toEqual([]);
    clock.letGo();
    expect(reported).toEqual(['opening the store']);
    open('store');
    expect(await opening).toBe('store');
    await progress.during('listening', Promise.resolve());
    expect(reported).toEqual(['opening the store', 'listening']);
  });

  test('is not reported between two steps, and not after a step that failed', async () => {
    const { clock, progress, reported } = begin();
    await expect(progress.during('opening the store', Promise.reject(new Error('no')))).rejects.toThrow('no');
    clock.letGo();
    expect(reported).toEqual([]);
  });
});
