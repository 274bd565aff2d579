// A file of its own: what callers read about connections, beside what they read about responses.
import { isNeverArrived, type FailedLayer, type TransportError } from './transport-error.ts';

const TO_OPERATOR =
  'Try again in a moment. If it keeps failing, contact the operator of this server, whose log has the cause.';
/** The cause is on the side of this server, so the carrier could not help. */
const FAILED_LAYERS: Readonly<Record<FailedLayer, string>> = {
  proxy: `This server cannot reach the platform through its outbound proxy. ${TO_OPERATOR}`,
  tls: `This server cannot make a secure connection to the platform. ${TO_OPERATOR}`,
};
const NO_CONNECTION = `This server cannot connect to the platform. ${TO_OPERATOR}`;
const TOO_LARGE =
  'The platform’s response is over the size limit of this kind of call. Ask for fewer devices or a shorter window. ' +
  'If UPSTREAM_MAX_ANSWER_BYTES is the limit, it can be raised.';
const TOO_MANY_VALUES =
  'The platform’s response has more values, levels or names than are read. Ask for fewer devices or a shorter window.';

/** What to tell a caller about an exchange that failed; null if it broke off for a reason that may be on either side. */
export function toTransportAdvice(error: TransportError): string | null {
  if (error.layer !== null) return FAILED_LAYERS[error.layer];
  if (error.fault === 'too-large') return TOO_LARGE;
  if (error.fault === 'too-many-values') return TOO_MANY_VALUES;
  return isNeverArrived(error) ? NO_CONNECTION : null;
}
