import type { IncomingMessage } from 'node:http';
import type { ErrorResponse } from '../../http/error-response.ts';
import { readMediaType } from '../../http/media-type.ts';
import { readBody, toBodyText, TOO_MANY_PIECES, type BodyFault } from '../../http/request-body.ts';

/** Reads the JSON text of an operation from the body of a request. Returns an error response if it cannot be read. */
export async function readOperationBody(request: IncomingMessage, maxBytes: number): Promise<string | ErrorResponse> {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
  if (readMediaType(type) !== 'application/json' || encoding.toLowerCase() !== 'identity') return NOT_JSON;
  const body = await readBody(request, maxBytes);
  return typeof body === 'string' ? FAULTS[body] : toBodyText(body);
}

const NOT_JSON: ErrorResponse = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Send operations by POST with "Content-Type: application/json", uncompressed.',
};

/** What is wrong with a body that cannot be read. */
const FAULTS: Readonly<Record<BodyFault, ErrorResponse>> = {
  'too-large': { status: 413, code: 'REQUEST_ENTITY_TOO_LARGE', message: 'Request body too large' },
  'too-many-pieces': { ...TOO_MANY_PIECES, code: 'BAD_REQUEST' },
};
