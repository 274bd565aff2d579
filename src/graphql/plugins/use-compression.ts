import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, pipeline } from 'node:stream';
import type { Plugin } from 'graphql-yoga';
import { MIN_COMPRESSED_CHARACTERS, type Compression } from '../../http/compression.ts';
import { onResponseClose } from '../../http/response-close.ts';
import { joinVary } from '../../http/vary.ts';

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

const WHOLE = /^application\/(?:graphql-response\+)?json\b/;
const STREAMED = /^text\/event-stream\b/;

/** Compresses what Yoga sends, as the fast lane does: long responses as a whole, and streams event by event. */
export function useCompression(compression: Compression): Plugin<object, Exchange> {
  return {
    async onResponse({ request, response, setResponse, fetchAPI, serverContext: { req, res } }) {
      const { status, headers, body } = response;
      const type = headers.get('content-type') ?? '';
      const acceptEncoding = request.headers.get('accept-encoding') ?? undefined;
      if (STREAMED.test(type) && body !== null) {
        // Yoga writes a coding here that does not exist.
        headers.delete('content-encoding');
        headers.set('vary', joinVary(headers.get('vary'), 'Accept-Encoding'));
        const compressed = compression.stream(acceptEncoding);
        if (compressed === null) return;
        const { encoding, transform } = compressed;
        headers.set('content-encoding', encoding);
        onResponseClose(req, res, () => transform.destroy());
        pipeline(toReadable(body), transform, () => undefined);
        setResponse(new fetchAPI.Response(transform as never, { status, headers }));
      } else if (WHOLE.test(type) && body !== null) {
        const text = await response.text();
        const isLong = text.length >= MIN_COMPRESSED_CHARACTERS;
        if (isLong) headers.set('vary', joinVary(headers.get('vary'), 'Accept-Encoding'));
        const compressed = isLong ? await compression.body(acceptEncoding, text) : null;
        if (compressed !== null) {
          headers.set('content-encoding', compressed.encoding);
          headers.delete('content-length');
        }
        setResponse(new fetchAPI.Response(compressed?.bytes ?? text, { status, headers }));
      }
    },
  };
}

/** Hand-written: if the stream is destroyed, its source is cancelled at once, even while it waits for the next event. */
function toReadable(body: ReadableStream<Uint8Array>): Readable {
  const reader = body.getReader();
  return new Readable({
    read() {
      reader.read().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, callback) {
      const end = (): void => callback(error);
      reader.cancel(error).then(end, end);
    },
  });
}
