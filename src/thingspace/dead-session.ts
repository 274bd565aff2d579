import type { ErrorBody } from './error-body.ts';

const STATUSES = new Set([400, 401, 403, 500]);

/** `Service.CLASS.Specific`, or a number of the gateway's, such as 900901. Any other code is one generic word. */
const SPECIFIC_CODE = /\.|^\d{6}$/;
const MAX_MESSAGE_LENGTH = 1_000;

/** How the platform's session service (UWS) begins the message of every rejected session token. */
const SESSION_SERVICE_FAILED = /^ ?UWS verification failure/i;

const SESSION = '(?:session(?:[ _-]?token)?|VZ-M2M-Token)';
/** Text in parentheses, quotes or commas. */
const INSERTION = `(?: ?\\([^)]{0,80}\\)| ?"[^"]{0,80}"| ?'[^']{0,80}'|,[^,.;:!?]{1,80},)`;
/** Words that can follow the session without another subject, and a word with a digit, such as the token itself. */
const WORDS =
  'token|id|you|your|that|which|provided|supplied|sent|given|used|of|in|with|the|this|request|header|for|user|' +
  'has|have|had|is|was|been|already|either|now|or|and|it|(?=\\S*\\d)\\S{1,100}';
const SAYS_DEAD = "(?:expired|invalid|(?:not|no longer|isn['’]t) valid)\\b";

/** "The session has expired.", "Session token is invalid", but not "The session duration is invalid". */
const SESSION_IS_DEAD = new RegExp(`(?<!\\bno )\\b${SESSION}\\b${INSERTION}?(?: (?:${WORDS})(?= ))* ${SAYS_DEAD}`, 'i');
/** "Invalid or expired session token", but not "Invalid session duration". */
const DEAD_SESSION = new RegExp(
  `\\b(?:expired|invalid) (?:(?:or|and) (?:expired|invalid) )?(?:the |user )?${SESSION}(?= (?:${WORDS})\\b| ?[^\\w -]| ?$)`,
  'i',
);

/**
 * Whether the platform reports a dead session token, in any of its published forms (docs/upstream/README.md, "Signing in"). The
 * codes decide if one of them is specific, otherwise the messages. Renewals are limited, so a form read too liberally costs a
 * login now and then; one that is not recognised would fail every call until a restart.
 */
export function isDeadSession(status: number, { codes, messages }: ErrorBody): boolean {
  if (!STATUSES.has(status)) return false;
  if (codes.some((code) => code.includes('.SessionToken.'))) return true;
  return !codes.some((code) => SPECIFIC_CODE.test(code)) && messages.some(saysSessionIsDead);
}

function saysSessionIsDead(message: string): boolean {
  const text = message.slice(0, MAX_MESSAGE_LENGTH).replace(/\s+/g, ' ');
  return [SESSION_SERVICE_FAILED, SESSION_IS_DEAD, DEAD_SESSION].some((pattern) => pattern.test(text));
}
