import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedMessage {
  headers: IncomingHttpHeaders;
  path: string;
  body: unknown;
}

export interface CallbackListener {
  url: string;
  messages: readonly ReceivedMessage[];
  /** Resolves when this many messages have arrived. */
  received(count: number): Promise<readonly ReceivedMessage[]>;
  close(): Promise<void>;
}

/** Starts a listener for callback messages. `answer` responds to each; 200 by default. */
export async function startCallbackListener(
  answer: (response: ServerResponse, count: number) => void = (response) => response.writeHead(200).end(),
): Promise<CallbackListener> {
  const messages: ReceivedMessage[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      messages.push({ headers: request.headers, path: request.url ?? '', body });
      answer(response, messages.length);
      for (const { count, resolve } of waiting) if (messages.length >= count) resolve();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    async received(count) {
      if (messages.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return messages;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
