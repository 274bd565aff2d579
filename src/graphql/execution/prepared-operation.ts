import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';
import { compile, interpret, type Execute } from './executor.ts';
import type { LineIndex } from './line-index.ts';
import { selectFields, type Selection } from './selected-fields.ts';
import { createReadVariables, toExecutable, toExecutableSchema, type ReadVariables } from './variables.ts';

/** An operation that has been validated, with all that can be known about it without its variables. */
export interface PreparedOperation extends Selection {
  readonly kind: OperationTypeNode;
  /** The name that it was asked for by; undefined if it is the only operation of its document. */
  readonly operationName: string | undefined;
  /** Its name in the document; null if it has none. */
  readonly name: string | null;
  readonly readVariables: ReadVariables;
  /** What to execute it with. Its variables have the names of `readVariables`. */
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  /** Converts a location in the text of the document to its offset there. */
  readonly toOffset: LineIndex['toOffset'];
}

/** The operation of a document by its name; without a name, its only operation. Null if there is none. */
export type FindOperation = (operationName: string | undefined) => PreparedOperation | null;

/** Most documents of a client that writes values into them never come again, and compiling one costs more than a run. */
const RUNS_BEFORE_COMPILING = 1;
/** A small document of a whole account is compiled before it runs, because its rows then take half as long. */
const MAX_FIELDS_COMPILED_AT_ONCE = 100;
/** Measured: 4,300 for a field that has arguments and fields of its own, 600 for any other. */
const BYTES_PER_COMPILED_FIELD = 4_500;
/** Compiled code contains the path of each field several times. Measured: 4 to 8 for each character. */
const BYTES_PER_COMPILED_CHARACTER = 8;
/** Measured: 3,100 for an operation of 1 to 100 fields without rules, 4,100 with two rules. */
const BYTES_PER_OPERATION = 3_500;
const BYTES_PER_PREPARED_FIELD = 100;
const BYTES_PER_ROW_TEXT = 300;

/** The memory of a document. */
export interface DocumentMemory {
  /** Whether its operations are compiled when they first run, because they are known to come again. */
  readonly compilesAtOnce: boolean;
  /** Counts what has been prepared, in estimated bytes. */
  add(bytes: number): void;
  /** Whether it may take that much more. */
  hasRoomFor(bytes: number): boolean;
}

/** Prepares the operations of a valid document when they are first asked for. */
export function createFindOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  toOffset: LineIndex['toOffset'],
  memory: DocumentMemory,
): FindOperation {
  const prepared = new Map<string | undefined, PreparedOperation | null>();
  const executableSchema = toExecutableSchema(schema);
  let shared: { readonly executable: DocumentNode; readonly fragments: Fragments } | null = null;

  const prepare: FindOperation = (operationName) => {
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) return null;
    if (shared === null) {
      const copy = toExecutable(document);
      shared = { executable: copy, fragments: toFragments(copy) };
    }
    const { executable, fragments } = shared;
    const rootType = schema.getRootType(operation.operation);
    const executableOperation = getOperationAST(executable, operationName);
    if (!rootType || !executableOperation) return null;
    const selection = selectFields(schema, fragments, rootType, executableOperation.selectionSet);
    let texts = 0;
    for (const row of selection.rowSizes.values()) texts += row.texts.length;
    memory.add(BYTES_PER_OPERATION + selection.size * BYTES_PER_PREPARED_FIELD + texts * BYTES_PER_ROW_TEXT);
    const compiledBytes =
      selection.size * BYTES_PER_COMPILED_FIELD + selection.pathLength * BYTES_PER_COMPILED_CHARACTER;

    let runs = memory.compilesAtOnce ? RUNS_BEFORE_COMPILING : 0;
    let execute: Execute = interpret(executableSchema, executable, operationName);
    return {
      ...selection,
      kind: operation.operation,
      operationName,
      name: operation.name?.value ?? null,
      readVariables: createReadVariables(schema, operation),
      document: executable,
      toOffset,
      schema: executableSchema,
      execute(variables, context, root) {
        runs += 1;
        if (runs === 1 && selection.size <= MAX_FIELDS_COMPILED_AT_ONCE && context.prepared.isForAccount) runs += 1;
        if (runs === RUNS_BEFORE_COMPILING + 1 && memory.hasRoomFor(compiledBytes)) {
          const compiled = compile(executableSchema, executable, operationName);
          execute = compiled ?? execute;
          if (compiled !== null) memory.add(compiledBytes);
        }
        return execute(variables, context, root);
      },
    };
  };
  return (operationName) => {
    const known = prepared.get(operationName);
    if (known !== undefined) return known;
    const operation = prepare(operationName);
    // A caller can send any name, so one that finds nothing is not remembered.
    if (operation !== null) prepared.set(operationName, operation);
    return operation;
  };
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function toFragments({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
}
