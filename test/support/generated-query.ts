import { getNamedType, isLeafType, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { fc } from './fast-check.ts';

const GOOD = ['709312034493371', '709312034493372', '709312034493373', '709312034493374', '709312034493375'];

/** Arguments by field, valid and invalid ones. Other fields get no arguments. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.device': [...GOOD.map((imei) => `(imei: "${imei}")`), '(imei: "12")', '(imei: $imei)'],
  'Query.devices': [`(imei: ${JSON.stringify(GOOD)})`, '(imei: $imeis)', '(imei: ["12", 3])'],
  'Query.sessionsReport': ['(input: { imei: "709312034493371", startDate: "2026-11-01" })', '(input: { imei: $imei })'],
  'Query.aggregatedReport': [
    `(input: { imei: ${JSON.stringify(GOOD)}, startDate: "2026-11-01", endDate: "2026-11-10" })`,
    '(input: { imei: $imeis })',
    '(input: { imei: [], allDevices: true })',
    '(input: $report)',
  ],
  'Query._entities': ['(representations: $representations)', '(representations: [])'],
  'Device.usage': ['', '(startDate: "2026-11-01")', '(startDate: "tomorrow")', '(startDate: $date)'],
  'Device.sessionsReport': ['', '(durationLow: 5, durationHigh: 1)', '(startDate: $date, durationLow: $first)'],
  'Device.usageSeries': [
    '(startDate: "2026-11-01", endDate: "2026-11-03", granularity: DAY)',
    '(startDate: "2026-11-01", endDate: "2026-11-30", granularity: WHOLE, timeZone: $zone)',
    '(startDate: "2026-11-09", endDate: "2026-11-03", granularity: WEEK)',
    '(startDate: "never", endDate: "2025-11-03", granularity: BILLING_CYCLE)',
  ],
  'Query.usageSeries': [
    `(input: { imei: ${JSON.stringify(GOOD)}, startDate: "2026-11-01", endDate: "2026-11-03", granularity: DAY })`,
    '(input: { imei: $imeis, startDate: "2026-11-01", endDate: "2026-11-20", granularity: WEEK, path: AGGREGATED, compareTo: PREVIOUS_PERIOD })',
    '(input: { allDevices: true, startDate: "2026-11-01", endDate: "2026-11-03", granularity: WHOLE, timeZone: $zone })',
    '(input: { startDate: "2026-11-05", endDate: "2026-11-03", granularity: BILLING_CYCLE })',
  ],
  'UsageBucket.usage': ['', '(first: 1)', '(first: 0)', '(first: $first, orderBy: BYTES_ASC)', '(orderBy: $order)'],
  'SessionsReport.daily': ['', '(timeZone: "America/New_York")', '(timeZone: "No/Where")', '(timeZone: $zone)'],
  'AggregatedReport.usage': [
    '',
    '(first: 1)',
    '(first: 0)',
    '(first: $first, orderBy: BYTES_DESC)',
    '(orderBy: $order)',
  ],
  'UsageTotals.bytesPercentiles': ['', '(p: [1.5, 99])', '(p: 200)', '(p: $percentiles)'],
};

const ROOTS = ['device', 'devices', 'sessionsReport', 'aggregatedReport', 'usageSeries', '_entities'];
const SHARED = ['Device', 'SessionsReport', 'AggregatedReport', 'DeviceUsage'];
const DEPTH = 4;

const HEAD = `query (
  $yes: Boolean!, $no: Boolean = false, $imei: IMEI!, $imeis: [IMEI!]!, $date: ReportDate, $zone: String, $first: Int,
  $order: UsageOrder = IMEI, $percentiles: [Float!]! = [10, 90], $report: AggregatedReportInput!, $representations: [_Any!]!
)`;

const directive = fc.constantFrom(
  ...['', '', '', ' @include(if: $yes)', ' @include(if: $no)', ' @skip(if: $yes)', ' @skip(if: $no)'],
  ...[' @skip(if: true)', ' @include(if: $yes) @skip(if: $no)'],
);

/** Creates valid queries: aliases, both kinds of fragments, directives, lists, nested devices, entities, introspection. */
export function createQueryArbitrary(schema: GraphQLSchema): fc.Arbitrary<string> {
  const toType = (name: string): GraphQLObjectType => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`not an object type: ${name}`);
    return type;
  };
  const selections = (type: GraphQLObjectType, depth: number, maySpread: boolean): fc.Arbitrary<string> =>
    fc.array(selection(type, depth, maySpread), { minLength: 1, maxLength: 5 }).map((each) => `{ ${each.join(' ')} }`);

  const selection = (type: GraphQLObjectType, depth: number, maySpread: boolean): fc.Arbitrary<string> => {
    const names = type.name === 'Query' ? ROOTS : Object.keys(type.getFields());
    const fields = names.filter((name) => depth > 0 || isLeafType(getNamedType(type.getFields()[name]?.type)));
    const options = [
      fc.tuple(fc.constantFrom('__typename', 'kind: __typename'), directive).map((each) => each.join('')),
    ];
    for (const name of fields) options.push(field(type, name, depth, maySpread));
    if (maySpread && SHARED.includes(type.name)) options.push(directive.map((each) => `...${type.name}Parts${each}`));
    if (depth > 0) {
      const inline = fc.tuple(fc.constantFrom('...', `... on ${type.name}`), directive);
      options.push(
        fc.tuple(inline, selections(type, depth - 1, maySpread)).map(([start, body]) => `${start.join('')} ${body}`),
      );
    }
    return fc.oneof(...options);
  };

  const field = (type: GraphQLObjectType, name: string, depth: number, maySpread: boolean): fc.Arbitrary<string> => {
    const sets = ARGUMENTS[`${type.name}.${name}`] ?? [''];
    const below = getNamedType(type.getFields()[name]?.type);
    const body =
      name === '_entities'
        ? entities(depth - 1, maySpread)
        : isObjectType(below)
          ? selections(below, depth - 1, maySpread)
          : fc.constant('');
    // The same key always means the same field with the same arguments, so that fields of a query do not conflict.
    return fc.tuple(fc.nat(sets.length - 1), fc.boolean(), directive, body).map(([at, isAliased, when, inside]) => {
      const key = at > 0 || isAliased ? `${isAliased ? 'my' : ''}${name}${at}: ` : '';
      return `${key}${name}${sets[at] ?? ''}${when} ${inside}`;
    });
  };
  const entities = (depth: number, maySpread: boolean): fc.Arbitrary<string> =>
    fc
      .tuple(selections(toType('Device'), depth, maySpread), directive)
      .map(([body, when]) => `{ __typename ... on Device${when} ${body} }`);

  const parts = fc.tuple(
    ...SHARED.map((name) =>
      selections(toType(name), 1, false).map((body) => `fragment ${name}Parts on ${name} ${body}`),
    ),
  );
  const more = fc.constantFrom(
    '',
    '_service { sdl }',
    '__type(name: "Device") { name fields { name args { defaultValue } } }',
  );
  const toQuery = (body: string, introspection: string, fragments: readonly string[]): string =>
    `${HEAD} ${body.slice(0, -1)} ${introspection} }\n${fragments.join('\n')}`;
  const conditioned = fc
    .tuple(selections(toType('Query'), DEPTH, false), more)
    .map(([body, also]) => toQuery(body, also, []));
  const spread = fc
    .tuple(selections(toType('Query'), DEPTH, true), more, parts)
    .map(([body, also, fragments]) => toQuery(body, also, fragments));
  // Fragments and conditions together are never compiled, so the two are generated apart as well.
  return fc.oneof(
    spread,
    conditioned,
    spread.map((query) => query.replace(/ @(?:include|skip)\([^)]*\)/g, '')),
  );
}

