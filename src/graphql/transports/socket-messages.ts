import { CloseCode, parseMessage } from 'graphql-ws';
import { ReportError } from '../../domain/errors.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';

/** Why this server closes a WebSocket: a code of RFC 6455 or of the protocol graphql-transport-ws, and a text of at most 123 bytes. */
export interface CloseReason {
  readonly code: number;
  readonly text: string;
}

/** The client has had nothing running for a while. */
export const IDLE: CloseReason = { code: 1000, text: 'There was no operation for five minutes.' };
export const SHUTTING_DOWN: CloseReason = { code: 1001, text: 'This server is being stopped. Connect again.' };
export const NOT_TEXT: CloseReason = { code: 1003, text: 'Send messages as text.' };
export const TOO_MANY_MESSAGES: CloseReason = { code: 1008, text: 'Too many messages in 15 seconds.' };
const UNEXPECTED: CloseReason = { code: 1011, text: 'Unexpected error.' };
/** Clients of graphql-ws connect again after these. */
export const SLOW_READER: CloseReason = { code: 1013, text: 'What was sent was not read within 60 seconds.' };
export const TOO_MANY_CONNECTIONS: CloseReason = { code: 1013, text: 'You have the maximum of connections open.' };
const KEYS_UNAVAILABLE: CloseReason = { code: 1013, text: 'Tokens cannot be checked at the moment.' };

export const BAD_MESSAGE: CloseReason = {
  code: CloseCode.BadRequest,
  text: 'This is not a message of graphql-transport-ws, or its id has more than 255 characters.',
};
export const NOT_INITIALISED: CloseReason = {
  code: CloseCode.Unauthorized,
  text: 'Wait for connection_ack before you subscribe.',
};
/** Clients of graphql-ws connect again after this one, too, and can then send a new token. */
export const TOKEN_EXPIRED: CloseReason = { code: CloseCode.Forbidden, text: 'The token has expired. Send a new one.' };
export const WRONG_PROTOCOL: CloseReason = {
  code: CloseCode.SubprotocolNotAcceptable,
  text: 'Use the subprotocol graphql-transport-ws (the library graphql-ws).',
};
export const INIT_TIMEOUT: CloseReason = {
  code: CloseCode.ConnectionInitialisationTimeout,
  text: 'Send connection_init within 10 seconds.',
};
export const INIT_REPEATED: CloseReason = {
  code: CloseCode.TooManyInitialisationRequests,
  text: 'Send connection_init once.',
};
export const ID_IN_USE: CloseReason = {
  code: CloseCode.SubscriberAlreadyExists,
  text: 'An operation with this id is running. Give each operation an id of its own.',
};

const MAX_TEXT_BYTES = 123;

/** The reason for a connection whose credentials were not accepted. */
export function toRejection(error: unknown, logUnexpected: LogUnexpected): CloseReason {
  if (!(error instanceof ReportError)) {
    logUnexpected({ err: error }, 'unexpected error during authentication');
    return UNEXPECTED;
  }
  if (error.code === 'AUTHENTICATION_UNAVAILABLE') return KEYS_UNAVAILABLE;
  const bytes = Buffer.from(error.message).subarray(0, MAX_TEXT_BYTES);
  return { code: CloseCode.Forbidden, text: new TextDecoder().decode(bytes, { stream: true }) };
}

/** An id is kept as long as its operation runs, and sent with every event. */
const MAX_ID_CHARACTERS = 255;

/** Parses a message of graphql-transport-ws; returns null if it is none, or if its id is too long. */
export function parseClientMessage(text: string): ReturnType<typeof parseMessage> | null {
  try {
    const message = parseMessage(text);
    return 'id' in message && message.id.length > MAX_ID_CHARACTERS ? null : message;
  } catch {
    return null;
  }
}
