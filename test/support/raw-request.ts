import { request } from 'node:http';

export interface RawRequest {
  readonly method?: string;
  /** The path and query after the server's address. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A list of pieces is sent chunked, without a length. */
  readonly body?: string | Buffer | readonly string[];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface RawBytes {
  /** The body as it was sent, perhaps compressed. */
  readonly bytes: Buffer;
}

/** Sends one request over a new connection, exactly as written. */
export function sendRaw(
  address: string,
  { method = 'POST', path = '/graphql', headers = {}, body }: RawRequest,
): Promise<RawAnswer & RawBytes> {
  return new Promise((resolve, reject) => {
    const sending = request(address, { method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    sending.on('error', reject);
    if (Array.isArray(body)) {
      for (const piece of body as readonly string[]) sending.write(piece);
      sending.end();
    } else sending.end(body);
  });
}
