import type { ReceivedMessage } from './report-request.ts';
import type { RequestStore } from './request-store.ts';

export interface MessageWriterOptions {
  /** A commit takes at most this many messages, but always one whole `write`. */
  readonly mostMessagesACommit: number;
  /** So many may wait; a `write` beyond is refused unless nothing waits. */
  readonly mostMessagesWaiting: number;
}

export interface MessageWriter {
  /** Resolves once all the messages are durable. Rejects with StoreError: OVERLOADED at once, else why their commit failed. */
  write(messages: readonly ReceivedMessage[]): Promise<void>;
}

export type CreateMessageWriter = (
  store: Pick<RequestStore, 'recordMessages'>,
  options: MessageWriterOptions,
) => MessageWriter;
