import { fc } from './fast-check.ts';

/** A query and its variables. */
export interface GeneratedCalls {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const WINDOWS = ['', 'startDate: "2026-11-01"', 'startDate: "2026-11-05", endDate: $end', 'startDate: "LAST_WEEK"'];
const LISTS = ['$few', '$some', '$many'];
const HEAD = `query (
  $yes: Boolean = true, $no: Boolean!, $end: ReportDate = "2026-11-10", $one: IMEI!, $few: [IMEI!]!, $some: [IMEI!]!, $many: [IMEI!]!,
  $representations: [_Any!]!, $first: Int = 3
)`;

const when = fc.constantFrom(
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $no)',
  ' @include(if: $no)',
  ' @skip(if: true)',
);
const window = fc.nat(WINDOWS.length - 1);

/** Creates queries that request devices in every possible way, nested to the depth, so that responses lead to more calls. */
export function createCallsArbitrary(devices: readonly string[], depth: number): fc.Arbitrary<GeneratedCalls> {
  const list = (maxLength: number): fc.Arbitrary<string[]> => fc.array(fc.constantFrom(...devices), { maxLength });
  const variables = fc.record(
    {
      yes: fc.boolean(),
      no: fc.boolean(),
      end: fc.constantFrom('2026-11-10', '2026-11-12', null),
      one: fc.constantFrom(...devices),
      few: list(3),
      some: list(12),
      many: list(60),
      representations: fc.array(
        fc.oneof(
          fc.constantFrom(...devices).map((imei): unknown => ({ __typename: 'Device', imei })),
          fc.constantFrom<unknown>({ __typename: 'Device', imei: 'none' }, { __typename: 'Other' }),
        ),
        { maxLength: 30 },
      ),
      first: fc.constantFrom(1, 2, 15, null),
    },
    { requiredKeys: ['no', 'one', 'few', 'some', 'many', 'representations'] },
  );
  const roots = fc.array(root(depth), { minLength: 1, maxLength: 4 });
  return fc.tuple(roots, deviceSelection(0, false), variables).map(([fields, parts, values]) => ({
    query: `${HEAD} { __typename ${fields.join(' ')} ...Used @include(if: $no) }
      fragment Used on Query { __typename @include(if: $yes) device(imei: $one) { ...Parts }
        few: devices(imei: $few) { imei } some: devices(imei: $some) { imei } many: devices(imei: $many) { imei }
        end: device(imei: $one) { usage(endDate: $end) { imei } }
        entities: _entities(representations: $representations) { __typename }
        first: aggregatedReport(input: { imei: [$one] }) { usage(first: $first) { imei } } }
      fragment Parts on Device ${parts}`,
    variables: values,
  }));
}

function root(depth: number): fc.Arbitrary<string> {
  const body = deviceSelection(depth, true);
  const one = fc.tuple(when, body).map(([include, inside]) => `one: device(imei: $one)${include} ${inside}`);
  const many = fc
    .tuple(fc.nat(LISTS.length - 1), when, body)
    .map(([at, include, inside]) => `d${at}: devices(imei: ${LISTS[at]})${include} ${inside}`);
  const entities = fc
    .tuple(when, when, body)
    .map(([a, b, inside]) => `_entities(representations: $representations)${a} { ... on Device${b} ${inside} }`);
  const sessions = fc
    .tuple(window, when, below(depth))
    .map(
      ([at, include, inside]) =>
        `s${at}: sessionsReport(input: { imei: $one, ${WINDOWS[at]} })${include} { deviceId ${inside} }`,
    );
  const totals = fc
    .tuple(fc.nat(LISTS.length - 1), window, when, fc.constantFrom('', '(first: $first)', '(first: 2)'), below(depth))
    .map(([at, w, include, first, inside]) => {
      const key = `a${at}${w}`;
      const rows = first === '' ? 'rows' : `rows${first.replace(/\W/g, '')}`;
      return `${key}: aggregatedReport(input: { imei: ${LISTS[at]}, ${WINDOWS[w]} })${include} { txid ${rows}: usage${first} { imei ${inside} } }`;
    });
  const account = fc.tuple(window, when, below(depth)).map(([w, include, inside]) => {
    const input = `{ imei: [], allDevices: true, ${WINDOWS[w]} }`;
    return `all${w}: aggregatedReport(input: ${input})${include} { txid usage(first: 4) { imei ${inside} } }`;
  });
  return fc.oneof(one, many, many, entities, sessions, totals, account);
}

function below(depth: number): fc.Arbitrary<string> {
  if (depth === 0) return fc.constant('');
  return fc.oneof(
    fc.constant(''),
    deviceSelection(depth - 1, true).map((inside) => `device ${inside}`),
  );
}

function deviceSelection(depth: number, maySpread: boolean): fc.Arbitrary<string> {
  const usage = fc
    .tuple(window, when, below(depth))
    .map(([at, include, inside]) => `u${at}: usage${toArguments(at)}${include} { imei ${inside} }`);
  const sessions = fc
    .tuple(window, when, below(depth))
    .map(([at, include, inside]) => `r${at}: sessionsReport${toArguments(at)}${include} { deviceId ${inside} }`);
  const spread = when.map((include) => (maySpread ? `...Parts${include}` : 'accountNumber'));
  return fc
    .array(fc.oneof(usage, usage, sessions, spread), { minLength: 1, maxLength: 3 })
    .map((each) => `{ imei ${each.join(' ')} }`);
}

function toArguments(at: number): string {
  return WINDOWS[at] === '' ? '' : `(${WINDOWS[at]})`;
}
