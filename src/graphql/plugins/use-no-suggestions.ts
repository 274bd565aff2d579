import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { withoutSuggestion } from '../suggestions.ts';

/** What validation finds wrong is told without names of the schema that nobody sent. */
export function useNoSuggestions(): Plugin {
  return {
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (valid) return;
        setResult(result.map((error: unknown) => (error instanceof GraphQLError ? withoutSuggestion(error) : error)));
      },
  };
}
