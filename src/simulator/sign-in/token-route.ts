import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { BearerTokens } from './bearer-tokens.ts';

const SCOPE = 'am_application_scope default';

function oauthError(status: number, error: string, description: string): Reply {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="ThingSpace"' } : {};
  return jsonReply(status, { error, error_description: description }, challenge);
}

function readBasic(call: Call): { name: string; secret: string } | undefined {
  const encoded = /^basic +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name, secret: rest.join(':') };
}

/** Handles the OAuth 2 client credentials grant (RFC 6749, section 4.4). */
export function createTokenRoute(bearers: BearerTokens, client: { clientId: string; clientSecret: string }): Handler {
  return (call) => {
    const sent = readBasic(call);
    if (sent?.name !== client.clientId || sent.secret !== client.clientSecret) {
      return oauthError(401, 'invalid_client', 'Client authentication failed.');
    }
    if (!(call.headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded')) {
      return oauthError(400, 'invalid_request', 'The request body must be a form.');
    }
    const grantType = new URLSearchParams(call.body).get('grant_type');
    if (grantType === null) return oauthError(400, 'invalid_request', 'Missing grant_type parameter.');
    if (grantType !== 'client_credentials') {
      return oauthError(400, 'unsupported_grant_type', 'Unsupported grant_type value.');
    }
    const { token, expiresInSeconds } = bearers.issue();
    const body = { access_token: token, scope: SCOPE, token_type: 'Bearer', expires_in: expiresInSeconds };
    return jsonReply(200, body, { 'cache-control': 'no-store' });
  };
}
