import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import { isToken, type Tokens } from '../credentials.ts';
import { createSecrets } from '../secrets.ts';
import { toCallError } from '../to-report-error.ts';
import { toDeadTokens, toSendableTokens, type TokenSource } from './token-source.ts';

export interface CallerTokensOptions {
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly clock: Pick<Clock, 'now'>;
}

const SEND_NEW_TOKENS =
  'The platform does not accept the tokens of this request. Sign in to the platform again and send the new tokens in both headers: ' +
  'Authorization: Bearer … and VZ-M2M-Token.';

/**
 * The caller's own tokens, which this server cannot renew. If a response reports a dead token, its error is
 * UPSTREAM_UNAUTHENTICATED with a message that says what to send. Throws the same
 * immediately if a token cannot be sent in a header.
 */
export function createCallerTokens({ baseUrl, tokens, clock }: CallerTokensOptions): TokenSource {
  if (!isToken(tokens.bearer) || !isToken(tokens.session)) {
    throw new ReportError('UPSTREAM_UNAUTHENTICATED', SEND_NEW_TOKENS);
  }
  const secrets = createSecrets(baseUrl, [tokens.bearer, tokens.session]);
  const sendable = Promise.resolve(toSendableTokens(tokens));
  return {
    secrets,
    current: () => sendable,
    toError(answer) {
      const error = toCallError(answer, secrets.hideIn, clock.now());
      if (toDeadTokens(answer).kinds.length === 0) return error;
      return new ReportError('UPSTREAM_UNAUTHENTICATED', SEND_NEW_TOKENS, error.details);
    },
  };
}
