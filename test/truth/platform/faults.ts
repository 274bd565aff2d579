import type { ServerResponse } from 'node:http';

/** A fault of one call. All are over when the call is repeated. */
export type Fault = '503' | '500' | 'html' | 'reset' | 'truncated' | 'garbage' | '429' | '429 with Retry-After';

/** After these a read is repeated up to two times. */
export const TRANSIENT: readonly Fault[] = ['503', '500', 'html', 'reset', 'truncated', 'garbage', '429'];

/** After these even a call that starts work is repeated, because it has certainly started nothing. */
export const STARTS_NOTHING: readonly Fault[] = ['429', '429 with Retry-After'];

/** After these it is unknown whether the call started anything. */
export const UNCERTAIN: readonly Fault[] = ['503', '500', 'html', 'reset', 'truncated', 'garbage'];

/** The published forms in which the platform says that a session is gone. */
const DEAD_SESSIONS: readonly (readonly [number, Record<string, string>])[] = [
  [400, { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired', errorMessage: 'expired' }],
  [401, { errorCode: 'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid', errorMessage: 'invalid' }],
  [400, { errorCode: 'INVALID_PARAMETER', errorMessage: 'UWS verification failure (The Session has expired.)' }],
  [403, { responseCode: 'INVALID_ACCESS', message: 'UWS verification failure (Common exception)' }],
  [500, { errorCode: 'UNAUTHORIZED', errorMessage: 'The session token has expired' }],
];

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendDeadSession(response: ServerResponse, form: number): void {
  const [status, body] = DEAD_SESSIONS[form % DEAD_SESSIONS.length] ?? [401, {}];
  sendJson(response, status, body);
}

export function sendDeadBearer(response: ServerResponse): void {
  sendJson(response, 401, { fault: { code: '900901', message: 'Invalid Credentials' } });
}

/** Answers a call with a fault. */
export function sendFault(response: ServerResponse, fault: Fault): void {
  switch (fault) {
    case '503':
    case '500':
      sendJson(response, Number(fault), { errorCode: 'INTERNAL_ERROR', errorMessage: 'try later' });
      break;
    case 'html':
      response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>Bad Gateway</html>');
      break;
    case 'reset':
      response.destroy();
      break;
    case 'truncated':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '500' });
      response.write('{"txid":"cut-off","usage":[', () => response.destroy());
      break;
    case 'garbage':
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"usage":[{"imei"');
      break;
    case '429':
      sendJson(response, 429, { errorCode: 'TOO_MANY', errorMessage: 'slow down' });
      break;
    case '429 with Retry-After':
      sendJson(response, 429, { errorCode: 'TOO_MANY', errorMessage: 'slow down' }, { 'Retry-After': '3' });
  }
}
