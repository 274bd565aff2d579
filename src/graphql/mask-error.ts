import { GraphQLError } from 'graphql';
import { StoreError } from '../async-reports/store/store-error.ts';
import { ReportError } from '../domain/errors.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';

export type MaskError = (error: unknown) => GraphQLError;

export interface MaskErrorOptions {
  readonly logUnexpected: LogUnexpected;
  /** Whether GraphQL's own errors tell which names of the schema may have been meant. */
  readonly suggestions: boolean;
}

/** Turns every error into what a caller may see: a ReportError whole, GraphQL's own as they are, anything else masked and logged. */
export function createMaskError({ logUnexpected, suggestions }: MaskErrorOptions): MaskError {
  return (error) => {
    const cause = toReportError(findCause(error), logUnexpected);
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

/** A failure of the store as callers see it; a cursor is the caller's own, all else is for the operator, too. */
function toReportError(cause: unknown, logUnexpected: LogUnexpected): unknown {
  if (!(cause instanceof StoreError)) return cause;
  const { code, driverCode, message } = cause;
  if (code === 'BAD_CURSOR') {
    return new ReportError('BAD_USER_INPUT', `after: ${message}`, { faults: [{ argumentPath: ['after'], message }] });
  }
  const errorId = logUnexpected({ code, driverCode }, 'the store of asynchronous reports failed');
  if (code === 'TXID_TAKEN') return new ReportError('UPSTREAM_UNAVAILABLE', message, { errorId });
  const advice = message.endsWith('Try again.') ? message : `${message} Have the operator look after it.`;
  return new ReportError('STORE_UNAVAILABLE', advice, { errorId });
}

/** GraphQL wraps what a resolver or a scalar throws, some of it twice. */
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
/** What graphql-js says after as many faults as it tells. */
const MORE_FAULTS = 'Too many errors processing variables';
const PATH_IN_VARIABLE = / at "(\w+(?:\.\w+|\[\d+\])+)"; /;
const FIELD_IN_PATH = /; Field "(\w+)" (?:of required type|is not defined)[^;]*$/;

/** A variable's value that is not of its type is bad input as much as one that a resolver finds. */
function withCode(error: GraphQLError): GraphQLError {
  const [, variable, argument = variable] = VARIABLE_FAULT.exec(error.message) ?? [];
  if (error.extensions['code'] !== undefined) return error;
  if (argument === undefined) return error.message.startsWith(MORE_FAULTS) ? toCoded(error, {}) : error;
  const location = PATH_IN_VARIABLE.exec(error.message)?.[1] ?? argument;
  const field = FIELD_IN_PATH.exec(error.message)?.[1] ?? '';
  const argumentPath = `${location}.${field}`
    .split(/[.[\]]/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return toCoded(error, { argumentPath });
}

function toCoded(error: GraphQLError, more: Record<string, unknown>): GraphQLError {
  return new GraphQLError(error.message, {
    ...toErrorLocation(error),
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', ...more },
  });
}

/** Where an error stands in its document and its answer, for another error to stand in the same place. */
export function toErrorLocation({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}

/** GraphQL puts it at the end of a message, as a question. */
const SUGGESTION = ' Did you mean ';

/** The error without the names of the schema that GraphQL guesses a caller to have meant. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const start = error.message.endsWith('?') ? error.message.indexOf(SUGGESTION) : -1;
  if (start === -1) return error;
  return new GraphQLError(error.message.slice(0, start), { ...toErrorLocation(error), extensions: error.extensions });
}
