import { GraphQLError } from 'graphql';
import { StoreError } from '../async-reports/store/store-error.ts';
import type { GraphqlConfig } from '../config/graphql.ts';
import { ReportError, type ArgumentPath } from '../domain/errors.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';

/** Turns any error into one that callers may see. */
export type MaskError = (error: unknown) => GraphQLError;

export interface MaskErrorOptions extends Pick<GraphqlConfig, 'suggestions'> {
  readonly logUnexpected: LogUnexpected;
  /** Returns the id of the line that the log has about a failure of the store. By default each failure has one of its own. */
  readonly logStoreFailure?: (error: StoreError) => string;
}

/**
 * Creates a `MaskError`. It passes on a ReportError in full and GraphQL's own errors as they are; it logs and masks anything
 * else.
 */
export function createMaskError({ logUnexpected, suggestions, ...options }: MaskErrorOptions): MaskError {
  const {
    logStoreFailure = ({ code, driverCode }) =>
      logUnexpected({ code, driverCode }, 'the store of asynchronous reports failed'),
  } = options;
  return (error) => {
    const cause = toReportError(findCause(error), logStoreFailure);
    const location = error instanceof GraphQLError ? toErrorLocation(error) : {};
    if (cause instanceof ReportError) {
      return new GraphQLError(cause.message, { ...location, extensions: toExtensions(cause) });
    }
    if (error instanceof GraphQLError && cause instanceof GraphQLError) {
      return withCode(suggestions ? error : withoutSuggestion(error));
    }
    const errorId = logUnexpected({ err: cause }, 'unexpected error');
    const extensions = { code: 'INTERNAL_SERVER_ERROR', errorId };
    return new GraphQLError('Unexpected error. Report it, with its errorId.', { ...location, extensions });
  };
}

/** Converts a failure of the store. A bad cursor is the caller's fault; everything else is also logged for the operator. */
function toReportError(cause: unknown, logStoreFailure: (error: StoreError) => string): unknown {
  if (!(cause instanceof StoreError)) return cause;
  const { code, message } = cause;
  if (code === 'BAD_CURSOR') {
    return new ReportError('BAD_USER_INPUT', `after: ${message}`, { faults: [{ argumentPath: ['after'], message }] });
  }
  const errorId = logStoreFailure(cause);
  const advice = message.endsWith('Try again.') ? message : `${message} Ask the operator to look into it.`;
  return new ReportError('STORE_UNAVAILABLE', advice, { errorId });
}

/** GraphQL wraps the errors of resolvers and scalars, some of them twice. */
function findCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

function toExtensions({ code, details }: ReportError): Record<string, unknown> {
  const { faults, budget, limit, upstream, retryAfterSeconds, errorId } = details;
  return {
    code,
    ...(faults === undefined ? {} : { argumentPath: faults[0]?.argumentPath, faults }),
    ...budget,
    ...(limit === undefined ? {} : { limit }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(errorId === undefined ? {} : { errorId }),
  };
}

const VARIABLE_FAULT =
  /^(?:Variable "\$(\w+)"|Argument "(\w+)") (?:of required type|of non-null type|got invalid value|has invalid value)/;
/** graphql-js adds this error when it stops after too many faults. */
const MORE_FAULTS = 'Too many errors processing variables';
const PATH_IN_VARIABLE = / at "(\w+(?:\.\w+|\[\d+\])+)"; /;
const FIELD_IN_PATH = /; Field "(\w+)" (?:of required type|is not defined)[^;]*$/;

/** A variable that does not match its type is bad input, like a fault that a resolver finds. */
function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  const argumentPath = findArgumentPath(error);
  if (argumentPath !== null) return toCoded(error, { argumentPath });
  return error.message.startsWith(MORE_FAULTS) ? toCoded(error, {}) : error;
}

/** The variable or argument that an error of graphql-js is about; null if it is about neither. */
export function findArgumentPath({ message }: GraphQLError): ArgumentPath | null {
  const [, variable, argument = variable] = VARIABLE_FAULT.exec(message) ?? [];
  if (argument === undefined) return null;
  const location = PATH_IN_VARIABLE.exec(message)?.[1] ?? argument;
  const field = FIELD_IN_PATH.exec(message)?.[1] ?? '';
  return `${location}.${field}`
    .split(/[.[\]]/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function toCoded(error: GraphQLError, more: Record<string, unknown>): GraphQLError {
  return new GraphQLError(error.message, {
    ...toErrorLocation(error),
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', ...more },
  });
}

/** Where an error is in its document and its response, for a new error at the same position. */
export function toErrorLocation({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}

/** GraphQL puts it at the end of a message, as a question. */
const SUGGESTION = ' Did you mean ';

/** Returns the error without the names of the schema that GraphQL suggests. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const start = error.message.endsWith('?') ? error.message.indexOf(SUGGESTION) : -1;
  if (start === -1) return error;
  return new GraphQLError(error.message.slice(0, start), { ...toErrorLocation(error), extensions: error.extensions });
}
