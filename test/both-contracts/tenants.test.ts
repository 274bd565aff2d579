import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordedRequest,
  type RecordingPlatform,
} from '../support/fakes/recording-platform.ts';
import { toImei } from '../support/store/messages.ts';
import { PATHS } from '../support/world/admin.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const TENANTS = ['red', 'green', 'blue'] as const;
type Tenant = (typeof TENANTS)[number];

const WINDOW = 'startDate: "2026-11-01", endDate: "2026-11-10"';
const WITH_USAGE = answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 1 }));

describe('tenants with accounts of their own', () => {
  let issuer: TokenIssuer;
  let platform: RecordingPlatform;
  let world: World;
  let askedDevices = 0;
  const headersOf = new Map<Tenant, Record<string, string>>();
  /** Accounts for which the platform fails. */
  const failing = new Set<string>();

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    platform = await startRecordingPlatform();
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const respond = failing.has(accountOf(request)) ? answerWith({}, 503) : WITH_USAGE;
      respond(response, request);
    });
  });
  afterEach(async () => {
    failing.clear();
    await world.close();
    await platform.close();
    await issuer.close();
  });

  const start = async (config: Settings = {}): Promise<void> => {
    world = await startWorld({ config: { baseUrl: platform.url, tokens: issuer.config, retries: 0, ...config } });
    for (const tenant of TENANTS) {
      const claims = { sub: tenant, accounts: TENANTS.map((each) => toAccountOf(each)) };
      headersOf.set(tenant, { Authorization: `Bearer ${await issuer.token(world.clock.now(), claims)}` });
    }
  };
  /** Asks for a device in a group that nobody asked for before: in a call of its own. */
  const ask = (tenant: Tenant, account: string = tenant): Promise<Answer> => {
    const imei = toImei((askedDevices += 1));
    const input = `{ imei: ["${imei}"], accountNumber: "${toAccountOf(account)}", deviceGroup: "${askedDevices}", ${WINDOW} }`;
    const query = `{ aggregatedReport(input: ${input}) { usage { imei } errors { errorMessage } } }`;
    return world.query(query, {}, { headers: headersOf.get(tenant) ?? {} });
  };
  const isOk = ({ data }: Answer): boolean =>
    (data as { aggregatedReport: { usage: unknown[] } | null } | null)?.aggregatedReport?.usage.length === 1;
  const callCount = (account: string): number =>
    platform.requestsTo(PATHS.aggregate).filter((request) => accountOf(request) === toAccountOf(account)).length;
  /** Sends one request after the other until no call of the account leaves any more. */
  const untilHeld = async (tenant: Tenant): Promise<void> => {
    for (let times = 0; times < 30; times += 1) {
      const before = callCount(tenant);
      await ask(tenant);
      if (callCount(tenant) === before) return;
      world.clock.advance(200);
    }
    throw new Error('its calls still leave');
  };

  test('are not affected if all calls of one tenant fail, and only that one is held', async () => {
    await start();
    failing.add(toAccountOf('red'));
    const healthy: boolean[] = [];
    for (let round = 0; round < 45; round += 1) {
      await Promise.all([ask('red'), ask('red')]);
      healthy.push(isOk(await ask(round % 2 === 0 ? 'green' : 'blue')));
      world.clock.advance(200);
    }
    expect(healthy.filter((each) => !each)).toEqual([]);
    // Ten calls or so until the breaker opened, then a probe after each pause.
    expect(callCount('red')).toBeLessThanOrEqual(20);
    const warnings = world.logged.filter((line) => line.includes('keeps failing'));
    expect(warnings.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 40, accountNumber: toAccountOf('red'), status: 503, reason: 'UPSTREAM_UNAVAILABLE' },
    ]);
  });

  test('who bring their own tokens are not affected if the calls of one fail, although they ask for the same account', async () => {
    await start({ tokens: null, callersBringTokens: true, credentials: null });
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const isRed = String(request.headers['vz-m2m-token']) === 'session-red';
      (isRed ? answerWith({}, 503) : WITH_USAGE)(response, request);
    });
    for (const tenant of TENANTS) {
      headersOf.set(tenant, { Authorization: 'Bearer a-bearer', 'VZ-M2M-Token': `session-${tenant}` });
    }
    for (let round = 0; round < 30; round += 1) {
      await ask('red', 'shared');
      expect(isOk(await ask('green', 'shared'))).toBe(true);
      world.clock.advance(200);
    }
    const sentByRed = platform.requests.filter(({ headers }) => String(headers['vz-m2m-token']) === 'session-red');
    expect(sentByRed.length).toBeLessThanOrEqual(15);
  });

  test('are not held if two accounts of one tenant fail while they send nothing', async () => {
    await start();
    failing.add(toAccountOf('red')).add(toAccountOf('green'));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([ask('red', 'red'), ask('red', 'green')]);
      world.clock.advance(200);
    }
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('blue')));
    expect(answers.filter((each) => !isOk(each))).toEqual([]);
  });

  test('are all held once the calls of several fail, each after its first failure, and all let through after one success', async () => {
    await start();
    for (const tenant of TENANTS) failing.add(toAccountOf(tenant));
    for (let round = 0; round < 8; round += 1) {
      await Promise.all([ask('red'), ask('green')]);
      world.clock.advance(200);
    }
    expect(callCount('red') + callCount('green')).toBeLessThanOrEqual(16);
    await untilHeld('blue');
    expect(callCount('blue')).toBe(1);
    const before = platform.requestsTo(PATHS.aggregate).length;
    const held = await Promise.all(TENANTS.map((tenant) => ask(tenant)));
    expect(JSON.stringify(held)).toContain('The platform keeps failing');
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(before);
    expect(world.logged.filter((line) => line.includes('calls of several accounts are paused'))).toHaveLength(1);
    failing.clear();
    world.clock.advance(10_000);
    expect(isOk(await ask('red'))).toBe(true);
    for (const answer of await Promise.all(TENANTS.map((tenant) => ask(tenant)))) expect(isOk(answer)).toBe(true);
  });

  test('are served at once although all calls of one tenant hang, because it never has the last quarter of the slots', async () => {
    await start({ concurrency: 8 });
    for (const tenant of TENANTS) expect(isOk(await ask(tenant))).toBe(true);
    const held = createHeldAnswers();
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const respond = accountOf(request) === toAccountOf('red') ? held.hold(WITH_USAGE) : WITH_USAGE;
      respond(response, request);
    });
    const hanging = Array.from({ length: 30 }, () => ask('red'));
    await eventually(held.count).toBe(6);
    for (let round = 0; round < 5; round += 1) {
      const [green, blue] = await Promise.all([ask('green'), ask('blue')]);
      expect([isOk(green), isOk(blue)]).toEqual([true, true]);
    }
    expect(held.count()).toBe(6);
    platform.onRequest(PATHS.aggregate, WITH_USAGE);
    held.letAllGo();
    expect((await Promise.all(hanging)).every(isOk)).toBe(true);
  });

  test('of which only one makes calls may use all slots', async () => {
    await start({ concurrency: 8 });
    const held = createHeldAnswers();
    platform.onRequest(PATHS.aggregate, held.hold(WITH_USAGE));
    const hanging = Array.from({ length: 12 }, () => ask('red'));
    await eventually(held.count).toBe(8);
    platform.onRequest(PATHS.aggregate, WITH_USAGE);
    held.letAllGo();
    expect((await Promise.all(hanging)).every(isOk)).toBe(true);
  });

  test('wait for one call of each other tenant, although hundreds of operations of one wait', async () => {
    const held = createHeldAnswers();
    platform.onRequest(PATHS.aggregate, held.hold(WITH_USAGE));
    await start({ concurrency: 2 });
    const idleTimers = world.clock.countTimers();
    const first = ask('red');
    await eventually(held.count).toBe(1);
    // A call that waits has one timer less, for it has no attempt.
    const timersOfWaiting = world.clock.countTimers() - idleTimers - 1;
    const many = [first, ...Array.from({ length: 299 }, () => ask('red'))];
    await eventually(world.clock.countTimers).toBeGreaterThanOrEqual(idleTimers + 300 * timersOfWaiting);
    const others = [ask('green'), ask('blue')];
    await eventually(world.clock.countTimers).toBeGreaterThanOrEqual(idleTimers + 302 * timersOfWaiting);
    for (let turns = 0; turns < 4; turns += 1) {
      await eventually(held.count).toBe(2);
      held.letOneGo();
    }
    await eventually(held.count).toBe(2);
    const accounts = platform.requestsTo(PATHS.aggregate).map(accountOf);
    expect(accounts.slice(-4).sort()).toEqual(['account-blue', 'account-green', 'account-red', 'account-red']);
    platform.onRequest(PATHS.aggregate, WITH_USAGE);
    held.letAllGo();
    await Promise.all([...many, ...others]);
  });
});

function toAccountOf(tenant: string): string {
  return `account-${tenant}`;
}

function accountOf({ body }: RecordedRequest): string {
  return (JSON.parse(body.toString()) as { readonly accountNumber: string }).accountNumber;
}
