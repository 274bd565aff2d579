import {
  GraphQLError,
  validate,
  Kind,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  specifiedRules,
  ValuesOfCorrectTypeRule,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValidationContext,
  getNamedType,
  isIntrospectionType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type ValidationRule,
} from 'graphql';
import type { GraphqlConfig } from '../../config/graphql.ts';
import type { Steps } from '../../turns/steps.ts';
import { withoutSuggestion } from '../mask-error.ts';
import { countSamePairs } from './same-fields.ts';

export interface ValidationOptions extends Pick<GraphqlConfig, 'introspection' | 'suggestions'> {
  readonly schema: GraphQLSchema;
}

/** Maximum number of validation errors: each takes a search through the schema. graphql-js adds a note that there are more. */
const MAX_FAULTS = 5;

/** Comparing as many pairs of fields takes 10 to 30 ms. graphql-js gives up after 250,000, which take 150 ms. */
const MAX_SAME_PAIRS = 20_000;
/** The whole message of graphql-js when it gives up comparing fields. */
const ABORTED = 'Validation aborted.';
const TOO_MANY_SAME_FIELDS =
  'This document selects the same fields too often at one level to check that they are compatible. Select each field once.';

/** What graphql-js says of the directives of incremental delivery, which the schema does not have. */
const INCREMENTAL_DIRECTIVE = /^Unknown directive "@(?:defer|stream)"\.$/;
const NOT_INCREMENTAL =
  'This server sends each response as a whole, so it has no @defer and no @stream. Remove the directive, and read long lists page by page.';

function toNotIncremental({ nodes }: GraphQLError): GraphQLError {
  const extensions = { code: 'INCREMENTAL_DELIVERY_NOT_SUPPORTED' };
  return new GraphQLError(NOT_INCREMENTAL, { nodes: nodes ?? null, extensions });
}

/** A shorter document is parsed and validated within a few milliseconds. */
export const LONG_CHARACTERS = 16_000;

/** Each takes as long as all others together, for a document with 20,000 tokens: about 30 ms. */
const SLOW_RULES = [ValuesOfCorrectTypeRule, OverlappingFieldsCanBeMergedRule];

/**
 * Creates the function that validates documents. It stops after five faults, and says what to do about a document that is too complex. A long
 * one is validated in steps, by some of the rules in each.
 */
export function createValidate({ schema, introspection, suggestions }: ValidationOptions) {
  const rules = [...specifiedRules, UnconditionalSubscriptions, ...(introspection ? [] : [NoIntrospection])];
  const steps = [rules.filter((rule) => !SLOW_RULES.includes(rule)), ...SLOW_RULES.map((rule) => [rule])];
  const toReported = (error: GraphQLError): GraphQLError => {
    if (error.message === ABORTED) return new GraphQLError(TOO_MANY_SAME_FIELDS);
    if (INCREMENTAL_DIRECTIVE.test(error.message)) return toNotIncremental(error);
    return suggestions ? error : withoutSuggestion(error);
  };
  return function* (document: DocumentNode): Steps<readonly GraphQLError[]> {
    if (countSamePairs(document) > MAX_SAME_PAIRS) return [new GraphQLError(TOO_MANY_SAME_FIELDS)];
    const isLong = (document.loc?.end ?? 0) >= LONG_CHARACTERS;
    const errors: GraphQLError[] = [];
    for (const some of isLong ? steps : [rules]) {
      errors.push(...validate(schema, document, some, { maxErrors: MAX_FAULTS }));
      if (errors.length >= MAX_FAULTS) break;
      yield;
    }
    return errors.slice(0, MAX_FAULTS + 1).map(toReported);
  };
}

const CONDITIONS = ['skip', 'include'];

/**
 * Rejects a subscription whose only field has a condition: execution assumes that the field is there, and would fail without it.
 */
function UnconditionalSubscriptions(context: ValidationContext): ASTVisitor {
  const seen = new Set<string>();
  const check = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const condition = selection.directives?.find(({ name }) => CONDITIONS.includes(name.value));
      if (condition !== undefined) {
        const message =
          'A subscription must select its field unconditionally. Remove @skip and @include from its top level.';
        context.reportError(new GraphQLError(message, { nodes: condition }));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD && !seen.has(selection.name.value)) {
        // Fragments can spread each other, so each is checked once.
        seen.add(selection.name.value);
        const fragment = context.getFragment(selection.name.value);
        if (fragment) check(fragment.selectionSet);
      }
    }
  };
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === OperationTypeNode.SUBSCRIPTION) check(selectionSet);
    },
  };
}

/** Federation's `_service` returns the schema, like introspection. */
const SERVICE_TYPE = '_Service';

/** Rejects every operation that reads the schema. `__typename` is allowed, because clients need it. */
const NoIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const type = getNamedType(context.getType());
    if (!type || !isIntrospection(type) || isInside(context.getParentType())) return;
    context.reportError(
      new GraphQLError(
        `"${node.name.value}" is turned off here, because it reveals the schema. Read schema/schema.graphql, or ask the operator to set INTROSPECTION to true.`,
        { nodes: node, extensions: { code: 'INTROSPECTION_OFF' } },
      ),
    );
  },
});

function isIntrospection(type: GraphQLNamedType): boolean {
  return isIntrospectionType(type) || type.name === SERVICE_TYPE;
}

/** Whether a field is below one that was already rejected. */
function isInside(parent: GraphQLCompositeType | null | undefined): boolean {
  return parent != null && isIntrospection(parent);
}
