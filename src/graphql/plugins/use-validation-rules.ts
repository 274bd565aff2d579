import { GraphQLError, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Each fault costs a search through the schema, and is told; who sends a thousand is told these, and that there are more. */
const MOST_FAULTS = 5;

/** What graphql-js says, and no more, where it gives up comparing fields of one name with each other. */
const GIVEN_UP = 'Validation aborted.';
const TOO_MANY_ALIKE =
  'This document selects the same fields too often in one place for checking that they go together. Select each once.';

/** Stops validating a document that has so many faults, and tells one that is beyond checking what to do. */
export function useFewFaults(): Plugin {
  return {
    onValidate({ setValidationFn }) {
      const validateSome: typeof validate = (schema, document, rules, options, typeInfo) =>
        validate(schema, document, rules, { ...options, maxErrors: MOST_FAULTS }, typeInfo).map((error) =>
          error.message === GIVEN_UP ? new GraphQLError(TOO_MANY_ALIKE) : error,
        );
      setValidationFn(validateSome);
    },
  };
}
