import { describe, expect, test } from 'vitest';
import { ReportError } from '../../src/domain/errors.ts';
import { createMemoryKeyValues, type KeyValueStore } from '../../src/domain/key-values.ts';
import {
  createLockoutGuard,
  type LoginAttempt,
  type LockoutGuard,
} from '../../src/thingspace/sign-in/lockout-guard.ts';
import { resetSignIn } from '../../src/thingspace/sign-in/reset.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import { fc } from '../support/fast-check.ts';

const BASE_URL = 'https://platform.example.com/api';
const CREDENTIALS = { clientId: 'an-id', clientSecret: 'a-secret', username: 'a-user', password: 'a-password' };
const SAID = { status: 401, code: 'X', message: 'No' };
const MAX_LOGIN_MS = 75_000;

interface Replica {
  lockoutGuard: LockoutGuard;
}

/** Servers that share a key-value store, and with it the login history. */
function createRig(keyValues: KeyValueStore = createMemoryKeyValues()) {
  const clock = createTestClock('2026-11-20T12:00:00Z');
  const blocked: string[] = [];
  let ids = 0;
  const open = (credentials = CREDENTIALS): LockoutGuard =>
    createLockoutGuard({
      keyValues,
      baseUrl: BASE_URL,
      credentials,
      clock,
      newId: () => String((ids += 1)),
      maxLoginMs: MAX_LOGIN_MS,
      onBlocked: ({ message }) => void blocked.push(message),
    });
  return { clock, keyValues, open, blocked };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) return 'free';
  if (error instanceof ReportError) return error.code;
  throw new Error('no ReportError', { cause: error });
}

type Fate = 'succeeded' | 'rejected' | 'lost, counted' | 'lost, not counted' | 'failed' | 'withdrawn' | 'killed';

