import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses a subscription whose only field may be left out by a condition: what runs it takes the field for granted, and fails. */
export function useCertainSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(CertainSubscriptions);
    },
  };
}

const CONDITIONS = ['skip', 'include'];

function CertainSubscriptions(context: ValidationContext): ASTVisitor {
  const seen = new Set<string>();
  const judge = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const condition = selection.directives?.find(({ name }) => CONDITIONS.includes(name.value));
      if (condition !== undefined) {
        const message =
          'A subscription has to have its field: leave the condition at its top out, or do not subscribe.';
        context.reportError(new GraphQLError(message, { nodes: condition }));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) judge(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD && !seen.has(selection.name.value)) {
        // Fragments can spread each other: each is judged once.
        seen.add(selection.name.value);
        const fragment = context.getFragment(selection.name.value);
        if (fragment) judge(fragment.selectionSet);
      }
    }
  };
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === OperationTypeNode.SUBSCRIPTION) judge(selectionSet);
    },
  };
}
