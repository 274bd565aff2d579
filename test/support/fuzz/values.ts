import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import { fc } from '../fast-check.ts';

export const GOOD_IMEIS = ['709312034493371', '709312034493372', '709312034493373', '009312034493374'];
export const KNOWN_TXID = 'the-known-txid';

/** Texts that break code which does not expect them. */
export const oddText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '\uFEFF',
      '\uD800',
      'a\uDFFFb',
      '\u202E',
      '💣',
      'e\u0301',
      "'; DROP TABLE requests; --",
      '../../etc/passwd',
    ],
    ...[
      '${7*7}',
      '{{7*7}}',
      '<script>',
      '%00',
      '\r\nX: y',
      '__proto__',
      'constructor',
      'toString',
      'null',
      '[object Object]',
    ],
    ...[
      'x'.repeat(300),
      '💥'.repeat(200),
      '1e309',
      '-0',
      '0x10',
      'NaN',
      '2026-02-30',
      '9999-12-31T23:59:59.999999999Z',
    ],
  ),
);

export const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 64, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

/** Any JSON value, including keys that are special in JavaScript objects. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    oddNumber,
    oddText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('__proto__', 'constructor', 'imei', '__typename', 'length'), fc.string()),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

/** A text with parts removed, repeated or inserted. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(12),
    put: fc.oneof(oddText, fc.constantFrom('"', '{', '}', '[', ']', '(', ':', ',', '$', '@', '...', '#', '\\', '"""')),
    how: fc.constantFrom('cut', 'double', 'put'),
  });
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 4 })).map(([whole, changes]) =>
    changes.reduce((left, { at, length, put, how }) => {
      const from = Math.floor(at * left.length);
      const part = left.slice(from, from + length);
      return `${left.slice(0, from)}${how === 'cut' ? '' : how === 'double' ? part + part : part + put}${left.slice(from + length)}`;
    }, whole),
  );
}

const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  IMEI: fc.constantFrom(...GOOD_IMEIS),
  AccountNumber: fc.constantFrom('0844021539-00001', '0844021539-00001', '0844021539-00002'),
  ReportDate: fc.constantFrom(
    '2026-11-01',
    '2026-11-10',
    '2026-11-19T08:00:00Z',
    'LAST_WEEK',
    '2020-01-01',
    '2026-12-31',
  ),
  String: fc.constantFrom('UTC', 'America/New_York', 'a group', 'BullseyeReporting', 'a-key'),
  ID: fc.constantFrom(KNOWN_TXID, KNOWN_TXID, 'an-unknown-txid'),
  Int: fc.constantFrom(0, 1, 2, 20, 1_000),
  Float: fc.constantFrom(0, 50, 99.9, 100),
  Boolean: fc.boolean(),
  _Any: fc.oneof(
    fc.constantFrom(...GOOD_IMEIS).map((imei) => ({ __typename: 'Device', imei })),
    fc.constant({ __typename: 'AggregatedReportRequest', txid: KNOWN_TXID }),
  ),
};

/** Values of an input type, most of them valid. */
export function valueOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 30, arbitrary: rightValueOf(type) },
    { weight: 1, arbitrary: fc.oneof(fc.constant(null), oddText, oddNumber, oddJson) },
  );
}

function rightValueOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType);
  if (isListType(type)) return fc.array(valueOf(type.ofType), { maxLength: 4 });
  if (isEnumType(type)) return fc.constantFrom(...namesOf(type));
  if (isInputObjectType(type)) return objectOf(type);
  return SCALARS[type.name] ?? oddJson;
}

function objectOf(type: GraphQLInputObjectType): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  const requiredKeys = fields.filter(isRequiredInputField).map(({ name }) => name);
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type)])), { requiredKeys });
}

/** Writes a value as a GraphQL literal. Enum values have no quotes. */
export function toTypedLiteral(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return toTypedLiteral(value, type.ofType);
  if (isEnumType(type) && typeof value === 'string' && namesOf(type).includes(value)) return value;
  if (Array.isArray(value)) {
    const inner = isListType(type) ? type.ofType : type;
    return `[${value.map((each) => toTypedLiteral(each, inner)).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  return `{ ${Object.entries(value)
    .map(
      ([name, each]) =>
        `${name}: ${toTypedLiteral(each, Object.hasOwn(fields, name) ? (fields[name]?.type ?? type) : type)}`,
    )
    .join(', ')} }`;
}

function namesOf(type: GraphQLEnumType): string[] {
  return type.getValues().map(({ name }) => name);
}
