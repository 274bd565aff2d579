import type { LogUnexpected } from '../../http/log-unexpected.ts';
import type { Log } from '../../log.ts';
import { parseCallbackText, type CallbackMessage } from '../../reports/callback-message.ts';
import { settleRefused, type MessageWriter } from '../message-writer.ts';
import type { CallbackBody } from '../store/spool-file.ts';
import type { ReportStore, UnknownRoom } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { readBodyText } from './read-text.ts';

export interface RecordBodyOptions {
  readonly writer: MessageWriter;
  readonly store: Pick<ReportStore, 'addDeadLetter' | 'recordMessages'>;
  /** Removes addresses and secrets from the platform's texts. */
  readonly hide: (text: string) => string;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
}

/**
 * Resolves when the whole body is committed: as messages, as a dead letter if it is unreadable, or as both if a part of it is.
 * Rejects with StoreError; with UNKNOWN_FULL, and nothing is committed, if `room` is limited and there is none for its messages.
 */
export type RecordBody = (body: CallbackBody, room?: UnknownRoom) => Promise<void>;

/** Creates the function that records bodies. Recording one twice stores its messages once. */
export function createRecordBody(options: RecordBodyOptions): RecordBody {
  const { writer, store, log } = options;
  return async (body, room = 'limited') => {
    const { bytes, receivedAtMs } = body;
    const { items, unreadable } = parse(body, options);
    const addDeadLetter = async (reason: string): Promise<void> => {
      await store.addDeadLetter({ reason, body: bytes, receivedAtMs });
      log.warn({ reason, bytes: bytes.length }, 'a callback body was stored as a dead letter');
    };
    const messages = items.map((item) => ({ ...item, receivedAtMs }));
    try {
      if (messages.length > 0) await writer.write(messages);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'UNKNOWN_FULL' && room === 'unlimited') await store.recordMessages(messages, room);
      else if (error.code !== 'FAILED') throw error;
      else {
        // The writer commits messages of several bodies together. One that the database rejects fails them all, so retry this body alone.
        const outcome = await store.recordMessages(messages, room).catch(failedOnly);
        if (outcome === null) {
          await addDeadLetter('Its messages could not be stored.');
          return;
        }
        await settleRefused(store, messages, outcome.refused);
      }
    }
    // Last, so that a body that has to be sent again is stored as a dead letter once.
    if (unreadable !== null) await addDeadLetter(unreadable);
  };
}

/** A database that is not available has not rejected the messages. */
function failedOnly(error: unknown): null {
  if (error instanceof StoreError && error.code !== 'FAILED') throw error;
  return null;
}

function parse(
  { bytes, charset, fault }: CallbackBody,
  { hide, logUnexpected }: Pick<RecordBodyOptions, 'hide' | 'logUnexpected'>,
): CallbackMessage {
  if (fault !== null) return { items: [], unreadable: fault };
  const { text, fault: textFault } = readBodyText(bytes, charset);
  if (text === null) return { items: [], unreadable: textFault };
  try {
    const { items, unreadable } = parseCallbackText(text.replace(/^\uFEFF/, ''), hide);
    return { items, unreadable: unreadable ?? textFault };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return { items: [], unreadable: text.trim() === '' ? 'It is empty.' : (textFault ?? 'It is not valid JSON.') };
    }
    // The platform would send the message once more, and then never.
    logUnexpected({ err: error }, 'unexpected error while reading a callback message');
    return { items: [], unreadable: 'It could not be read.' };
  }
}
