import type { IncomingMessage } from 'node:http';
import { Unanswered } from './unanswered.ts';

/** One event of a subscription. */
export interface Event<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Yields the events of a subscription. A response that is not a stream is one event. Throws Unanswered if it is cut off. */
export async function* readEvents<Data>(response: IncomingMessage): AsyncGenerator<Event<Data>, void> {
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (!isStream) continue;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.trim().startsWith('event: complete')) return;
        const json = /^event: next\ndata: (.*)$/s.exec(block.trim())?.[1];
        if (json !== undefined) yield JSON.parse(json) as Event<Data>;
      }
    }
  } catch (error) {
    throw new Unanswered(String(error));
  }
  if (isStream) throw new Unanswered('the stream was cut off');
  yield JSON.parse(text) as Event<Data>;
}

/** The codes of an event's errors. */
export function codesOfEvent({ errors = [] }: Event<unknown>): string[] {
  return errors.map(({ extensions }) => extensions?.code ?? 'NO_CODE');
}
