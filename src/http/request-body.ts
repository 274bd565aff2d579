import type { IncomingMessage } from 'node:http';

/** How much of a body is discarded before the connection is closed: a client that sends more would not read a response. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20;

/**
 * Reads the whole body of a request; returns null as soon as it is known to exceed `maxBytes`. The rest is discarded as it
 * arrives, so that a client that sends everything before it reads gets its response. Rejects if the client disconnects, or if
 * something else has read the body.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    // It would never end a second time.
    if (request.readableEnded)
      reject(new Error('the body was already read; put no body parser in front of the listener'));
    const isAnnouncedLarge = Number(request.headers['content-length'] ?? 0) > maxBytes;
    if (isAnnouncedLarge) resolve(null);
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes && !isAnnouncedLarge) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(null);
      if (bytes > maxBytes + MAX_DISCARDED_BYTES) request.destroy();
    });
    request.on('end', () => resolve(concatenate(chunks)));
    request.on('error', reject);
  });
}

function concatenate(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
