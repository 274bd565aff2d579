import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../log.ts';
import { parseCallbackMessage, type CallbackMessage } from '../../reports/callback-message.ts';
import type { MessageWriter } from '../message-writer.ts';
import type { ReportStore } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { isSameSecret } from '../../http/constant-time.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { readBody } from '../../http/request-body.ts';
import type { SenderCheck } from './sender-check.ts';

/** An array with 10,000 devices is about 1 MB. */
const MAX_BODY_BYTES = 4 * 2 ** 20;

export interface ReceiverOptions {
  /** With the secret at its end. */
  readonly path: string;
  readonly check: SenderCheck;
  readonly writer: MessageWriter;
  readonly store: Pick<ReportStore, 'addDeadLetter' | 'recordMessages'>;
  /** Takes out of the platform's words what nobody may see. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
}

/**
 * Takes the platform's messages: 200 means that all of the body is committed, as messages or kept aside where nobody can read it.
 * A status of 5xx only ever means that the store could not commit, so that sending again helps.
 */
export function createCallbackReceiver(options: ReceiverOptions): RequestListener {
  const { path, check, now, logUnexpected } = options;

  const receive = async (request: IncomingMessage): Promise<TextResponse> => {
    const asked = (request.url ?? '').split('?')[0] ?? '';
    if (!isSameSecret(asked, path)) return NOT_FOUND;
    if (request.method !== 'POST') return WRONG_METHOD;
    const refusal = check.checkHead(request);
    if (refusal !== null) return refusal;
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return TOO_LARGE;
    const wrongSignature = check.checkBody(request, body);
    if (wrongSignature !== null) return wrongSignature;
    try {
      await keep(body.toString('utf8'), now(), options);
      return TAKEN;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const { code, driverCode } = error;
      return withErrorId(
        NOT_COMMITTED,
        logUnexpected({ code, driverCode }, 'a callback message could not be committed'),
      );
    }
  };

  return (request, response) => {
    receive(request).then(
      (answer) => sendText(response, answer),
      (error: unknown) => failUnexpectedly(response, error, logUnexpected),
    );
  };
}

const TAKEN: TextResponse = { status: 200, text: 'Stored.' };
const NOT_FOUND: TextResponse = { status: 404, text: 'There is nothing here.' };
const WRONG_METHOD: TextResponse = { status: 405, text: 'Send messages by POST.', headers: { Allow: 'POST' } };
const TOO_LARGE: TextResponse = {
  status: 413,
  text: `A message has at most ${MAX_BODY_BYTES} bytes. Send fewer devices in one.`,
};
const NOT_COMMITTED: TextResponse = {
  status: 503,
  text: 'The message could not be stored. Send it again.',
  headers: { 'Retry-After': '5' },
};

async function keep(text: string, receivedAtMs: number, { writer, store, hide, log }: ReceiverOptions): Promise<void> {
  const { items, unreadable } = parse(text, hide);
  const deadLetters = async (reason: string): Promise<void> => {
    log.warn({ reason, bytes: text.length }, 'a callback body was kept aside');
    await store.addDeadLetter({ reason, body: text, receivedAtMs });
  };
  if (unreadable !== null) await deadLetters(unreadable);
  if (items.length === 0) return;
  const messages = items.map((item) => ({ ...item, receivedAtMs }));
  try {
    await writer.write(messages);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'FAILED') throw error;
    // Of the messages that share a commit, one that no store can take fails all: each gets a commit of its own.
    await store.recordMessages(messages).catch(() => deadLetters('It could not be recorded.'));
  }
}

function parse(text: string, hide: (text: string) => string): CallbackMessage {
  try {
    return parseCallbackMessage(JSON.parse(text.replace(/^\uFEFF/, '')), hide);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return { items: [], unreadable: text.trim() === '' ? 'It is empty.' : 'It is no JSON.' };
    }
    throw error;
  }
}

function failUnexpectedly(response: ServerResponse, error: unknown, logUnexpected: LogUnexpected): void {
  if (response.destroyed) return;
  const errorId = logUnexpected({ err: error }, 'unexpected error while receiving a callback message');
  sendText(response, withErrorId({ status: 500, text: 'The message could not be stored. Send it again.' }, errorId));
}
