import { Kind, visit, BREAK, type DocumentNode } from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);

/**
 * Whether graphql-jit answers an operation of the document as it should: it takes the conditions of one spread of a fragment for
 * those of every other, and leaves out what was asked for.
 */
export function isCompilable(document: DocumentNode): boolean {
  if (!document.definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)) return true;
  let hasCondition = false;
  visit(document, {
    Directive({ name }) {
      hasCondition = CONDITIONS.has(name.value);
      return hasCondition ? BREAK : undefined;
    },
  });
  return !hasCondition;
}
