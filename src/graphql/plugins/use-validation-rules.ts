import {
  GraphQLError,
  validate,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  getNamedType,
  isIntrospectionType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { withoutSuggestion } from '../mask-error.ts';

/** Each fault costs a search through the schema, and is told; who sends a thousand is told these, and that there are more. */
const MAX_FAULTS = 5;

/** What graphql-js says, and no more, where it gives up comparing fields of one name with each other. */
const ABORTED = 'Validation aborted.';
const TOO_MANY_SAME_FIELDS =
  'This document selects the same fields too often in one place for checking that they go together. Select each once.';

/** Stops validating a document that has so many faults, and tells one that is beyond checking what to do. */
export function useMaxValidationErrors(): Plugin {
  return {
    onValidate({ setValidationFn }) {
      const validateSome: typeof validate = (schema, document, rules, options, typeInfo) =>
        validate(schema, document, rules, { ...options, maxErrors: MAX_FAULTS }, typeInfo).map((error) =>
          error.message === ABORTED ? new GraphQLError(TOO_MANY_SAME_FIELDS) : error,
        );
      setValidationFn(validateSome);
    },
  };
}

/** Refuses a subscription whose only field may be left out by a condition: what runs it takes the field for granted, and fails. */
export function useUnconditionalSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(UnconditionalSubscriptions);
    },
  };
}

const CONDITIONS = ['skip', 'include'];

function UnconditionalSubscriptions(context: ValidationContext): ASTVisitor {
  const seen = new Set<string>();
  const check = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const condition = selection.directives?.find(({ name }) => CONDITIONS.includes(name.value));
      if (condition !== undefined) {
        const message =
          'A subscription has to have its field: leave the condition at its top out, or do not subscribe.';
        context.reportError(new GraphQLError(message, { nodes: condition }));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD && !seen.has(selection.name.value)) {
        // Fragments can spread each other: each is judged once.
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

/** Federation's own way to ask for the schema tells the same as introspection. */
const SERVICE_TYPE = '_Service';

/** Refuses every operation that asks what the schema is; `__typename` stays, for clients need it. */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoIntrospection);
    },
  };
}

const NoIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const type = getNamedType(context.getType());
    if (!type || !isIntrospection(type) || isInside(context.getParentType())) return;
    context.reportError(
      new GraphQLError(
        `"${node.name.value}" is turned off here, for it tells the schema. Read the schema's file, or have the operator set INTROSPECTION.`,
        { nodes: node, extensions: { code: 'INTROSPECTION_OFF' } },
      ),
    );
  },
});

function isIntrospection(type: GraphQLNamedType): boolean {
  return isIntrospectionType(type) || type.name === SERVICE_TYPE;
}

/** What stands below a field that was refused already. */
function isInside(parent: GraphQLCompositeType | null | undefined): boolean {
  return parent != null && isIntrospection(parent);
}

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
