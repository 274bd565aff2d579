import { untilNextTurn } from '../turns/next-turn.ts';
import type { ReceivedMessage } from './async-report.ts';
import type { ReportStore } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

export interface MessageWriterOptions {
  /** Maximum number of messages in a commit. The messages of one `write` are never split, so a commit can exceed it. */
  readonly maxMessagesPerCommit: number;
  /** Maximum number of waiting messages. A `write` beyond it is rejected, unless nothing is waiting. */
  readonly maxMessagesWaiting: number;
}

/** Writes received messages to the store. */
export interface MessageWriter {
  /**
   * Resolves when all the messages are on disk. Rejects with StoreError: at once with OVERLOADED, or when their commit fails. Rejects
   * with UNKNOWN_FULL, and stores none of them, if there is no room for them and all are of unknown transactions.
   */
  write(messages: readonly ReceivedMessage[]): Promise<void>;
}

interface Writing {
  readonly messages: readonly ReceivedMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Commits messages in groups: those that arrive during a commit share the next one. */
export function createMessageWriter(
  store: Pick<ReportStore, 'recordMessages'>,
  { maxMessagesPerCommit, maxMessagesWaiting }: MessageWriterOptions,
): MessageWriter {
  const waiting: Writing[] = [];
  let messagesWaiting = 0;
  let isCommitting = false;

  const takeGroup = (): Writing[] => {
    let messages = 0;
    const end = waiting.findIndex((writing, at) => {
      messages += writing.messages.length;
      return at > 0 && messages > maxMessagesPerCommit;
    });
    const group = waiting.splice(0, end < 0 ? waiting.length : end);
    messagesWaiting -= countMessages(group);
    return group;
  };

  const commitAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Let messages that the event loop is about to deliver join the group.
      await untilNextTurn();
      const group = takeGroup();
      try {
        const { refused } = await store.recordMessages(group.flatMap(({ messages }) => messages));
        for (const { messages, resolve, reject } of group) {
          if (refused.size === 0) resolve();
          else settleRefused(store, messages, refused).then(resolve, reject);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isCommitting = false;
  };

  return {
    write: (messages) =>
      new Promise((resolve, reject) => {
        if (waiting.length > 0 && messagesWaiting + messages.length > maxMessagesWaiting) {
          reject(new StoreError('OVERLOADED'));
          return;
        }
        waiting.push({ messages, resolve, reject });
        messagesWaiting += messages.length;
        if (isCommitting) return;
        isCommitting = true;
        void commitAll();
      }),
  };
}

/**
 * A body is stored whole or not at all: if a part of its messages is stored, the refused rest follows, also beyond the bound. Rejects with
 * UNKNOWN_FULL if all are refused.
 */
export async function settleRefused(
  store: Pick<ReportStore, 'recordMessages'>,
  messages: readonly ReceivedMessage[],
  refused: ReadonlySet<string>,
): Promise<void> {
  const rest = messages.filter(({ txid }) => refused.has(txid));
  if (rest.length === 0) return;
  if (rest.length === messages.length) throw new StoreError('UNKNOWN_FULL');
  await store.recordMessages(rest, 'unlimited');
}

function countMessages(group: readonly Writing[]): number {
  return group.reduce((sum, { messages }) => sum + messages.length, 0);
}
