import type { IncomingMessage } from 'node:http';

/** Of what nobody will read so much is waited for; a client that sends more is not one that would read an answer. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20;

/**
 * The whole body of a request, or null as soon as it is known to have more than so many bytes. The rest is thrown away as it comes, so
 * that a client that sends all before it reads gets its answer. Rejects where the client goes away.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
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