const steps = fc.array(
  fc.record({
    replica: fc.nat({ max: 3 }),
    fate: fc.constantFrom<Fate>(
      'succeeded',
      'rejected',
      'rejected',
      'rejected',
      'lost, counted',
      'lost, counted',
      'lost, not counted',
      'failed',
      'withdrawn',
      'killed',
      'killed',
    ),
    /** After how many more steps its response arrives. */
    answeredAfter: fc.nat({ max: 3 }),
    seconds: fc.constantFrom(0, 0, 1, 10, 30, 80, 300, 3_600),
    isRestarted: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40 },
);

/** Delays each read and write by a random number of turns, so that replicas interleave in any order. */
function toSlowKeyValues(keyValues: KeyValueStore, turns: Iterator<number>): KeyValueStore {
  const late = async <T>(work: () => Promise<T>): Promise<T> => {
    const count = Number(turns.next().value ?? 0);
    for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
    return work();
  };
  return {
    get: (key) => late(() => keyValues.get(key)),
    compareAndSet: (key, expected, next) => late(() => keyValues.compareAndSet(key, expected, next)),
  };
}

describe('the lockout guard of several servers', () => {
  test('never lets five logins in a row count as failed, or three be rejected, whoever logs in, dies or restarts', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const { clock, open } = createRig();
        const replicas: Replica[] = Array.from({ length: 4 }, () => ({ lockoutGuard: open() }));
        const carrier = { counted: 0, rejections: 0 };
        let waiting: { dueAt: number; dueMs: number; answer: () => Promise<unknown> }[] = [];
        /** A response comes after its steps, and within the longest time that a login can take. */
        const answerThose = async (at: number): Promise<void> => {
          const isDue = (each: (typeof waiting)[number]): boolean =>
            each.dueAt <= at || each.dueMs <= clock.monotonic();
          const due = waiting.filter(isDue);
          waiting = waiting.filter((each) => !isDue(each));
          for (const each of due) await each.answer();
        };
        const logIn = async ({ lockoutGuard }: Replica, fate: Fate, dueAt: number): Promise<void> => {
          let attempt: LoginAttempt;
          try {
            attempt = await lockoutGuard.begin();
          } catch (error) {
            expect(['SIGN_IN_REFUSED', 'UPSTREAM_UNAVAILABLE']).toContain((error as ReportError).code);
            return;
          }
          // The worst that the carrier can have counted, as soon as the login was sent.
          if (fate === 'succeeded') Object.assign(carrier, { counted: 0, rejections: 0 });
          if (fate === 'rejected' || fate === 'lost, counted' || fate === 'killed') carrier.counted += 1;
          if (fate === 'rejected') carrier.rejections += 1;
          expect(carrier.counted).toBeLessThan(5);
          expect(carrier.rejections).toBeLessThanOrEqual(2);
          if (fate !== 'killed') {
            const dueMs = clock.monotonic() + MAX_LOGIN_MS - 10_000;
            waiting.push({ dueAt, dueMs, answer: () => notify(attempt, fate) });
          }
        };
        for (const [at, { replica, fate, answeredAfter, seconds, isRestarted }] of sequence.entries()) {
          clock.advance(seconds * 1_000);
          await answerThose(at);
          if (isRestarted) replicas[replica] = { lockoutGuard: open() };
          await logIn(replicas[replica] ?? { lockoutGuard: open() }, fate, at + answeredAfter + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('lets no two logins act on the same state, however their reads and writes interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.infiniteStream(fc.nat({ max: 6 })), async (count, turns) => {
        const { open } = createRig(toSlowKeyValues(createMemoryKeyValues(), turns));
        const lockoutGuards = Array.from({ length: count }, () => open());
        let rejected = 0;
        const tryOnce = async (lockoutGuard: LockoutGuard): Promise<void> => {
          const attempt = await lockoutGuard.begin().catch(() => null);
          if (attempt === null) return;
          rejected += 1;
          await attempt.rejected(SAID);
        };
        for (let round = 0; round < 3; round += 1) await Promise.all(lockoutGuards.map(tryOnce));
        expect(rejected).toBe(2);
      }),
      { numRuns: 100 },
    );
  });

  test('makes the second login wait until the first one has ended', async () => {
    const { open, clock } = createRig();
    const first = await open().begin();
    const second = open().begin();
    await Promise.resolve();
    await first.settle({ kind: 'succeeded' });
    await (await second).settle({ kind: 'succeeded' });
    expect(clock.pauses.every((pause) => pause === 100)).toBe(true);
  });

  test('does not let a success clear a login that may still fail', async () => {
    const { open, clock, keyValues } = createRig();
    const slow = await open().begin();
    clock.advance(10_000);
    await (await open().begin()).rejected(SAID);
    await slow.settle({ kind: 'succeeded' });
    expect(await resetSignIn(keyValues, BASE_URL, CREDENTIALS)).toEqual({ rejections: 1, failed: 1 });
    const slower = await open().begin();
    clock.advance(10_000);
    await (await open().begin()).settle({ kind: 'succeeded' });
    expect(await resetSignIn(keyValues, BASE_URL, CREDENTIALS)).toEqual({ rejections: 0, failed: 1 });
    await slower.rejected(SAID);
    expect(await resetSignIn(keyValues, BASE_URL, CREDENTIALS)).toEqual({ rejections: 1, failed: 1 });
  });

  test('counts the login of a server that died as one with an unknown outcome', async () => {
    const { open, clock } = createRig();
    for (const seconds of [10, 30, 90]) {
      await open().begin();
      expect(await codeOf(open().check())).toBe('UPSTREAM_UNAVAILABLE');
      clock.advance(seconds * 1_000 + MAX_LOGIN_MS);
    }
    await open().begin();
    clock.advance(86_400_000);
    expect(await codeOf(open().check())).toBe('SIGN_IN_REFUSED');
  });

  test('admits other credentials of the user at once, and blocks all before the fifth failure', async () => {
    const { open } = createRig();
    const rejectTwice = async (lockoutGuard: LockoutGuard): Promise<void> => {
      for (let times = 0; times < 2; times += 1) await (await lockoutGuard.begin()).rejected(SAID);
      expect(await codeOf(lockoutGuard.check())).toBe('SIGN_IN_REFUSED');
    };
    await rejectTwice(open());
    await rejectTwice(open({ ...CREDENTIALS, password: 'a second one' }));
    expect(await codeOf(open({ ...CREDENTIALS, password: 'a third one' }).check())).toBe('SIGN_IN_REFUSED');
    expect(await codeOf(open({ ...CREDENTIALS, username: 'another-user' }).check())).toBe('free');
  });

  test('admits logins again after a reset, also in servers that run', async () => {
    const { open, keyValues } = createRig();
    const lockoutGuard = open();
    for (let times = 0; times < 2; times += 1) await (await lockoutGuard.begin()).rejected(SAID);
    expect(await codeOf(lockoutGuard.check())).toBe('SIGN_IN_REFUSED');
    expect(await resetSignIn(keyValues, BASE_URL, CREDENTIALS)).toEqual({ rejections: 2, failed: 2 });
    expect(await codeOf(lockoutGuard.check())).toBe('free');
    expect(await resetSignIn(keyValues, BASE_URL, CREDENTIALS)).toEqual({ rejections: 0, failed: 0 });
  });

  test('announces that sign-in is blocked at once, and in each server once until it is free again', async () => {
    const { open, keyValues, blocked } = createRig();
    const lockoutGuard = open();
    const other = open();
    await lockoutGuard.rejected(SAID);
    expect(blocked).toEqual([]);
    await (await lockoutGuard.begin()).rejected(SAID);
    expect(blocked).toEqual([
      expect.stringMatching(/^Sign-in is blocked .+ Correct THINGSPACE_USERNAME and THINGSPACE_PASSWORD,/),
    ]);
    for (let times = 0; times < 3; times += 1) {
      for (const each of [lockoutGuard, other]) expect(await codeOf(each.begin())).toBe('SIGN_IN_REFUSED');
    }
    expect(blocked).toHaveLength(2);
    await resetSignIn(keyValues, BASE_URL, CREDENTIALS);
    await (await lockoutGuard.begin()).settle({ kind: 'succeeded' });
    for (let times = 0; times < 2; times += 1) await lockoutGuard.rejected(SAID);
    expect(blocked).toHaveLength(3);
    expect(blocked[2]).toMatch(/Correct THINGSPACE_CLIENT_ID and THINGSPACE_CLIENT_SECRET,/);
  });

  test('reads a history of a version that did not record which credentials were rejected', async () => {
    const keyValues = createMemoryKeyValues();
    const writing = createRig(keyValues);
    for (let times = 0; times < 2; times += 1) await writing.open().rejected(SAID);
    const { open, blocked } = createRig({
      ...keyValues,
      get: async (key) => (await keyValues.get(key))?.replace(',"credentials":"application"', '') ?? null,
    });
    expect(await codeOf(open().check())).toBe('SIGN_IN_REFUSED');
    expect(blocked[0]).toMatch(
      /The platform rejected the credentials\. Correct THINGSPACE_CLIENT_ID, .+THINGSPACE_PASSWORD,/,
    );
  });

  test('blocks sign-in if the login history cannot be read', async () => {
    const keyValues = createMemoryKeyValues();
    const { open } = createRig({
      ...keyValues,
      get: async (key) => (await keyValues.get(key)) ?? '{"from":"a later version"}',
      compareAndSet: (key, _expected, next) => keyValues.compareAndSet(key, null, next),
    });
    expect(await codeOf(open().check())).toBe('SIGN_IN_REFUSED');
  });

  test('keeps its pauses, whatever the system clock is set to', async () => {
    for (const time of ['2026-11-20T11:00:00Z', '2026-11-20T13:00:00Z']) {
      const { open, clock } = createRig();
      const lockoutGuard = open();
      await (await lockoutGuard.begin()).settle({ kind: 'uncertain' });
      clock.setTimeOfDay(time);
      clock.advance(9_999);
      expect(await codeOf(lockoutGuard.check())).toBe('UPSTREAM_UNAVAILABLE');
      clock.advance(1);
      expect(await codeOf(lockoutGuard.check())).toBe('free');
    }
  });

  test('stores no secrets', async () => {
    const texts: string[] = [];
    const keyValues = createMemoryKeyValues();
    const { open } = createRig({
      ...keyValues,
      compareAndSet: (key, expected, next) => {
        texts.push(key, next);
        return keyValues.compareAndSet(key, expected, next);
      },
    });
    await (await open().begin()).rejected(SAID);
    expect(texts.length).toBeGreaterThan(0);
    for (const secret of [...Object.values(CREDENTIALS), 'platform.example.com']) {
      for (const text of texts) expect(text).not.toContain(secret);
    }
  });
});

