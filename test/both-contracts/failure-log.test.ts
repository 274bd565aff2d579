import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { findFreePort } from '../support/free-port.ts';
import { startWorld, type World, type WorldOptions } from '../support/world/world.ts';

const RIGHT = {
  clientId: 'pq8gQv2eUZlJ0dVbTn4s7mXc1YfA',
  clientSecret: 'R5wKx9hLz3tBv6nGj2cDy8sPf0Ma',
  username: 'FLEETREPORTS01',
  password: 'Depot.Harbour-27',
};

describe('the log of a server whose platform fails', () => {
  let world: World;
  let asked = 0;
  const start = async (config: NonNullable<WorldOptions['config']>): Promise<void> => {
    world = await startWorld({ config });
  };
  const ask = () =>
    world.query(
      `{ sessionsReport(input: { imei: "${world.devices('meter', 1)[0] ?? ''}", durationLow: ${(asked += 1)} }) { deviceId } }`,
    );
  const logged = (): Record<string, unknown>[] =>
    world.logged.map((line) => ({ ...(JSON.parse(line) as Record<string, unknown>), time: null }));

  afterEach(() => world.close());

  test.each([
    { half: 'user', wrong: { password: 'not-this-one-27' }, variables: 'THINGSPACE_USERNAME and THINGSPACE_PASSWORD' },
    {
      half: 'application',
      wrong: { clientSecret: 'not-this-one-27' },
      variables: 'THINGSPACE_CLIENT_ID and THINGSPACE_CLIENT_SECRET',
    },
  ])(
    'says once that the platform rejects the credentials ($half) and once that sign-in is blocked, and does not contain them',
    async ({ half, wrong, variables }) => {
      const credentials = { ...RIGHT, ...wrong };
      await start({ credentials });

      const rejected = {
        time: null,
        host: new URL(world.simulator.url).host,
        reason: 'SIGN_IN_REFUSED',
        status: 401,
        systemCode: null,
        rejectedCredentials: half,
      };
      await ask();
      expect(logged()).toEqual([{ ...rejected, level: 40, msg: 'signing in to the platform failed' }]);
      for (let times = 0; times < 5; times += 1) await ask();

      const [, blocked, ...others] = logged();
      expect(others).toEqual([]);
      expect(blocked).toEqual({
        ...rejected,
        level: 50,
        msg: expect.stringContaining(`Correct ${variables},`) as string,
      });
      for (const secret of Object.values(credentials)) expect(world.logged.join()).not.toContain(secret);
    },
  );

  test('says that sign-in is blocked as soon as four logins may have failed', async () => {
    await start({});
    await world.admin.fault({ path: PATHS.login, reset: true });
    for (const seconds of [10, 30, 90]) {
      await ask();
      world.clock.advance(seconds * 1_000);
    }
    const blockedLines = () => logged().filter((line) => line['level'] === 50);
    expect(blockedLines()).toEqual([]);
    await ask();
    expect(blockedLines()).toMatchObject([
      { msg: expect.stringMatching(/^Sign-in is blocked: .+ run npm run reset-sign-in\.$/) as string },
    ]);
    await ask();
    expect(blockedLines()).toHaveLength(1);
  });

  test('says once why the platform cannot be reached, with its host', async () => {
    const port = await findFreePort();
    await start({ baseUrl: `http://127.0.0.1:${port}/api`, retries: 0 });

    await ask();
    await ask();

    expect(logged()).toMatchObject([
      { level: 40, msg: 'the platform cannot be reached', host: `127.0.0.1:${port}`, systemCode: 'ECONNREFUSED' },
      {
        level: 40,
        msg: 'signing in to the platform failed',
        host: `127.0.0.1:${port}`,
        systemCode: 'ECONNREFUSED',
      },
    ]);
  });

  test('says what failed last when the breaker opens, and when the platform works again', async () => {
    await start({ retries: 0, breakerFailures: 3 });
    await ask();
    await world.admin.fault({ path: PATHS.sessions, status: 502, rawBody: 'what a gateway said', times: 20 });
    for (let times = 0; times < 8; times += 1) {
      await ask();
      world.clock.advance(600);
    }
    await world.admin.endFaults();
    for (let times = 0; times < 8; times += 1) {
      world.clock.advance(10_000);
      await ask();
    }

    expect(logged()).toMatchObject([
      { level: 40, status: 502, msg: expect.stringContaining('keeps failing') as string },
      { level: 30, msg: 'the platform is responding again' },
    ]);
    expect(world.logged.join()).not.toContain('what a gateway said');
  });
});
