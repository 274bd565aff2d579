import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../src/simulator/settings.ts';
import type { Fields, HeaderFields } from '../support/world/simulator-client.ts';
import { NOON, setUp } from '../support/world/simulator-setup.ts';

const GROUP = 'Dépôt Montréal';

/** Encodes a text as clients encode UTF-8 in a header. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function omit<Value>(fields: Record<string, Value>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function rejection(message: string): object {
  return {
    status: 400,
    json: { responseCode: 'INVALID_PARAMETER', message: expect.stringContaining(message) as string },
  };
}

describe('the older contract', () => {
  async function start() {
    const { client, simulator, imeisOf } = await setUp({ version: 'older' });
    const [imei = ''] = imeisOf('meter');
    const { accountNumber } = simulator;
    const dates = { startDate: '2025-11-10', endDate: '2025-11-16' };
    return { client, accountNumber, imei, dates };
  }

  test('accepts a sessions request whose headers repeat the body', async () => {
    const { client, accountNumber, imei, dates } = await start();
    const fields = { ...dates, durationLow: 5, durationHigh: 600 };
    const headers = { ...dates, durationLow: '5', durationHigh: '600', accountNumber, imei };
    expect(await client.report('sessions', { imei, ...fields }, headers)).toMatchObject({ status: 200 });
  });

  test.each(['accountNumber', 'imei', 'startDate', 'endDate', 'durationLow'])(
    'rejects a sessions request whose header %s has another value, or is missing although it is required',
    async (name) => {
      const { client, accountNumber, imei, dates } = await start();
      const all: HeaderFields = { ...dates, durationLow: '5', accountNumber, imei };
      const fields = { imei, ...dates, durationLow: 5 };
      const isRequired = name === 'accountNumber' || name === 'imei';
      expect(await client.report('sessions', fields, omit(all, name))).toMatchObject(
        isRequired ? rejection(`Header ${name} is required`) : { status: 200 },
      );
      expect(await client.report('sessions', fields, { ...all, [name]: '7' })).toMatchObject(
        rejection(`Header ${name} contradicts`),
      );
    },
  );

  test('accepts aggregated requests with devices as a string or a list, and requires their number in a header', async () => {
    const { client, accountNumber, imei } = await start();
    for (const [list, count] of [
      [imei, '1'],
      [[imei, imei], '2'],
      [[], '0'],
    ] as const) {
      const answer = await client.report('aggregate', { imei: list }, { accountNumber, imei: count });
      expect(answer).toMatchObject({ status: 200 });
      expect(await client.report('aggregate', { imei: list }, { accountNumber, imei: '3' })).toMatchObject(
        rejection('Header imei contradicts'),
      );
    }
  });

  test('takes the filters of an aggregated request from the body, and rejects a header with another value than the body, as UTF-8', async () => {
    const { client, accountNumber, imei, dates } = await start();
    const fields = { ...dates, deviceGroup: GROUP, dataPlan: 'Fleet 250MB', noSessionFlag: 'false' };
    const headers: HeaderFields = { ...fields, deviceGroup: utf8(GROUP), accountNumber, imei: '1' };
    const send = (body: Fields, sent: HeaderFields) => client.report('aggregate', { imei: [imei], ...body }, sent);
    expect(await send({ ...fields, deviceLabel: 'Zähler' }, headers)).toMatchObject({ status: 200 });
    expect(await send(fields, { ...headers, deviceGroup: GROUP })).toMatchObject(rejection('deviceGroup contradicts'));
    for (const name of ['deviceGroup', 'dataPlan', 'noSessionFlag', 'startDate', 'endDate']) {
      expect(await send(fields, omit(headers, name))).toMatchObject({ status: 200 });
      expect(await send(omit(fields, name), headers)).toMatchObject(rejection(`Header ${name} contradicts`));
    }
  });

  test('requires noSessionFlag as a string, and X-Portal-Initiated for the asynchronous call', async () => {
    const { client, accountNumber, imei } = await start();
    const headers = { accountNumber, imei: '1', noSessionFlag: 'true' };
    expect(await client.report('aggregate', { imei: [imei], noSessionFlag: true }, headers)).toMatchObject(
      rejection('noSessionFlag'),
    );
    const plain = { accountNumber, imei: '1' };
    expect(await client.report('async/aggregate', { imei: [imei] }, plain)).toMatchObject(
      rejection('Header X-Portal-Initiated is required'),
    );
    expect(
      await client.report('async/aggregate', { imei: [imei] }, { ...plain, 'X-Portal-Initiated': 'yes' }),
    ).toMatchObject(rejection('X-Portal-Initiated must be'));
    for (const initiated of ['true', 'True', 'TRUE'])
      expect(
        await client.report('async/aggregate', { imei: [imei] }, { ...plain, 'X-Portal-Initiated': initiated }),
      ).toMatchObject({ status: 200 });
    expect(
      await client.report('async/aggregate', { imei: [imei] }, { ...plain, 'X-Portal-Initiated': 'False' }),
    ).toMatchObject({ status: 403 });
  });
});

describe('the newest contract', () => {
  test('reads only the body and ignores the headers', async () => {
    const { client, imeisOf } = await setUp({ requireListener: false });
    const [imei] = imeisOf('meter');
    const headers = { accountNumber: 'other', imei: '99', startDate: 'nonsense', noSessionFlag: 'maybe' };
    expect(await client.report('aggregate', { imei }, headers)).toMatchObject({
      status: 200,
      json: { usage: [{ imei }] },
    });
    expect(await client.report('sessions', { imei }, headers)).toMatchObject({ status: 200 });
    expect(await client.report('async/aggregate', { imei: [imei] }, headers)).toMatchObject({
      json: { status: 'QUEUED' },
    });
  });
});

describe('a request', () => {
  test('may name up to ten devices, or ten thousand asynchronously', async () => {
    const { client } = await setUp({ requireListener: false });
    const list = (count: number) => Array.from({ length: count }, (_, index) => String(900_000_000_000_000 + index));
    expect(await client.report('aggregate', { imei: list(10) })).toMatchObject({ status: 200 });
    expect(await client.report('aggregate', { imei: list(11) })).toMatchObject(rejection('at most 10 '));
    expect(await client.report('async/aggregate', { imei: list(10_000) })).toMatchObject({ status: 200 });
    expect(await client.report('async/aggregate', { imei: list(10_001) })).toMatchObject(rejection('at most 10000 '));
  });

  test.each([
    [{}, 'imei is required'],
    [{ imei: ['12345'] }, 'imei must have 15 digits'],
    [{ imei: [709312034493372] }, 'imei must have 15 digits'],
    [{ imei: null }, 'imei must have 15 digits'],
    [{ imei: [], accountNumber: undefined }, 'accountNumber is required'],
    [{ imei: [], accountNumber: 844021539 }, 'accountNumber must be a string'],
    [{ imei: [], noSessionFlag: 'yes' }, 'noSessionFlag'],
    [{ imei: [], deviceGroup: 4 }, 'deviceGroup must be a string'],
  ])('with %j is rejected: %s', async (fields, message) => {
    const { client } = await setUp();
    expect(await client.report('aggregate', fields)).toMatchObject(rejection(message));
  });

  test.each(['5', 1.5, -1])('with a durationLow of %j is rejected', async (durationLow) => {
    const { client, imeisOf } = await setUp();
    expect(await client.report('sessions', { imei: imeisOf('meter')[0], durationLow })).toMatchObject(
      rejection('durationLow must be an integer'),
    );
  });

  test('is rejected for an account without access, and for one without the service', async () => {
    const { client } = await setUp();
    expect(await client.report('aggregate', { imei: [], accountNumber: '1111111111-00001' })).toMatchObject({
      status: 403,
      json: { responseCode: 'INVALID_ACCESS', message: 'FORBIDDEN' },
    });
    expect(await client.report('aggregate', { imei: [], accountNumber: '0742644905-00001' })).toMatchObject({
      status: 409,
      json: { errorCode: expect.stringContaining('CONFLICT') as string },
    });
  });
});

describe('the fleet', () => {
  test('has 320 devices, all with valid IMEIs except the one of the contract, some with a leading zero', async () => {
    const { simulator, imeisOf } = await setUp();
    const passesLuhn = (imei: string): boolean =>
      Array.from(imei).reduce((sum, digit, index) => {
        const weighted = Number(digit) * (index % 2 === 1 ? 2 : 1);
        return sum + (weighted > 9 ? weighted - 9 : weighted);
      }, 0) %
        10 ===
      0;
    const imeis = simulator.fleet.map(({ imei }) => imei);
    const ofTheContract = '709312034493372';
    expect(new Set(imeis).size).toBe(320);
    for (const imei of imeis) expect(imei === ofTheContract || (/^\d{15}$/.test(imei) && passesLuhn(imei))).toBe(true);
    expect(imeis.filter((imei) => imei.startsWith('0')).length).toBeGreaterThan(3);
    expect(imeisOf('meter')).toContain(ofTheContract);
    for (const { id } of simulator.fleet) expect(id).toMatch(/^\d{10}$/);
  });

  test('has the same devices and sessions at every start, whatever the time', async () => {
    const one = await setUp();
    const other = await setUp({ now: () => NOON + 3_600_000 });
    expect(other.simulator.fleet).toEqual(one.simulator.fleet);
    for (const kind of ['meter', 'tracker', 'camera']) {
      const window = { startDate: '2025-11-01', endDate: '2025-11-17' };
      const [imei = ''] = one.imeisOf(kind);
      expect(await other.client.sessionsOf(imei, window)).toEqual(await one.client.sessionsOf(imei, window));
    }
  });

  test('reports half a year of the whole account without delay', async () => {
    const { client } = await setUp();
    await client.signIn();
    const start = performance.now();
    await client.aggregateOf([], { startDate: '2025-05-24' });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('the settings', () => {
  test('have defaults, and an error names every invalid one', () => {
    expect(parseSettings({})).toEqual({
      host: '127.0.0.1',
      port: 4010,
      version: 'newest',
      callbackRetrySeconds: 300,
      requireListener: true,
      oneSession: false,
    });
    const bad = {
      SIMULATOR_HOST: '',
      SIMULATOR_PORT: '70000',
      SIMULATOR_VERSION: 'oldest',
      SIMULATOR_CALLBACK_RETRY_SECONDS: '0',
      SIMULATOR_REQUIRE_LISTENER: 'yes',
      SIMULATOR_ONE_SESSION: 'no',
    };
    expect(() => parseSettings(bad)).toThrow(
      /SIMULATOR_HOST.*SIMULATOR_PORT.*SIMULATOR_VERSION.*SIMULATOR_CALLBACK_RETRY_SECONDS.*SIMULATOR_REQUIRE_LISTENER.*SIMULATOR_ONE_SESSION/,
    );
  });
});
