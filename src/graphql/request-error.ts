import { GraphQLError, type GraphQLErrorExtensions, type GraphQLFormattedError } from 'graphql';
import { toErrorLocation } from './mask-error.ts';

/**
 * What Yoga reads from the extensions of an error, and removes from them: the HTTP status of a response without data. `spec` means
 * that GraphQL over HTTP asks for it: then the status is 200 if the response is `application/json`.
 */
const STATUS_EXTENSIONS: Readonly<Record<string, GraphQLErrorExtensions>> = {
  INTERNAL_SERVER_ERROR: { unexpected: true },
  BAD_USER_INPUT: { http: { spec: true, status: 400 } },
  BUDGET_EXCEEDED: { http: { status: 400 } },
  ANSWER_TOO_LARGE: { http: { status: 400 } },
  TOO_MANY_SUBSCRIPTIONS: { http: { status: 429 } },
  RESPONSES_UNREAD: { http: { status: 429 } },
};

/** Adds the HTTP status to an error of a whole request. Errors of fields, which have a path, do not change the status. */
export function withStatus(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  const more = typeof code === 'string' && error.path === undefined ? STATUS_EXTENSIONS[code] : undefined;
  if (more === undefined) return error;
  return new GraphQLError(error.message, { ...toErrorLocation(error), extensions: { ...error.extensions, ...more } });
}

/** The HTTP status of a response that has these errors and no data, as Yoga determines it. */
export function toStatus(errors: readonly GraphQLError[], mediaType: string): number {
  let status = 0;
  let isUnexpected = false;
  for (const { extensions } of errors) {
    if (extensions['unexpected'] === true) isUnexpected = true;
    const { http } = extensions;
    if (http?.spec === true && mediaType === 'application/json') continue;
    status = Math.max(status, http?.status ?? 0);
  }
  if (status !== 0) return status;
  return isUnexpected ? 500 : 200;
}

const OF_STATUS = new Set(['http', 'unexpected']);

/** The error as it is sent: without what only determines the status. */
export function toFormattedError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const sent = Object.fromEntries(Object.entries(extensions).filter(([name]) => !OF_STATUS.has(name)));
  return Object.keys(sent).length === 0 ? formatted : { ...formatted, extensions: sent };
}
