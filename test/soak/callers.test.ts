import { describe, expect, test } from 'vitest';
import { findCrossings } from './checks/crossings.ts';
import type { LoadClient } from './load/client.ts';
import type { Operation } from './load/operations/operation.ts';
import { failure, RIGHT, type Checked } from './load/outcome.ts';
import { noteAsked } from './load/parties/asked.ts';
import { asDying } from './load/parties/dying.ts';
import { excuseCuts } from './load/parties/excuse-cuts.ts';
import { createWallet } from './load/parties/wallet.ts';
import { nowMs } from './time.ts';

const toOperation = (checked: Checked, needs: Operation['needs'] = ['platform']): Operation => ({
  name: 'read',
  needs,
  weight: 1,
  run: () => Promise.resolve(checked),
});

describe('the soak’s check of a token’s response', () => {
  const HABITS = { lifetimeMs: 2_000, usedForMs: 5_000 };

  function openWallet(publishedAtMs = 0) {
    const clock = { atMs: 100_000 };
    const mint = (lifetimeMs: number) =>
      Promise.resolve({ text: `t${clock.atMs}`, endsAtMs: clock.atMs + lifetimeMs, kid: 'key-1', publishedAtMs });
    return { clock, showPass: createWallet({ issuer: { mint, habits: HABITS }, now: () => clock.atMs }) };
  }

  test('sends a token for as long as the habits say, then another', async () => {
    const { clock, showPass } = openWallet();
    expect((await showPass()).headers).toEqual({ Authorization: 'Bearer t100000' });
    clock.atMs += 4_999;
    expect((await showPass()).headers).toEqual({ Authorization: 'Bearer t100000' });
    clock.atMs += 1;
    expect((await showPass()).headers).toEqual({ Authorization: 'Bearer t105000' });
  });

  test('accepts only 401 once a token has expired, and either while it expires', async () => {
    const { clock, showPass } = openWallet();
    const before = await showPass();
    clock.atMs += 2_000;
    const after = await showPass();
    expect(() => before.check(401)).not.toThrow();
    expect(() => before.check(200)).not.toThrow();
    expect(() => after.check(401)).not.toThrow();
    expect(() => after.check(200)).toThrow('200 for a token that expired 0 ms before');
  });

  test('rejects a 401 before the expiry, unless the key is new and the server has not used it yet', async () => {
    const old = await openWallet(100_000 - 31_000).showPass();
    expect(() => old.check(401)).toThrow('a key that was published 31000 ms before');
    const { showPass } = openWallet(99_000);
    const [first, second] = [await showPass(), await showPass()];
    expect(() => first.check(401)).not.toThrow();
    second.check(200);
    const third = await showPass();
    expect(() => third.check(401)).toThrow('with a key that the server knows');
    expect(() => first.check(401)).not.toThrow();
  });
});

describe('the soak’s check of a session that ends', () => {
  const runWith = (operation: Operation, death: { fromMs: number; surelyFromMs: number } | null) =>
    asDying(operation, { death: () => death }).run();
  const dead = { fromMs: 0, surelyFromMs: 0 };
  const REJECTED = failure(['UPSTREAM_UNAUTHENTICATED']);

  test('rejects usage after the end, and failures before it', async () => {
    expect(await runWith(toOperation(REJECTED), dead)).toEqual(REJECTED);
    expect((await runWith(toOperation(RIGHT), dead)).detail).toBe('usage was returned for a session that has ended');
    expect(await runWith(toOperation(RIGHT), null)).toEqual(RIGHT);
    expect((await runWith(toOperation(REJECTED), null)).verdict).toBe('wrong');
    expect(await runWith(toOperation(RIGHT), { fromMs: 0, surelyFromMs: Infinity })).toEqual(RIGHT);
  });

  test('does not change operations that need only the store', () => {
    const stored = toOperation(RIGHT, ['store']);
    expect(asDying(stored, { death: () => dead })).toBe(stored);
    expect(asDying(toOperation(RIGHT), { death: () => dead }).needs).toEqual(['platform', 'session']);
  });
});

describe('the soak’s check of broken connections', () => {
  const cut = failure(['CONNECTION_BROKEN']);

  test('excuses a timeout only together with a connection that was cut', async () => {
    const late = failure(['OPERATION_TIMEOUT']);
    const both = failure(['CONNECTION_BROKEN', 'OPERATION_TIMEOUT']);
    expect((await excuseCuts(toOperation(late), () => true).run()).verdict).toBe('wrong');
    expect(await excuseCuts(toOperation(both), () => true).run()).toMatchObject(both);
  });

  test('excuses connections that a kill explains, and no others', async () => {
    const asked: [number, number][] = [];
    const startedAtMs = nowMs();
    const check = (wasKilled: boolean) =>
      excuseCuts(toOperation(cut), (fromMs, toMs) => {
        asked.push([fromMs, toMs]);
        return wasKilled;
      }).run();
    expect((await check(true)).verdict).toBe('error');
    expect((await check(false)).detail).toBe('CONNECTION_BROKEN, but no server was killed');
    for (const [fromMs, toMs] of asked) {
      expect(fromMs).toBeLessThan(startedAtMs);
      expect(toMs).toBeGreaterThanOrEqual(startedAtMs);
    }
    const other = failure(['SIGN_IN_REFUSED']);
    expect(await excuseCuts(toOperation(other), () => false).run()).toMatchObject(other);
  });
});

describe('the soak’s check of upstream calls', () => {
  const START = '2026-11-01T00:00:00.000Z';
  const toCall = (token: string, imei: string | string[], startDate = START) => ({
    path: '/hyper-precise/v1/report/aggregate',
    headers: { 'vz-m2m-token': token },
    body: JSON.stringify({ imei, startDate }),
  });

  test('finds a device, a window and a session that do not belong to the caller', async () => {
    const { client, asked } = noteAsked<Pick<LoadClient, 'query'>>({
      query: () => Promise.resolve({ status: 200, data: null, errors: [], warnings: [] }),
    });
    await client.query('', { input: { imei: ['1', '2'], startDate: START } });
    await client.query('', { imei: '3', startDate: START });
    await client.query('', { representations: [{ imei: '4' }], startDate: START });
    const askers = [
      { token: 'anne', asked },
      { token: 'bert', asked: new Map() },
    ];
    const good = [toCall('anne', ['1', '4']), toCall('anne', '3'), toCall('anne', ['2'], '2026-11-01')];
    expect(findCrossings(good, askers)).toEqual([]);
    for (const bad of [
      toCall('bert', '3'),
      toCall('anne', ['1', '5']),
      toCall('anne', '1', '2026-11-02'),
      toCall('c', '1'),
    ]) {
      expect(findCrossings([...good, bad], askers)).toEqual([expect.stringContaining('a call to') as string]);
    }
    expect(findCrossings([], askers)).toEqual(['the platform received no report call']);
  });
});
