import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isSameSecret } from '../../http/constant-time.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { readBody, TOO_MANY_PIECES } from '../../http/request-body.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import type { Log } from '../../log.ts';
import { StoreError } from '../store/store-error.ts';
import type { KeepBody } from './keep-body.ts';
import type { SenderCheck } from './sender-check.ts';
import { createUnpackBody } from './unpack-body.ts';

/** A message with 10,000 devices is about 1 MB. The same limit holds for a body after it is unpacked. */
const MAX_BODY_BYTES = 4 * 2 ** 20;

export interface ReceiverOptions {
  /** The URL paths of the receiver. Each ends in a secret. */
  readonly paths: readonly string[];
  readonly check: SenderCheck;
  readonly keep: KeepBody;
  readonly now: () => number;
  /** Whether a warning that would otherwise repeat may be logged again. */
  readonly mayWarn: (warning: string) => boolean;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
  /** Returns the id of the line that the log has about a failure of the store. */
  readonly logStoreFailure: (error: StoreError) => string;
  /** Called with what came of each message; by default nothing is. */
  readonly onOutcome?: (outcome: CallbackOutcome) => void;
}

/**
 * What came of a callback message: committed, or on disk until the database takes it; not accepted from this sender or in this form; no room
 * for unknown transactions; neither the database nor the disk took it.
 */
export type CallbackOutcome = 'stored' | 'spooled' | 'rejected' | 'no-room' | 'failed';

/**
 * Receives the platform's callback messages. It responds 200 only after the whole body is committed, as messages or as a dead
 * letter, or is on disk in the spool. It responds 503 if neither is possible or there is no room for unknown transactions, and 500
 * after an unexpected error; all ask the sender to send the message again.
 */
export function createCallbackReceiver(options: ReceiverOptions): RequestListener {
  const { paths, check, keep, now, mayWarn, log, logUnexpected, logStoreFailure, onOutcome } = options;
  const unpack = createUnpackBody(MAX_BODY_BYTES);

  const warnOfUnknown = (): void => {
    if (!mayWarn('unknown transactions')) return;
    log.warn('messages of unknown transactions are refused, because they take all of CALLBACK_UNKNOWN_MAX_BYTES');
  };

  const receive = async (request: IncomingMessage): Promise<Received> => {
    const requestPath = (request.url ?? '').split('?')[0] ?? '';
    // Compared with each, so that the time does not reveal which one it is.
    if (paths.filter((path) => isSameSecret(requestPath, path)).length === 0) return toRejected(NOT_FOUND);
    if (request.method !== 'POST') return toRejected(WRONG_METHOD);
    const wrongSender = check.checkHead(request);
    if (wrongSender !== null) return toRejected(wrongSender);
    const body = await readBody(request, MAX_BODY_BYTES);
    if (typeof body === 'string') return toRejected(body === 'too-large' ? TOO_LARGE : IN_PIECES);
    const wrongSignature = check.checkBody(request, body);
    if (wrongSignature !== null) return toRejected(wrongSignature);
    try {
      const receivedAtMs = now();
      return { outcome: await keep({ ...(await unpack(body, request.headers)), receivedAtMs }), response: STORED };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'UNKNOWN_FULL') {
        warnOfUnknown();
        return { outcome: 'no-room', response: NO_ROOM };
      }
      return { outcome: 'failed', response: withErrorId(NOT_COMMITTED, logStoreFailure(error)) };
    }
  };

  return (request, response) => {
    receive(request).then(
      (received) => {
        onOutcome?.(received.outcome);
        sendText(response, received.response);
      },
      (error: unknown) => {
        if (response.destroyed) return;
        onOutcome?.('failed');
        failUnexpectedly(response, error, logUnexpected);
      },
    );
  };
}

interface Received {
  readonly outcome: CallbackOutcome;
  readonly response: TextResponse;
}

function toRejected(response: TextResponse): Received {
  return { outcome: 'rejected', response };
}

const STORED: TextResponse = { status: 200, text: 'Stored.' };
const NOT_FOUND: TextResponse = { status: 404, text: 'Not found. Check the URL.' };
const WRONG_METHOD: TextResponse = { status: 405, text: 'Send the message with POST.', headers: { Allow: 'POST' } };
const TOO_LARGE: TextResponse = {
  status: 413,
  text: `The message is larger than ${MAX_BODY_BYTES} bytes. Send fewer devices in one message.`,
};
const IN_PIECES: TextResponse = { ...TOO_MANY_PIECES, text: TOO_MANY_PIECES.message };
const NOT_COMMITTED: TextResponse = {
  status: 503,
  text: 'The message could not be stored. Send it again.',
  headers: { 'Retry-After': '5' },
};

const NO_ROOM: TextResponse = {
  status: 503,
  text: 'The transaction is not known here, and there is no room for more of these messages. Send it again.',
  headers: { 'Retry-After': '60' },
};

function failUnexpectedly(response: ServerResponse, error: unknown, logUnexpected: LogUnexpected): void {
  const errorId = logUnexpected({ err: error }, 'unexpected error while receiving a callback message');
  sendText(response, withErrorId({ status: 500, text: 'The message could not be stored. Send it again.' }, errorId));
}
