import { isObject, parseJson } from '../../domain/json.ts';
import type { ErrorResponse } from '../../http/error-response.ts';
import { toPlainRequest, type PlainRequest } from '../plain-request.ts';

/** An operation whose results go to an event stream. */
export interface StreamedOperation {
  readonly id: string;
  readonly params: PlainRequest;
}

/** The id is sent with every event. */
const MAX_ID_CHARACTERS = 255;

/** Parses the body of a request that runs an operation on an event stream. Returns an error response if something is wrong with it. */
export function parseStreamedOperation(text: string): StreamedOperation | ErrorResponse {
  const body = parseJson(text);
  if (!isObject(body)) return toBadRequest('The body is not a JSON object. Send {"query": "…"}.');
  const params = toPlainRequest(body);
  if (params === null)
    return toBadRequest(
      'A parameter is unknown or of another type. Send query, documentId and operationName as texts, variables and extensions as objects.',
    );
  const { extensions } = body;
  const id = isObject(extensions) ? extensions['operationId'] : undefined;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARACTERS)
    return toBadRequest(
      `extensions.operationId is not a text of 1 to ${MAX_ID_CHARACTERS} characters. Send a new one for each operation.`,
    );
  return { id, params };
}

function toBadRequest(message: string): ErrorResponse {
  return { status: 400, code: 'BAD_REQUEST', message };
}
