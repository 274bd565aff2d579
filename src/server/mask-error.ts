import { GraphQLError } from 'graphql';
import { ReportError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { StoreError } from '../requests/store-error.ts';

export type MaskError = (error: unknown) => GraphQLError;

/** Turns every error into what a caller may see: a ReportError whole, GraphQL's own as they are, anything else masked and logged. */
export function createMaskError(log: Log): MaskError {
  return (error) => {
    const cause = toReportError(findCause(error), log);
    const place = error instanceof GraphQLError ? toPlace(error) : {};
    if (cause instanceof ReportError) {
      return new GraphQLError(cause.message, { ...place, extensions: toExtensions(cause) });
    }
    if (error instanceof GraphQLError && cause instanceof GraphQLError) return withCode(error);
    log.error({ err: cause }, 'unexpected error');
    return new GraphQLError('Unexpected error.', { ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  };
}

/** A failure of the store as callers see it; a cursor is the caller's own, all else is for the operator, too. */
function toReportError(cause: unknown, log: Log): unknown {
  if (!(cause instanceof StoreError)) return cause;
  const { code, driverCode, message } = cause;
  if (code === 'BAD_CURSOR') {
    return new ReportError('BAD_USER_INPUT', `after: ${message}`, { faults: [{ argumentPath: ['after'], message }] });
  }
  log.error({ code, driverCode }, 'the store of asynchronous reports failed');
  if (code === 'TXID_TAKEN') return new ReportError('UPSTREAM_UNAVAILABLE', message);
  const advice = message.endsWith('Try again.') ? message : `${message} Have the operator look after it.`;
  return new ReportError('STORE_UNAVAILABLE', advice);
}

/** GraphQL wraps what a resolver or a scalar throws, some of it twice. */
function findCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

function toPlace({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}

function toExtensions({ code, details }: ReportError): Record<string, unknown> {
  const { faults, upstream, retryAfterSeconds } = details;
  return {
    code,
    ...(faults === undefined ? {} : { argumentPath: faults[0]?.argumentPath, faults }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

const VARIABLE_FAULT = /^Variable "\$(\w+)" (?:of (?:required|non-null) type|got invalid value)/;
const PLACE_IN_VARIABLE = / at "([^"]+)"/;

/** A variable's value that is not of its type is bad input as much as one that a resolver finds. */
function withCode(error: GraphQLError): GraphQLError {
  const variable = VARIABLE_FAULT.exec(error.message)?.[1];
  if (variable === undefined || error.extensions['code'] !== undefined) return error;
  const place = PLACE_IN_VARIABLE.exec(error.message)?.[1] ?? variable;
  const argumentPath = place
    .split(/[.[\]]/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return new GraphQLError(error.message, {
    ...toPlace(error),
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', argumentPath },
  });
}