describe('the lockout guard without the store', () => {
  const createBrokenRig = () => {
    const keyValues = createMemoryKeyValues();
    const store = { isBroken: false };
    const failing = <T>(work: () => Promise<T>): Promise<T> =>
      store.isBroken ? Promise.reject(new Error('the store is gone')) : work();
    const rig = createRig({
      get: (key) => failing(() => keyValues.get(key)),
      compareAndSet: (key, expected, next) => failing(() => keyValues.compareAndSet(key, expected, next)),
    });
    return { ...rig, store };
  };
  const signIn = async (lockoutGuard: LockoutGuard): Promise<void> =>
    (await lockoutGuard.begin()).settle({ kind: 'succeeded' });

  test('blocks a server that has not logged in before', async () => {
    const { open, store } = createBrokenRig();
    store.isBroken = true;
    const lockoutGuard = open();
    expect(await codeOf(lockoutGuard.check())).toBe('STORE_UNAVAILABLE');
    expect(await codeOf(lockoutGuard.begin())).toBe('STORE_UNAVAILABLE');
    store.isBroken = false;
    await signIn(lockoutGuard);
  });

  test('admits a server that has, until one of its logins may have counted, and records that when the store is back', async () => {
    const { open, store } = createBrokenRig();
    const lockoutGuard = open();
    await signIn(lockoutGuard);
    store.isBroken = true;
    await signIn(lockoutGuard);
    await (await lockoutGuard.begin()).rejected(SAID);
    expect(await codeOf(lockoutGuard.begin())).toBe('STORE_UNAVAILABLE');
    store.isBroken = false;
    await (await lockoutGuard.begin()).rejected(SAID);
    expect(await codeOf(lockoutGuard.begin())).toBe('SIGN_IN_REFUSED');
    expect(await codeOf(open().begin())).toBe('SIGN_IN_REFUSED');
  });
});

async function notify(attempt: LoginAttempt, fate: Exclude<Fate, 'killed'>): Promise<unknown> {
  if (fate === 'rejected') return attempt.rejected(SAID);
  if (fate === 'failed') return attempt.settle({ kind: 'failed', atLeastSeconds: 0 });
  return attempt.settle({ kind: fate === 'succeeded' || fate === 'withdrawn' ? fate : 'uncertain' });
}
