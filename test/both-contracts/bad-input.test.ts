import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toLiteral } from '../support/literal.ts';
import { startWorld, type World } from '../support/world/world.ts';

const GOOD = '709312034493372';

/** A position of a value: the operation around it, its type as a variable, and the argument path of its faults. */
interface Position {
  readonly name: string;
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly operation: (value: string, definitions: string) => string;
}

const imeiPositions: readonly Position[] = [
  {
    name: 'sessionsReport',
    type: 'IMEI!',
    path: ['input', 'imei'],
    operation: (value, definitions) =>
      `query ${definitions} { field: sessionsReport(input: { imei: ${value} }) { deviceId } }`,
  },
  {
    name: 'device',
    type: 'IMEI!',
    path: ['imei'],
    operation: (value, definitions) => `query ${definitions} { field: device(imei: ${value}) { usage { imei } } }`,
  },
  ...['aggregatedReport', 'requestAggregatedReport'].map((field) => ({
    name: field,
    type: 'IMEI!',
    path: ['input', 'imei', 1],
    operation: (value: string, definitions: string) =>
      `${field.startsWith('request') ? 'mutation' : 'query'} ${definitions} { field: ${field}(input: { imei: ["${GOOD}", ${value}] }) { txid } }`,
  })),
  {
    name: 'devices',
    type: 'IMEI!',
    path: ['imei', 1],
    operation: (value, definitions) =>
      `query ${definitions} { field: devices(imei: ["${GOOD}", ${value}]) { usage { imei } } }`,
  },
];

const inputPositions = (argument: string, type: string, fields: readonly string[]): Position[] =>
  fields.map((field) => {
    const kind = field.startsWith('request') ? 'mutation' : 'query';
    const imei = field === 'sessionsReport' ? `"${GOOD}"` : `["${GOOD}"]`;
    return {
      name: field,
      type,
      path: ['input', argument],
      operation: (value, definitions) =>
        `${kind} ${definitions} { field: ${field}(input: { imei: ${imei}, ${argument}: ${value} }) { txid } }`,
    };
  });
const REPORTS = ['sessionsReport', 'aggregatedReport', 'requestAggregatedReport'];
const AGGREGATES = ['aggregatedReport', 'requestAggregatedReport'];

const accountPositions: readonly Position[] = [
  ...inputPositions('accountNumber', 'AccountNumber', REPORTS),
  ...['device', 'devices'].map((field) => ({
    name: field,
    type: 'AccountNumber',
    path: ['accountNumber'],
    operation: (value: string, definitions: string) =>
      `query ${definitions} { field: ${field}(imei: "${GOOD}", accountNumber: ${value}) { usage { imei } } }`,
  })),
];

const devicePositions = (argument: string, type: string, fields: readonly string[]): Position[] =>
  fields.map((field) => ({
    name: `device.${field}`,
    type,
    path: [argument],
    operation: (value, definitions) =>
      `query ${definitions} { device(imei: "${GOOD}") { field: ${field}(${argument}: ${value}) { __typename } } }`,
  }));

const datePositions = ['startDate', 'endDate'].flatMap((argument) => [
  ...inputPositions(argument, 'ReportDate', REPORTS),
  ...devicePositions(argument, 'ReportDate', ['usage', 'sessionsReport']),
]);
const durationPositions = ['durationLow', 'durationHigh'].flatMap((argument) => [
  ...inputPositions(argument, 'Int', ['sessionsReport']),
  ...devicePositions(argument, 'Int', ['sessionsReport']),
]);
const filterPositions = ['deviceGroup', 'deviceLabel', 'dataPlan'].flatMap((argument) =>
  inputPositions(argument, 'String', AGGREGATES),
);

const KINDS: readonly {
  readonly kind: string;
  readonly positions: readonly Position[];
  readonly values: readonly (readonly [value: unknown, fault: string])[];
  readonly advice: string;
}[] = [
  {
    kind: 'IMEI',
    positions: imeiPositions,
    values: [
      ['70931203449337', 'This has 14 characters.'],
      ['7093120344933720', 'This has 16 characters.'],
      ['70931203449337x', 'This has characters that are not digits.'],
      ['', 'This has 0 characters.'],
      [709312034493372, 'This is a number, not a string.'],
      [true, 'This is a boolean, not a string.'],
      [{ imei: GOOD }, 'This is an object, not a string.'],
      [[GOOD], 'This is a list, not a string.'],
    ],
    advice: 'Send an IMEI as a string of exactly 15 digits.',
  },
  {
    kind: 'account number',
    positions: accountPositions,
    values: ['', '0844021539 00001', '1\r\nX-Injected: 1', 'A'.repeat(65), 844021539, false, ['1']].map((value) => [
      value,
      'This is not a valid account number.',
    ]),
    advice: "Send a string of 1 to 64 letters, digits and '-', with leading zeros.",
  },
  {
    kind: 'date',
    positions: datePositions,
    values: ['2026-02-30', '25:00', '2026-05-31T25:00', 'yesterday', '', 20260531, true, ['2026-05-31']].map(
      (value) => [value, 'This is not a valid date.'],
    ),
    advice: 'Send an ISO 8601 date (2026-05-31), a date-time (2026-05-31T08:00:00Z), or one of the platform’s keywords',
  },
  {
    kind: 'duration',
    positions: durationPositions,
    values: [
      [-1, 'This is negative.'],
      [-(2 ** 31), 'This is negative.'],
    ],
    advice: 'Send 0 or more seconds.',
  },
  {
    kind: 'filter',
    positions: filterPositions,
    values: [
      ['a\u0000b', 'This is not a valid filter.'],
      ['a'.repeat(257), 'This is not a valid filter.'],
      ['line\nfeed', 'This is not a valid filter.'],
    ],
    advice: 'Send a text of at most 256 characters, without control characters.',
  },
  {
    kind: 'empty filter',
    positions: filterPositions,
    values: [
      ['', 'This filter is empty.'],
      ['  ', 'This filter is empty.'],
    ],
    advice: 'Leave it out instead.',
  },
];

describe.each(KINDS)('a bad $kind', ({ positions, values, advice }) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  describe.each(positions)('in $name at $path', ({ path, type, operation }) => {
    test.each(values)(
      '%j is rejected as a literal and as a variable, and nothing is sent upstream',
      async (value, fault) => {
        const literal = await world.query(operation(toLiteral(value), ''));
        const asVariable = operation('$value', `($value: ${type})`);
        const variable = await world.query(asVariable, { value });
        const again = await world.query(asVariable, { value });
        for (const { status, data, errors } of [literal, variable, again]) {
          expect(status).toBe(200);
          expect(data).toEqual(data !== null && 'device' in data ? { device: { field: null } } : { field: null });
          expect(errors).toHaveLength(1);
          const [error] = errors;
          expect(error?.path?.at(-1)).toBe('field');
          expect(error?.message).toContain(`${toName(path)}: ${fault} ${advice}`);
          expect(error?.extensions).toMatchObject({
            code: 'BAD_USER_INPUT',
            argumentPath: path,
            faults: [{ argumentPath: path, message: expect.stringContaining(`${fault} ${advice}`) as string }],
          });
        }
        expect(await world.admin.calls()).toEqual([]);
        expect(world.logged).toEqual([]);
      },
    );
  });
});

function toName(path: readonly (string | number)[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}
