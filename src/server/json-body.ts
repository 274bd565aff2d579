import type { IncomingMessage } from 'node:http';

/** The whole body of a request as text, or null where it has more than so many bytes. Rejects where the client goes away. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) resolve(null);
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(toText(chunks)));
    request.on('error', reject);
  });
}

function toText(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString('utf8');
}
