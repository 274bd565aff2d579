import {
  coerceInputValue,
  isInputType,
  parseType,
  typeFromAST,
  type GraphQLInputType,
  type NamedTypeNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { createCoerceInput, MISMATCH } from '../../src/graphql/execution/coerce-input.ts';
import { fc } from '../support/fast-check.ts';

const TYPES = [
  ...['Int', 'Float!', 'String', 'Boolean', 'ID!', 'IMEI', '[IMEI!]!', '[[Int]!]', 'ReportDate', '_Any!'],
  ...['UsageOrder', '[UsageOrder!]', 'AggregatedReportInput!', 'RequestAggregatedReportInput', 'SessionsReportInput'],
];

const scalars = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    2 ** 31,
    '',
    'x',
    '1',
    '709312034493372',
    'BYTES_ASC',
    {},
  ),
  fc.string(),
);
const objects = fc.dictionary(
  fc.constantFrom(
    ...['imei', 'allDevices', 'startDate', 'accountNumber', 'idempotencyKey', 'durationLow', 'other', 'constructor'],
  ),
  fc.oneof(scalars, fc.array(scalars, { maxLength: 3 })),
);
const values = fc.oneof(scalars, objects, fc.array(fc.oneof(scalars, objects, fc.array(scalars)), { maxLength: 4 }));

test('a value is coerced as graphql-js does, and is a mismatch where graphql-js reports an error', () => {
  const seen = { fitting: 0, wrong: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), values, (name, value) => {
      const type = toInputType(name);
      const errors: string[] = [];
      const expected: unknown = coerceInputValue(value, type, (_path, _value, { message }) => errors.push(message));
      const actual = createCoerceInput(type)(value);
      seen[errors.length > 0 ? 'wrong' : 'fitting'] += 1;
      expect(actual).toEqual(errors.length > 0 ? MISMATCH : expected);
    }),
    { numRuns: 5_000 },
  );
  // Otherwise little was compared.
  expect(Math.min(seen.fitting, seen.wrong)).toBeGreaterThan(500);
});

function toInputType(name: string): GraphQLInputType {
  const type = typeFromAST(schema, parseType(name) as NamedTypeNode);
  if (!isInputType(type)) throw new Error(`not an input type: ${name}`);
  return type;
}