interface VariableValues {
  readonly fitting: readonly unknown[];
  readonly wrong: readonly unknown[];
  readonly isRequired: boolean;
}

const VARIABLES: Readonly<Record<string, VariableValues>> = {
  yes: { fitting: [true], wrong: [null, 'true'], isRequired: true },
  no: { fitting: [false, true], wrong: [null, 0], isRequired: false },
  imei: { fitting: [...GOOD, 12, 'x'], wrong: [null], isRequired: true },
  imeis: { fitting: [GOOD, GOOD[0], ['x', 1], []], wrong: [null, [null]], isRequired: true },
  date: { fitting: ['2026-11-01', 'LAST_WEEK', null, 'never', 5], wrong: [], isRequired: false },
  zone: { fitting: ['UTC', 'Asia/Kolkata', null, 'No/Where'], wrong: [3, ['UTC']], isRequired: false },
  first: { fitting: [1, 2, 0, null], wrong: [1.5, '1', 2 ** 31], isRequired: false },
  order: { fitting: ['BYTES_ASC', 'IMEI', null], wrong: ['NO_ORDER', 1], isRequired: false },
  percentiles: { fitting: [[50], 50, [], [101]], wrong: [['50'], [null], null], isRequired: false },
  report: {
    fitting: [{ imei: GOOD }, { imei: GOOD[0] }],
    wrong: [{ imei: GOOD, more: 1 }, {}, null],
    isRequired: true,
  },
  representations: {
    fitting: [
      GOOD.map((imei) => ({ __typename: 'Device', imei })),
      [{ __typename: 'Device', imei: 'x' }, { __typename: 'Other' }, { __typename: 'Device', imei: GOOD[0] }],
      [],
    ],
    wrong: [null],
    isRequired: true,
  },
};

const fitting = toVariables((values) => values.fitting);
const any = toVariables((values) => [...values.fitting, ...values.wrong]);

/** Variables for these queries: mostly of the right types, sometimes of others, null or omitted. */
export const variablesArbitrary: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 4, arbitrary: fitting },
  any,
);

function toVariables(toValues: (values: VariableValues) => readonly unknown[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(VARIABLES);
  const model = Object.fromEntries(entries.map(([name, values]) => [name, fc.constantFrom(...toValues(values))]));
  const requiredKeys = entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return fc.record(model, { requiredKeys });
}
