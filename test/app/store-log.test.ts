import { rename } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createStoreLog } from '../../src/app/store-log.ts';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { StoreError } from '../../src/async-reports/store/store-error.ts';
import { createLog } from '../../src/log.ts';
import { createManualClock } from '../support/fakes/manual-clock.ts';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';

const MINUTE_MS = 60_000;
const AWAY = new StoreError('UNAVAILABLE', 'ECONNREFUSED');
const FULL = new StoreError('FULL', 'SQLITE_FULL');

describe('the log of the store', () => {
  const open = () => {
    const lines: string[] = [];
    const clock = createManualClock();
    let ids = 0;
    const storeLog = createStoreLog({
      log: createLog('info', { write: (line) => void lines.push(line) }),
      monotonic: clock.monotonic,
      newId: () => `id-${(ids += 1)}`,
    });
    const messages = (): unknown[] =>
      lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .map(({ errorId, seconds }) => errorId ?? seconds);
    return { ...storeLog, advance: clock.advance, messages };
  };

  test('has one line a minute while the database is away, and one when it is back', () => {
    const { failed, worked, advance, messages } = open();
    expect([failed(AWAY), failed(AWAY), failed(new StoreError('UNAVAILABLE', '57P01'))]).toEqual([
      'id-1',
      'id-1',
      'id-1',
    ]);
    advance(MINUTE_MS);
    expect([failed(AWAY), failed(AWAY)]).toEqual(['id-2', 'id-2']);
    advance(5_000);
    worked('read');
    worked('write');
    expect(messages()).toEqual(['id-1', 'id-2', 65]);
  });

  test('has at most two lines a minute if the database comes and goes', () => {
    const { failed, worked, advance, messages } = open();
    for (let n = 0; n < 59; n += 1) {
      failed(AWAY);
      worked('write');
      advance(1_000);
    }
    expect(messages()).toEqual(['id-1', 0]);
  });

  test('says that a full disk has room again only after a write', () => {
    const { failed, worked, messages } = open();
    failed(FULL);
    worked('read');
    expect(messages()).toEqual(['id-1']);
    worked('write');
    expect(messages()).toEqual(['id-1', 0]);
  });

  test('has a line of its own for each cause that is not an outage, and none that says it is back', () => {
    const { failed, worked, messages } = open();
    failed(new StoreError('FAILED', '23505'));
    failed(new StoreError('FAILED', '23505'));
    failed(new StoreError('FAILED', '42P01'));
    worked('write');
    expect(messages()).toEqual(['id-1', 'id-2']);
  });
});

describe('while the file of the database is away', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  test('errors of a minute share the id of one line in the log, and one line says that it is back', async () => {
    at = await startAsyncWorld();
    const { world } = at;
    const file = path.join(world.dataDir, SQLITE_FILE_NAME);
    const [imei = ''] = imeisOf(1);
    const request = async (): Promise<unknown> => {
      const input = `{ imei: ["${imei}"], startDate: "2026-11-01", endDate: "2026-11-10" }`;
      const { errors } = await world.query(`mutation { requestAggregatedReport(input: ${input}) { txid } }`);
      return errors[0]?.extensions['errorId'];
    };
    const lines = (): Record<string, unknown>[] =>
      world.logged
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => String(msg).startsWith('the store of asynchronous reports'));
    expect(await request()).toBeUndefined();
    await rename(file, `${file}.away`);
    const first = await request();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(await request()).toBe(first);
    expect(lines().map(({ errorId, code, driverCode }) => [errorId, code, driverCode])).toEqual([
      [first, 'UNAVAILABLE', 'MOVED'],
    ]);
    world.clock.advance(MINUTE_MS);
    const second = await request();
    expect(second).not.toBe(first);
    await rename(`${file}.away`, file);
    expect(await request()).toBeUndefined();
    expect(lines().map(({ errorId, seconds }) => errorId ?? seconds)).toEqual([first, second, expect.any(Number)]);
  });
});
