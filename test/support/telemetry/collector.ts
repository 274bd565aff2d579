import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSpans, type CollectedSpan } from './collected-spans.ts';

/** A collector of OpenTelemetry: receives spans over HTTP as Protocol Buffers. */
export interface Collector {
  readonly url: string;
  /** Every span so far, by its start. */
  spans(): CollectedSpan[];
  /** The spans whose names begin so. */
  named(name: string): CollectedSpan[];
  /** Everything that was received, byte for byte. */
  text(): string;
  /** The headers of each request. */
  readonly headers: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

export async function startCollector(status = 200): Promise<Collector> {
  const bodies: Buffer[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers.push(request.headers);
      if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks));
      response.writeHead(request.url === '/v1/traces' ? status : 404).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const spans = (): CollectedSpan[] =>
    bodies.flatMap(readSpans).sort((one, other) => Number(one.startNs - other.startNs));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    named: (name) => spans().filter((span) => span.name.startsWith(name)),
    text: () => Buffer.concat(bodies).toString('latin1'),
    headers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
