import { GraphQLError, Kind, type DocumentNode } from 'graphql';
import { ConfigError } from '../../config/config.ts';
import type { Documents } from '../execution/documents.ts';
import { toFormattedError } from '../request-error.ts';

const MAX_REPORTED_FAULTS = 20;

/**
 * Parses, validates and prepares the trusted documents, which `documents` then keeps. Throws ConfigError with a line for each document
 * that is not valid or exceeds a limit.
 */
export function keepTrusted(documents: Documents, documentsById: ReadonlyMap<string, string>, maxBytes: number): void {
  const faults: string[] = [];
  for (const [id, text] of documentsById) {
    const fault = keepOne(documents, text);
    if (fault !== null) faults.push(`  TRUSTED_DOCUMENTS: ${id}: ${fault}`);
  }
  if (faults.length > 0) {
    const more = faults.length - MAX_REPORTED_FAULTS;
    throw new ConfigError(
      [
        'Trusted documents do not match the schema or the limits of this server:',
        ...faults.slice(0, MAX_REPORTED_FAULTS),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ].join('\n'),
    );
  }
  const bytes = documents.keptBytes();
  if (bytes > maxBytes)
    throw new ConfigError(
      `The trusted documents take about ${bytes} bytes of memory. Set PREPARED_OPERATIONS_MAX_BYTES to at least that, or remove some.`,
    );
}

function keepOne(documents: Documents, text: string): string | null {
  try {
    const { document, errors, locate, findOperation } = documents.keep(text);
    const [error] = errors;
    if (error !== undefined) {
      const [{ column } = { column: 1 }] = toFormattedError(error).locations ?? [];
      const { line, column: inLine } = locate(column - 1);
      return `${error.message} (line ${line}, column ${inLine})`;
    }
    const names = toOperationNames(document);
    if (names.length === 0) return 'It has no operation.';
    for (const name of names) findOperation(name);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

/** The name of each operation of a document, undefined if it has none. */
export function toOperationNames({ definitions }: DocumentNode): (string | undefined)[] {
  return definitions.flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? [each.name?.value] : []));
}
