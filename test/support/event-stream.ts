/** The events of a subscription over server-sent events, in order. */
export interface EventStream<T> extends AsyncIterable<T> {
  /** All remaining events, once the stream has ended on its own. */
  all(): Promise<T[]>;
  /** The next event; null at the end. */
  next(): Promise<T | null>;
  /** Closes the connection, as a client that disconnects does. */
  abort(): Promise<void>;
}

/** Subscribes by POST. Resolves when the server begins to respond. */
export async function subscribe<T>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<EventStream<T>> {
  const controller = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: controller.signal,
  });
  if (response.body === null || !response.ok) throw new Error(`the subscription got ${response.status}`);
  const reader = response.body.getReader();
  const events = readEvents<T>(() => reader.read());
  const next = async (): Promise<T | null> => {
    const { done, value } = await events.next();
    return done === true ? null : value;
  };
  return {
    [Symbol.asyncIterator]: () => events,
    next,
    async all() {
      const received: T[] = [];
      for await (const event of events) received.push(event);
      return received;
    },
    async abort() {
      controller.abort();
      await events.next().catch(() => null);
    },
  };
}

interface Chunk {
  readonly done: boolean;
  readonly value?: Uint8Array | undefined;
}

async function* readEvents<T>(read: () => Promise<Chunk>): AsyncGenerator<T, void> {
  const decoder = new TextDecoder();
  let text = '';
  for (let chunk = await read(); !chunk.done; chunk = await read()) {
    text += decoder.decode(chunk.value, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^event: next\ndata: (.*)$/s.exec(event.trim())?.[1];
      if (data !== undefined) yield JSON.parse(data) as T;
      if (event.trim().startsWith('event: complete')) return;
    }
  }
  throw new Error('the stream was cut off');
}
