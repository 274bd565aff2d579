import { execute, parse, specifiedRules, validate, type ExecutionResult, type GraphQLError } from 'graphql';
import { NoUnusedFragmentsRule, NoUnusedVariablesRule } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { OperationContext } from '../../src/context.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { createRunOperation } from '../../src/graphql/execution/run-operation.ts';
import { fc } from '../support/fast-check.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';
import { createQueryArbitrary, variablesArbitrary } from '../support/generated-query.ts';

const maskError = createMaskError({ logUnexpected: () => 'one', suggestions: true });
const runOperation = createRunOperation({ schema, maskError, reportCost: false });
/** The generated queries declare all variables and fragments, whether they use them or not. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule && rule !== NoUnusedFragmentsRule);

test('compiled operations return the same data and errors as interpreted ones, for any query', async () => {
  let compiled = 0;
  await fc.assert(
    fc.asyncProperty(
      createQueryArbitrary(schema),
      fc.array(variablesArbitrary, { minLength: 2, maxLength: 4 }),
      async (query, all) => {
        const document = parse(query);
        expect(validate(schema, document, RULES)).toEqual([]);
        const operation = { document, operationName: undefined, execute: null };
        for (const variables of all) {
          // The queries only read, and this context has all that reads need. No call budget, because graphql-js does not know it.
          const context = () => ({ ...createFixedContext(), maxUpstreamCalls: Infinity }) as OperationContext;
          const expected = await execute({
            schema,
            document: parse(query),
            variableValues: variables,
            contextValue: context(),
          });
          const actual = await runOperation(operation, variables, context());
          expect(toComparable(actual)).toEqual(toComparable({ ...expected, ...masked(expected) }));
          compiled += expected.data === undefined ? 0 : 1;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(compiled).toBeGreaterThan(300);
});

function masked({ errors }: ExecutionResult): Pick<ExecutionResult, 'errors'> {
  return errors === undefined ? {} : { errors: errors.map(maskError) };
}

/** The data as text, so key order counts, and the errors sorted, because fields that run at once fail in any order. */
function toComparable({ data, errors }: ExecutionResult): unknown {
  return { data: JSON.stringify(data), errors: errors?.map(toText).sort() };
}

function toText(error: GraphQLError): string {
  return JSON.stringify(error);
}
