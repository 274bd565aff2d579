import {
  getArgumentValues,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  isValueNode,
  Kind,
  OperationTypeNode,
  visit,
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import {
  isPlanned,
  type ExpectedObjects,
  type PlannedCalls,
  type Planning,
} from '../../../schema/rules/planned-calls.ts';
import type { OperationContext } from '../../context.ts';
import { ReportError } from '../../domain/errors.ts';
import { createCallEstimate, type CallEstimate } from '../../reports/call-estimate.ts';
import {
  toFieldsByKey,
  type ConditionedSet,
  type Definitions,
  type Selected,
  type Variables,
} from './fields-by-key.ts';

export type { Variables };

/** The upstream calls that an operation will make. */
export interface CallPlan {
  /** Maximum number of calls with these variables, defaults included; Infinity if there is no upper bound. */
  count(variables: Variables, context: OperationContext): number;
  /** A cheap upper bound of `count`, by the number of values in the variables; Infinity if it takes `count` to find one. */
  boundBy(values: number): number;
}

/** A field that makes upstream calls, or that leads to one that does. */
interface PlannedField {
  readonly path: string;
  readonly selected: readonly Selected[];
  readonly calls: PlannedCalls['calls'] | null;
  readonly toArguments: (variables: Variables) => Readonly<Record<string, unknown>> | null;
  readonly below: readonly PlannedField[];
}

/** Finds the fields of a valid operation that make upstream calls; null if there are none. */
export function toCallPlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CallPlan | null {
  const operation = getOperationAST(document, operationName);
  const type = operation === null || operation === undefined ? null : schema.getRootType(operation.operation);
  if (operation === null || operation === undefined || type === null || type === undefined) return null;
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const roots = toPlannedFields([{ selectionSet: operation.selectionSet, conditions: [] }], type, '', {
    schema,
    fragments,
  });
  if (roots.length === 0) return null;
  const isSerial = operation.operation === OperationTypeNode.MUTATION;

  const isFlat = roots.every(({ below }) => below.length === 0);
  const written = isFlat ? countWritten(document) : 0;

  return {
    count(variables, context) {
      const estimate = createCallEstimate();
      for (const root of roots) {
        const tick = isSerial ? estimate.later(estimate.start, 1) : estimate.start;
        count([root], { tick, devices: [], requests: 0 }, variables, estimate, context);
      }
      return estimate.total();
    },
    // A field by itself makes at most two calls, and at most one more for each device that it names.
    boundBy: (values) => (isFlat ? roots.length * (2 + written + values) : Infinity),
  };
}

/** Number of values that are written in a document. */
function countWritten(document: DocumentNode): number {
  let values = 0;
  visit(document, {
    enter(node) {
      if (isValueNode(node)) values += 1;
    },
  });
  return values;
}

function toPlannedFields(
  sets: readonly ConditionedSet[],
  type: GraphQLNamedType,
  path: string,
  definitions: Definitions,
): PlannedField[] {
  if (isAbstractType(type)) {
    const types = definitions.schema.getPossibleTypes(type);
    return types.flatMap((each) => toPlannedFields(sets, each, `${path}/${each.name}`, definitions));
  }
  if (!isObjectType(type)) return [];
  const planned: PlannedField[] = [];
  for (const [key, selected] of toFieldsByKey(sets, type, definitions)) {
    const [first] = selected;
    const field = first === undefined ? undefined : type.getFields()[first.node.name.value];
    if (first === undefined || field === undefined) continue;
    const setsBelow = selected.flatMap(({ node: { selectionSet }, conditions }) =>
      selectionSet === undefined ? [] : [{ selectionSet, conditions }],
    );
    const fieldPath = `${path}/${key}`;
    const below = toPlannedFields(setsBelow, getNamedType(field.type), fieldPath, definitions);
    const calls = isPlanned(field.extensions) ? field.extensions.calls : null;
    if (calls?.asks !== true && below.length === 0) continue;
    planned.push({ path: fieldPath, selected, calls, toArguments: toArgumentReader(field, first.node), below });
  }
  return planned;
}

function count(
  fields: readonly PlannedField[],
  on: ExpectedObjects,
  variables: Variables,
  estimate: CallEstimate,
  context: OperationContext,
): void {
  for (const { path, selected, calls, toArguments, below } of fields) {
    if (!selected.some(({ conditions }) => conditions.every((isIncluded) => isIncluded(variables)))) continue;
    if (calls === null) {
      count(below, on, variables, estimate, context);
      continue;
    }
    const args = toArguments(variables);
    const objects = args === null ? null : planOrNull(calls, on, args, { estimate, context, path });
    if (objects !== null) count(below, objects, variables, estimate, context);
  }
}

/** A field whose arguments are not valid makes no calls. */
function planOrNull(
  calls: PlannedCalls['calls'],
  on: ExpectedObjects,
  args: Readonly<Record<string, unknown>>,
  planning: Planning,
): ExpectedObjects | null {
  try {
    return calls.plan(on, args, planning);
  } catch (error) {
    if (error instanceof ReportError) return null;
    throw error;
  }
}

/**
 * Reads the arguments of a field; returns null if they do not match their types, because the field will fail. Arguments without
 * variables are read once.
 */
function toArgumentReader(field: GraphQLField<unknown, unknown>, node: FieldNode): PlannedField['toArguments'] {
  const read = (variables: Variables): Readonly<Record<string, unknown>> | null => {
    try {
      return getArgumentValues(field, node, variables);
    } catch {
      return null;
    }
  };
  if (node.arguments?.some(hasVariable) === true) return read;
  const always = read({});
  return () => always;
}

function hasVariable(node: NonNullable<FieldNode['arguments']>[number]): boolean {
  let found = false;
  visit(node, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
