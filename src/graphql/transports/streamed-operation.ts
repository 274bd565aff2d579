import { isObject, parseJson } from '../../domain/json.ts';
import type { ErrorResponse } from '../../http/error-response.ts';
import type { GraphqlParams } from '../start-operation.ts';

/** An operation whose results go to an event stream. */
export interface StreamedOperation {
  readonly id: string;
  readonly params: GraphqlParams;
}

/** The id is sent with every event. */
const MAX_ID_CHARACTERS = 255;

/** Parses the body of a request that runs an operation on an event stream. Returns an error response if something is wrong with it. */
export function parseStreamedOperation(text: string): StreamedOperation | ErrorResponse {
  const body = parseJson(text);
  if (!isObject(body)) return toBadRequest('The body is not a JSON object. Send {"query": "…"}.');
  const { query, operationName = null, variables = null, extensions } = body;
  if (typeof query !== 'string') return toBadRequest('query is not a string. Send the document in it.');
  if (operationName !== null && typeof operationName !== 'string')
    return toBadRequest('operationName is not a string. Send the name of an operation, or leave it out.');
  if (variables !== null && !isObject(variables))
    return toBadRequest('variables is not an object. Send an object, or leave it out.');
  const id = isObject(extensions) ? extensions['operationId'] : undefined;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARACTERS)
    return toBadRequest(
      `extensions.operationId is not a text of 1 to ${MAX_ID_CHARACTERS} characters. Send a new one for each operation.`,
    );
  return {
    id,
    params: {
      query,
      operationName: operationName === '' ? undefined : (operationName ?? undefined),
      variables: variables ?? {},
    },
  };
}

function toBadRequest(message: string): ErrorResponse {
  return { status: 400, code: 'BAD_REQUEST', message };
}
