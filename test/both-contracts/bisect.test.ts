import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { AggregatedReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-10' };
const WINDOW_MS = 60_000;

describe('devices that the platform rejects', () => {
  let world: World;
  let ten: string[];
  beforeAll(async () => {
    world = await startWorld({ config: { retries: 0, batchWindowMs: WINDOW_MS, concurrency: 4 } });
    ten = world.devices('meter', 10);
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());
  afterEach(() => world.admin.endFaults());

  const reject = async (imeis: readonly string[], status = 400): Promise<void> => {
    for (const imei of imeis) {
      await world.admin.fault({ path: PATHS.aggregate, imei, status, code: `REFUSED_${imei}` });
    }
  };
  const ask = (imei: readonly string[]) =>
    world.query(AggregatedReportDocument, { input: { imei: [...imei], ...WINDOW } });
  const callCount = async (): Promise<number> => (await world.admin.calls(PATHS.aggregate)).length;
  const report = ({ data }: Awaited<ReturnType<typeof ask>>) => ({
    usage: data?.aggregatedReport?.usage.map(({ imei }) => imei).sort(),
    errors: data?.aggregatedReport?.errors.map(({ imei, errorResponse }) => [imei, errorResponse?.errorCode]),
  });
  const own = (imeis: readonly string[]) => imeis.map((imei) => [imei, `REFUSED_${imei}`]);

  test.each([400, 403, 404])('with status %i fail alone among ten, found by bisection', async (status) => {
    const calls: number[] = [];
    for (const rejected of ten) {
      await reject([rejected], status);
      const others = ten.filter((imei) => imei !== rejected);
      expect(report(await ask(ten))).toEqual({ usage: [...others].sort(), errors: own([rejected]) });
      calls.push(await callCount());
      await world.admin.forgetCalls();
      await world.admin.endFaults();
    }
    expect(calls).toEqual([9, 8, 6, 6, 5, 8, 7, 5, 5, 4]);
  });

  test('are found in at most thirteen calls if they are many of ten, and the others get their usage', async () => {
    for (const rejected of [ten.slice(0, 5), ten.slice(0, 6), ten.slice(1), ten.filter((_, at) => at % 2 === 0)]) {
      await reject(rejected);
      const others = ten.filter((imei) => !rejected.includes(imei));
      expect(report(await ask(ten))).toEqual({ usage: [...others].sort(), errors: own(rejected) });
      expect(await callCount()).toBeLessThanOrEqual(13);
      await world.admin.forgetCalls();
      await world.admin.endFaults();
    }
  });

  test('are not reported as the cause if the platform fails for all other devices', async () => {
    const [rejected = '', ...others] = ten;
    await reject([rejected]);
    await world.admin.fault({ path: PATHS.aggregate, status: 503 });
    const answer = await ask([rejected, ...others]);
    expect(answer.data).toEqual({ aggregatedReport: null });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('are each fetched alone if they are ten of ten: thirteen calls, and the report fails', async () => {
    await reject(ten);
    const answer = await ask(ten);
    expect(answer.errors).toMatchObject([
      {
        path: ['aggregatedReport'],
        extensions: { code: 'UPSTREAM_BAD_REQUEST', upstream: { code: own(ten)[0]?.[1] } },
      },
    ]);
    expect(await callCount()).toBe(13);
  });

  test('are not each fetched alone if they are a hundred of a hundred: 22 calls', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 403 });
    const { data, errors } = await ask(world.devices('meter', 100));
    expect(data?.aggregatedReport).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_FORBIDDEN' } }]);
    expect(await callCount()).toBe(22);
  });

  test('are all found if they are every tenth of a hundred, and the others get their usage', async () => {
    const hundred = world.devices('meter', 100);
    const rejected = hundred.filter((_, at) => at % 10 === 3);
    await reject(rejected);
    const { usage, errors } = report(await ask(hundred));
    expect(usage).toEqual(hundred.filter((imei) => !rejected.includes(imei)).sort());
    expect(errors).toEqual(own(rejected));
    expect(await callCount()).toBe(60);
  });

  test('do not affect another operation in the same call, which gets all its devices', async () => {
    const [mine, theirs] = [ten.slice(0, 5), ten.slice(5)];
    await reject([...theirs, ...mine.slice(1)]);
    const [first, second] = await Promise.all([ask(mine), ask(theirs)]);
    expect(report(first)).toEqual({ usage: mine.slice(0, 1), errors: own(mine.slice(1)) });
    expect(second.errors).toMatchObject([{ extensions: { upstream: { code: own(theirs)[0]?.[1] } } }]);
    expect(await callCount()).toBeLessThanOrEqual(13);
  });

  test('are not searched for after a 500, which fails the whole call', async () => {
    await world.admin.fault({ path: PATHS.aggregate, imei: ten[3], status: 500 });
    const { errors } = await ask(ten);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(await callCount()).toBe(1);
  });

  test('are found beside a device that gets a 503', async () => {
    await reject(ten.slice(0, 1));
    await world.admin.fault({ path: PATHS.aggregate, imei: ten[9], status: 503, code: 'BUSY' });
    const { usage, errors } = report(await ask(ten));
    // All five of the half that fails, because nobody can know which of them caused it.
    expect(usage).toEqual(ten.slice(1, 5).sort());
    expect(errors).toEqual([...own(ten.slice(0, 1)), ...ten.slice(5).map((imei) => [imei, 'BUSY'])]);
  });

  test('add the calls of the bisection to the cost of their own operation only', async () => {
    await reject(ten.slice(0, 1));
    const [mine, theirs] = await Promise.all([ask(ten.slice(0, 5)), ask(ten.slice(5))]);
    expect(cost(mine)).toMatchObject({ calls: 8, shared: 1 });
    expect(cost(theirs)).toMatchObject({ calls: 2, shared: 1 });
  });
});

function cost({ extensions }: Answer<unknown>): unknown {
  return extensions['upstream'];
}
