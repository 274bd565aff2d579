import {
  getNamedType,
  GraphQLError,
  isIntrospectionType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

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
    if (!type || !tellsSchema(type) || isInside(context.getParentType())) return;
    context.reportError(
      new GraphQLError(
        `"${node.name.value}" is turned off here, for it tells the schema. Read the schema's file, or have the operator set INTROSPECTION.`,
        { nodes: node, extensions: { code: 'INTROSPECTION_OFF' } },
      ),
    );
  },
});

function tellsSchema(type: GraphQLNamedType): boolean {
  return isIntrospectionType(type) || type.name === SERVICE_TYPE;
}

/** What stands below a field that was refused already. */
function isInside(parent: GraphQLCompositeType | null | undefined): boolean {
  return parent != null && tellsSchema(parent);
}
