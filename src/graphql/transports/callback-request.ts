import { isObject, parseJson } from '../../domain/json.ts';
import type { ErrorResponse } from '../../http/error-response.ts';
import { toPlainRequest, type PlainRequest } from '../plain-request.ts';

/** Where a router wants the messages of a subscription, and what it recognizes them by. */
export interface RouterCallback {
  /** In its normal form, and allowed. */
  readonly url: string;
  /** The key of its allowed address. */
  readonly origin: string;
  readonly id: string;
  readonly verifier: string;
  /** How often the router wants to be asked whether the subscription is still wanted; 0 for never. */
  readonly heartbeatMs: number;
}

/** A subscription whose events go to a router. */
export interface CallbackRequest {
  readonly params: PlainRequest;
  readonly callback: RouterCallback;
}

/** Returns the normal form of a URL that a router may be called back at; null for any other. */
export type ToAllowedUrl = (url: string) => Pick<RouterCallback, 'url' | 'origin'> | null;

const MAX_URL_CHARACTERS = 2_048;
/**
 * Servers read anything else in a path in different ways, and could leave the allowed path by it. The URL parser of Node.js 20 leaves `..`
 * at the end of some paths.
 */
const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]*)*$/;

/** Creates the check of URLs: one is allowed if it is an allowed address, or a path below it. */
export function createToAllowedUrl(allowed: readonly string[]): ToAllowedUrl {
  const addresses = allowed.map((text) => {
    const { origin, pathname } = new URL(text);
    return { origin, path: pathname.endsWith('/') ? pathname : `${pathname}/` };
  });
  return (text) => {
    if (text.length > MAX_URL_CHARACTERS || !URL.canParse(text)) return null;
    const { origin, pathname, username, password, search, hash } = new URL(text);
    if (`${username}${password}${search}${hash}` !== '' || !PLAIN_PATH.test(pathname)) return null;
    const isAllowed = addresses.some((each) => each.origin === origin && `${pathname}/`.startsWith(each.path));
    return isAllowed ? { url: `${origin}${pathname}`, origin } : null;
  };
}

const MAX_ID_CHARACTERS = 255;
const MAX_VERIFIER_CHARACTERS = 1_024;
/** Of the specification's example, and of Apollo Router. */
const DEFAULT_HEARTBEAT_MS = 5_000;
const MIN_HEARTBEAT_MS = 500;
const MAX_HEARTBEAT_MS = 3_600_000;

/** Parses the body of a request for a subscription by callback. Returns an error response if something is wrong with it. */
export function parseCallbackRequest(text: string, toAllowedUrl: ToAllowedUrl): CallbackRequest | ErrorResponse {
  const body = parseJson(text);
  const params = toPlainRequest(body);
  if (params === null || !isObject(body))
    return toBadRequest('The body is not an operation. Send query, variables and extensions.subscription as JSON.');
  const { extensions } = body;
  const subscription = isObject(extensions) ? extensions['subscription'] : undefined;
  if (!isObject(subscription))
    return toBadRequest(
      'extensions.subscription is not an object. Send callbackUrl, subscriptionId, verifier and heartbeatIntervalMs in it.',
    );
  const { callbackUrl, subscriptionId: id, verifier, heartbeatIntervalMs = DEFAULT_HEARTBEAT_MS } = subscription;
  if (!isText(id, MAX_ID_CHARACTERS) || !isText(verifier, MAX_VERIFIER_CHARACTERS))
    return toBadRequest(
      `Send extensions.subscription.subscriptionId and verifier as texts of 1 to ${MAX_ID_CHARACTERS} and ${MAX_VERIFIER_CHARACTERS} characters.`,
    );
  if (!isHeartbeat(heartbeatIntervalMs))
    return toBadRequest(
      `Send extensions.subscription.heartbeatIntervalMs as 0, or as a whole number from ${MIN_HEARTBEAT_MS} to ${MAX_HEARTBEAT_MS}.`,
    );
  const allowed = typeof callbackUrl === 'string' ? toAllowedUrl(callbackUrl) : null;
  if (allowed === null) return NOT_ALLOWED;
  return { params, callback: { ...allowed, id, verifier, heartbeatMs: heartbeatIntervalMs } };
}

function isText(value: unknown, maxCharacters: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters;
}

function isHeartbeat(value: unknown): value is number {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return value === 0 || (value >= MIN_HEARTBEAT_MS && value <= MAX_HEARTBEAT_MS);
}

function toBadRequest(message: string): ErrorResponse {
  return { status: 400, code: 'BAD_REQUEST', message };
}

const NOT_ALLOWED: ErrorResponse = {
  status: 403,
  code: 'SUBSCRIPTION_CALLBACK_NOT_ALLOWED',
  message:
    'Events may not be sent to extensions.subscription.callbackUrl. Ask the operator to add the address of the router to SUBSCRIPTION_CALLBACK_ALLOWED.',
};
