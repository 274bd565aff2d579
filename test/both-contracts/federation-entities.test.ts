import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Device { imei accountNumber usage(startDate: "2026-11-11", endDate: "2026-11-17") { bytesTransferred } }
  }
}`;

interface Entities {
  readonly _entities: readonly ({
    readonly imei: string;
    readonly accountNumber: string;
    readonly usage: { readonly bytesTransferred: number } | null;
  } | null)[];
}

describe('entities', () => {
  let world: World;
  let account: string;

  beforeAll(async () => {
    world = await startWorld({ listens: true });
    account = world.simulator.accountNumber;
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  /** A new query text goes through Yoga; the same text again takes the fast lane. */
  let texts = 0;
  const askTwice = async (representations: readonly unknown[]): Promise<[Answer<Entities>, Answer<Entities>]> => {
    texts += 1;
    const ask = async (): Promise<Answer<Entities>> => {
      const answer = await world.query(`${ENTITIES} # ${texts}`, { representations });
      return { ...answer, data: answer.data as Entities | null };
    };
    return [await ask(), await ask()];
  };

  test('fetch the usage of a hundred devices in ten calls for the configured account, in both lanes', async () => {
    const imeis = world.devices('meter', 100);
    const answers = await askTwice(imeis.map((imei) => ({ __typename: 'Device', imei })));
    for (const { data, errors } of answers) {
      expect(errors).toEqual([]);
      expect(data?._entities.map((device) => device?.imei)).toEqual(imeis);
      expect(new Set(data?._entities.map((device) => device?.accountNumber))).toEqual(new Set([account]));
      expect(data?._entities.every((device) => typeof device?.usage?.bytesTransferred === 'number')).toBe(true);
    }
    const calls = await world.admin.calls(PATHS.aggregate);
    expect(calls).toHaveLength(2 * 10);
    expect(calls.map(({ body }) => (JSON.parse(body) as { accountNumber: string }).accountNumber)).toEqual(
      calls.map(() => account),
    );
  });

  test('with either key share their calls', async () => {
    const [first] = await askTwice(
      world.devices('meter', 40).map((imei, index) => ({
        __typename: 'Device',
        imei,
        ...(index % 2 === 0 ? {} : { accountNumber: account }),
      })),
    );
    expect(first.errors).toEqual([]);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(2 * 4);
  });

  test('of two fields in one operation share their calls', async () => {
    const imeis = world.devices('meter', 20);
    const fields = ['a', 'b'].map(
      (alias) => `${alias}: _entities(representations: $${alias}) {
        ... on Device { usage(startDate: "2026-11-11", endDate: "2026-11-17") { bytesTransferred } } }`,
    );
    const representations = imeis.map((imei) => ({ __typename: 'Device', imei }));
    const { errors } = await world.query(`query ($a: [_Any!]!, $b: [_Any!]!) { ${fields.join(' ')} }`, {
      a: representations.slice(0, 10),
      b: representations.slice(5),
    });
    expect(errors).toEqual([]);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(2);
  });

  test('can be async reports by transaction id, beside devices, and are null if they do not exist', async () => {
    const [imei = ''] = world.devices('meter', 1);
    const placed = await world.query(
      'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }',
      { input: { imei } },
    );
    const { txid } = (placed.data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on AggregatedReportRequest { txid accountNumber expectedDevices } ... on Device { imei } } }`;
    const representations = [
      { __typename: 'AggregatedReportRequest', txid },
      { __typename: 'Device', imei },
      { __typename: 'AggregatedReportRequest', txid: 'none' },
    ];
    const first = await world.query(query, { representations });
    expect(first.errors).toEqual([]);
    expect(first.data).toEqual({ _entities: [{ txid, accountNumber: account, expectedDevices: 1 }, { imei }, null] });
    expect((await world.query(query, { representations })).data).toEqual(first.data);
  });

  test('are each resolved or reported as bad input, in any mix of valid and invalid ones', async () => {
    const device = fc.constantFrom(...world.devices('meter', 12)).map((imei) => ({
      representation: { __typename: 'Device', imei },
      fault: null,
    }));
    const misfit = fc
      .constantFrom<[unknown, string]>(
        [{ __typename: 'Device', imei: '12' }, 'imei'],
        [{ __typename: 'Device', imei: 709312034493372 }, 'imei'],
        [{ __typename: 'Device' }, 'imei'],
        [{ __typename: 'Device', accountNumber: account }, 'imei'],
        [{ __typename: 'Device', imei: '709312034493372', accountNumber: '_' }, 'accountNumber'],
        [{ __typename: 'Van', imei: '709312034493372' }, '__typename'],
        [{ __typename: 'Query' }, '__typename'],
        [{ imei: '709312034493372' }, '__typename'],
        [{ __typename: 'AggregatedReportRequest' }, 'txid'],
        [{ __typename: 'AggregatedReportRequest', txid: 5 }, 'txid'],
        ['Device', '__typename'],
      )
      .map(([representation, fault]) => ({ representation, fault }));

    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(device, misfit), { maxLength: 30 }), async (asked) => {
        const answers = await askTwice(asked.map(({ representation }) => representation));
        for (const { data, errors } of answers) {
          const imeis = data?._entities.map((entity) => entity?.imei ?? null);
          expect(imeis).toEqual(
            asked.map(({ representation, fault }) =>
              fault === null ? (representation as { imei: string }).imei : null,
            ),
          );
          const reported = errors.map(({ path, extensions }) => ({ path, at: extensions['argumentPath'] }));
          const expected = asked.flatMap(({ fault }, index) =>
            fault === null ? [] : [{ path: ['_entities', index], at: ['representations', index, fault] }],
          );
          expect(sorted(reported)).toEqual(sorted(expected));
          expect(errors.every(({ extensions }) => extensions['code'] === 'BAD_USER_INPUT')).toBe(true);
        }
        const [first, later] = answers;
        expect(later.data).toEqual(first.data);
        expect(sorted(later.errors)).toEqual(sorted(first.errors));
      }),
      { numRuns: 25 },
    );
  });
});

/** Errors come in no fixed order: some need an upstream call first. */
function sorted(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
