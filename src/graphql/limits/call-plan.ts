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

/** What of an operation asks the platform for something. */
export interface CallPlan {
  /** The calls that it makes at most with variables, defaults included; Infinity where nothing bounds them. */
  count(variables: Variables, context: OperationContext): number;
  /** A bound of the same that costs nothing to know, by how many values the variables have; Infinity where only counting tells. */
  boundBy(values: number): number;
}

/** A field that asks the platform for something, or that leads to one that does. */
interface PlannedField {
  readonly path: string;
  readonly selected: readonly Selected[];
  readonly calls: PlannedCalls['calls'] | null;
  readonly toArguments: (variables: Variables) => Readonly<Record<string, unknown>> | null;
  readonly below: readonly PlannedField[];
}

/** Finds once what of a valid operation asks the platform for something; null where nothing does. */
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
    // A field by itself makes two calls at most, and one more for no less than each device that it names.
    boundBy: (values) => (isFlat ? roots.length * (2 + written + values) : Infinity),
  };
}

/** How many values a document has written out. */
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

/** What a field will refuse, it asks nothing for. */
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

/** Reads the arguments, or gives null where they do not fit and the field will fail; what hangs on no variable is read once. */
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
