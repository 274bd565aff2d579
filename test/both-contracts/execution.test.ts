import { parse, specifiedRules, validate, type ExecutionResult, type GraphQLError } from 'graphql';
import { NoUnusedFragmentsRule, NoUnusedVariablesRule } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { OperationContext } from '../../src/context.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { createLineIndex } from '../../src/graphql/execution/line-index.ts';
import { createFindOperation, type PreparedOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { createRunOperation } from '../../src/graphql/execution/run-operation.ts';
import { fc } from '../support/fast-check.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';
import { createQueryArbitrary, variablesArbitrary } from '../support/generated-query.ts';

const maskError = createMaskError({ logUnexpected: () => 'one', suggestions: true });
const runOperation = createRunOperation({ maskError, reportCost: false, startTracing: null });
/** The generated queries declare all variables and fragments, whether they use them or not. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule && rule !== NoUnusedFragmentsRule);

test('an operation returns the same data and errors whether it is interpreted or compiled', async () => {
  let compiled = 0;
  await fc.assert(
    fc.asyncProperty(
      createQueryArbitrary(schema),
      fc.array(variablesArbitrary, { minLength: 2, maxLength: 4 }),
      async (query, all) => {
        const document = parse(query);
        expect(validate(schema, document, RULES)).toEqual([]);
        const prepare = () => {
          let isCompiled = false;
          const find = createFindOperation(schema, document, createLineIndex(query).toOffset, {
            add: () => (isCompiled = true),
            compilesAtOnce: false,
            hasRoomFor: () => true,
          });
          const operation = find(undefined);
          if (operation === null) throw new Error('there is no operation');
          isCompiled = false;
          return { operation, isCompiled: () => isCompiled };
        };
        const known = prepare();
        // The queries only read, and this context has all that reads need. No budget, because it would end the comparison.
        const run = (operation: PreparedOperation, variables: Record<string, unknown>) =>
          runOperation(operation, variables, createFixedContext() as OperationContext);
        for (const variables of all) {
          // What runs for the first time is interpreted.
          const expected = await run(prepare().operation, variables);
          await run(known.operation, variables);
          const actual = await run(known.operation, variables);
          expect(toComparable(actual)).toEqual(toComparable(expected));
          compiled += known.isCompiled() ? 1 : 0;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(compiled).toBeGreaterThan(200);
});

/** The data as text, so key order counts, and the errors sorted, because fields that run at once fail in any order. */
function toComparable({ data, errors }: ExecutionResult): unknown {
  return { data: JSON.stringify(data), errors: errors?.map(toText).sort() };
}

function toText(error: GraphQLError): string {
  return JSON.stringify(error);
}
