import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isSameSecret } from '../../http/constant-time.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { readBody } from '../../http/request-body.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import type { Log } from '../../log.ts';
import { parseCallbackText, type CallbackMessage } from '../../reports/callback-message.ts';
import type { MessageWriter } from '../message-writer.ts';
import type { ReportStore } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { SenderCheck } from './sender-check.ts';

/** A message with 10,000 devices is about 1 MB. */
const MAX_BODY_BYTES = 4 * 2 ** 20;
/** The shortest time between two log lines about refused messages. */
const WARN_EVERY_MS = 60_000;

export interface ReceiverOptions {
  /** The URL path of the receiver; it ends in the secret. */
  readonly path: string;
  readonly check: SenderCheck;
  readonly writer: MessageWriter;
  readonly store: Pick<ReportStore, 'addDeadLetter' | 'recordMessages'>;
  /** Removes addresses and secrets from the platform's texts. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
}

/**
 * Receives the platform's callback messages. It responds 200 only after the whole body is committed: as messages, or as a dead
 * letter if it is unreadable. It responds 503 if the store could not commit or has no room for unknown transactions, and 500 after
 * an unexpected error; all ask the sender to send the message again.
 */
export function createCallbackReceiver(options: ReceiverOptions): RequestListener {
  const { path, check, now, log, logUnexpected } = options;
  let warnedAtMs = -Infinity;

  const warnOfUnknown = (): void => {
    if (Math.abs(now() - warnedAtMs) < WARN_EVERY_MS) return;
    warnedAtMs = now();
    log.warn('messages of unknown transactions are refused, because they take all of CALLBACK_UNKNOWN_MAX_BYTES');
  };

  const receive = async (request: IncomingMessage): Promise<TextResponse> => {
    const requestPath = (request.url ?? '').split('?')[0] ?? '';
    if (!isSameSecret(requestPath, path)) return NOT_FOUND;
    if (request.method !== 'POST') return WRONG_METHOD;
    const wrongSender = check.checkHead(request);
    if (wrongSender !== null) return wrongSender;
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return TOO_LARGE;
    const wrongSignature = check.checkBody(request, body);
    if (wrongSignature !== null) return wrongSignature;
    try {
      await storeBody(body.toString('utf8'), now(), options);
      return STORED;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'UNKNOWN_FULL') {
        warnOfUnknown();
        return NO_ROOM;
      }
      const { code, driverCode } = error;
      return withErrorId(
        NOT_COMMITTED,
        logUnexpected({ code, driverCode }, 'a callback message could not be committed'),
      );
    }
  };

  return (request, response) => {
    receive(request).then(
      (result) => sendText(response, result),
      (error: unknown) => failUnexpectedly(response, error, logUnexpected),
    );
  };
}

const STORED: TextResponse = { status: 200, text: 'Stored.' };
const NOT_FOUND: TextResponse = { status: 404, text: 'Not found. Check the URL.' };
const WRONG_METHOD: TextResponse = { status: 405, text: 'Send the message with POST.', headers: { Allow: 'POST' } };
const TOO_LARGE: TextResponse = {
  status: 413,
  text: `The message is larger than ${MAX_BODY_BYTES} bytes. Send fewer devices in one message.`,
};
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

async function storeBody(text: string, receivedAtMs: number, options: ReceiverOptions): Promise<void> {
  const { writer, store, hide, log } = options;
  const { items, unreadable } = parse(text, hide);
  const addDeadLetter = async (reason: string): Promise<void> => {
    log.warn({ reason, bytes: text.length }, 'a callback body was stored as a dead letter');
    await store.addDeadLetter({ reason, body: text, receivedAtMs });
  };
  const messages = items.map((item) => ({ ...item, receivedAtMs }));
  try {
    if (messages.length > 0) await writer.write(messages);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'FAILED') throw error;
    // The writer commits messages of several bodies together. One that the database rejects fails them all, so retry this body alone.
    const outcome = await store.recordMessages(messages).catch(() => null);
    if (outcome === null) await addDeadLetter('Its messages could not be stored.');
    else if (outcome.refused.size > 0) throw new StoreError('UNKNOWN_FULL');
  }
  // Last, so that a body that has to be sent again is stored as a dead letter once.
  if (unreadable !== null) await addDeadLetter(unreadable);
}

function parse(text: string, hide: (text: string) => string): CallbackMessage {
  try {
    return parseCallbackText(text.replace(/^\uFEFF/, ''), hide);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return { items: [], unreadable: text.trim() === '' ? 'It is empty.' : 'It is not valid JSON.' };
    }
    throw error;
  }
}

function failUnexpectedly(response: ServerResponse, error: unknown, logUnexpected: LogUnexpected): void {
  if (response.destroyed) return;
  const errorId = logUnexpected({ err: error }, 'unexpected error while receiving a callback message');
  sendText(response, withErrorId({ status: 500, text: 'The message could not be stored. Send it again.' }, errorId));
}
