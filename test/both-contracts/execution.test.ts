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
/** Each query brings all variables and fragments, whether it needs them or not. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule && rule !== NoUnusedFragmentsRule);

test('compiled operations answer and fail as interpreted ones do, whatever is asked', async () => {
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
          // Only reads are asked for, and these have all that reads need. What an operation may cost, graphql-js does not know.
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

/** The data with the order of its keys, and the errors in an order of their own: fields that run at once fail in any. */
function toComparable({ data, errors }: ExecutionResult): unknown {
  return { data: JSON.stringify(data), errors: errors?.map(toText).sort() };
}

function toText(error: GraphQLError): string {
  return JSON.stringify(error);
}
