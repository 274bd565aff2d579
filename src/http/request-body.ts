import type { IncomingMessage } from 'node:http';
import { areTooSmall } from '../domain/body-pieces.ts';

/** How much of a body is discarded before the connection is closed: a client that sends more would not read a response. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20;

/** Why a body was not read: it is too large, or comes in too many small pieces. */
export type BodyFault = 'too-large' | 'too-many-pieces';

/** What to say about too many pieces. Nobody reads the rest, so the response has to close the connection. */
export const TOO_MANY_PIECES = {
  status: 400,
  message:
    'This body comes in too many small pieces. Send it with Content-Length, or in chunks of at least 128 bytes on average.',
  headers: { Connection: 'close' },
};

/**
 * Reads the whole body of a request, or returns its fault as soon as it is known. The rest of a body that is too large is discarded
 * as it arrives, so that a client that sends everything before it reads gets its response. Rejects if the client disconnects, or if
 * something else has read the body.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | BodyFault> {
  return new Promise((resolve, reject) => {
    // It would never end a second time.
    if (request.readableEnded)
      reject(new Error('the body was already read; put no body parser in front of the listener'));
    const isAnnouncedLarge = Number(request.headers['content-length'] ?? 0) > maxBytes;
    if (isAnnouncedLarge) resolve('too-large');
    const chunks: Buffer[] = [];
    let pieces = 0;
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      pieces += 1;
      bytes += chunk.length;
      if (areTooSmall(pieces, bytes)) {
        chunks.length = 0;
        request.off('data', take);
        request.pause();
        resolve('too-many-pieces');
        if (isAnnouncedLarge || bytes > maxBytes) request.destroy();
        return;
      }
      if (bytes <= maxBytes && !isAnnouncedLarge) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve('too-large');
      if (bytes > maxBytes + MAX_DISCARDED_BYTES) request.destroy();
    };
    request.on('data', take);
    request.on('end', () => resolve(concatenate(chunks)));
    request.on('error', reject);
  });
}

/** The text of a body in UTF-8, without a byte order mark. */
export function toBodyText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function concatenate(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
