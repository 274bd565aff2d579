import { isAsyncIterable, type FetchAPI, type Plugin } from 'graphql-yoga';
import type { Clock } from '../../domain/clock.ts';
import { toFormattedError } from '../request-error.ts';
import type { SentEvent } from '../run-subscription.ts';

/**
 * Sends the events of a subscription as parts of one response, to clients that accept `multipart/mixed;subscriptionSpec=1.0` (Apollo's
 * multipart HTTP protocol for subscriptions). An error that ends a subscription before its report does is not in a payload, but beside it.
 */
export function useMultipartSubscriptions(after: Clock['after']): Plugin {
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      const isAsked = acceptsMultipartSubscriptions(request.headers.get('accept'));
      if (isAsked && isAsyncIterable(result))
        setResultProcessor(
          (events, fetchAPI) => toMultipart(events as AsyncIterable<SentEvent>, fetchAPI, after),
          'multipart/mixed',
        );
    },
  };
}

/** Whether a client accepts the events of a subscription as parts. */
export function acceptsMultipartSubscriptions(accept: string | null): boolean {
  return accept !== null && /multipart\/mixed[ \t]*;[^,]{0,200}subscriptionSpec="?1\.0/i.test(accept);
}

const HEADERS = {
  'Content-Type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  'Cache-Control': 'no-store',
};
const DELIMITER = '--graphql';
/** Apollo Router breaks off a subscription after several of these without any part. */
const HEARTBEAT_MS = 5_000;
const HEARTBEAT = '{}';

function toMultipart(events: AsyncIterable<SentEvent>, fetchAPI: FetchAPI, after: Clock['after']): Response {
  const iterator = events[Symbol.asyncIterator]() as AsyncIterator<SentEvent, undefined>;
  const encoder = new fetchAPI.TextEncoder();
  // A client takes a part when the next delimiter has come, so each part is followed by one.
  const toPart = (json: string): string =>
    `\r\nContent-Type: application/json; charset=utf-8\r\n\r\n${json}\r\n${DELIMITER}`;
  let cancel = (): void => undefined;
  const body = new fetchAPI.ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const beat = (): void => {
        // A client that does not read gets no more of them.
        if ((controller.desiredSize ?? 0) > 0) send(toPart(HEARTBEAT));
        cancel = after(HEARTBEAT_MS, beat);
      };
      send(`${DELIMITER}${toPart(HEARTBEAT)}`);
      cancel = after(HEARTBEAT_MS, beat);
    },
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done !== true) controller.enqueue(encoder.encode(toPart(toMessage(value))));
      else {
        cancel();
        controller.enqueue(encoder.encode('--\r\n'));
        controller.close();
      }
    },
    async cancel() {
      cancel();
      await iterator.return?.();
    },
  });
  return new fetchAPI.Response(body, { status: 200, headers: HEADERS });
}

function toMessage({ failure, stringify }: SentEvent): string {
  if (failure !== null) return JSON.stringify({ payload: null, errors: [toFormattedError(failure)] });
  return `{"payload":${stringify()}}`;
}
