import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc } from '../fast-check.ts';
import type { Respond } from '../fakes/recording-platform.ts';
import { mutated, oddJson, oddText } from './values.ts';

/** One response of the platform, as it is sent. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  /** A text. Random bytes are decoded as Latin-1, so that a counterexample is readable. */
  readonly body: string;
  readonly encoding: 'utf8' | 'latin1';
  readonly framing: (typeof FRAMINGS)[number];
}

/** How the end of a body is marked: three valid ways, several invalid ones, and bytes that are not HTTP. */
const FRAMINGS = [
  'length',
  'chunked',
  'close',
  'cut off',
  'cut off in a chunk',
  'length too short',
  'two responses',
  'not HTTP',
] as const;
const RIGHT_FRAMINGS: readonly string[] = ['length', 'chunked', 'close'];

/** Texts that no caller may see: addresses, and the tokens that the platform issued. */
export const leakingText = fc.constantFrom(
  'The token a-bearer-token is bad',
  'Session a-session-token of http://10.11.12.13:8080/api has expired',
  'upstream connect error at platform.internal.example:8443',
);

/** Creates responses from a valid body: unchanged, mutated or replaced. */
export function createAnswerArbitrary(
  right: fc.Arbitrary<unknown>,
  trapUrl: () => string,
): fc.Arbitrary<UpstreamAnswer> {
  const rightText = right.map((body) => JSON.stringify(body));
  const fault = fc
    .record({
      code: fc.oneof(
        oddText,
        fc.constantFrom('INVALID_PARAMETER', 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired', '900901'),
      ),
      message: fc.oneof(oddText, leakingText),
    })
    .chain(({ code, message }) =>
      fc.constantFrom(
        JSON.stringify({ errorCode: code, errorMessage: message }),
        JSON.stringify({ responseCode: code, message, fault: { faultcode: code, faultstring: message } }),
        JSON.stringify({ fault: { code, message, description: message } }),
        `<am:fault><am:code>${code}</am:code><am:description>${message}&#99999;&#55296;</am:description></am:fault>`,
        `<html><body>${message}</body></html>`,
      ),
    );
  const text = fc.oneof(
    { weight: 4, arbitrary: rightText },
    { weight: 4, arbitrary: mutated(rightText) },
    { weight: 2, arbitrary: fault },
    {
      weight: 1,
      arbitrary: fc.oneof(
        oddJson.map((body) => JSON.stringify(body)),
        oddText,
        mutated(fault),
      ),
    },
  );
  const status = fc.oneof(
    { weight: 6, arbitrary: fc.constant(200) },
    fc.constantFrom(
      201,
      202,
      206,
      299,
      301,
      302,
      307,
      308,
      400,
      401,
      403,
      404,
      408,
      409,
      418,
      429,
      500,
      502,
      503,
      504,
      599,
      600,
      999,
    ),
  );
  const header = fc.oneof(
    fc.constantFrom(
      'Content-Type: text/html',
      'Content-Type: application/json; charset=utf-16',
      'Retry-After: -1',
      'Retry-After: 99999999999',
      'Retry-After: Fri, 31 Dec 9999 23:59:59 GMT',
      'Set-Cookie: a=b',
      'Content-Encoding: gzip',
      'Content-Encoding: br',
      'Content-Encoding: unheard-of',
      'Connection: close',
      'X-Powered-By: a-session-token',
    ),
    fc.constant(null).map(() => `Location: ${trapUrl()}`),
    fc
      .string({ unit: fc.constantFrom('a', 'b', '-', 'é', ';', '=', ',', '"', '\\', ' ', '\t'), maxLength: 40 })
      .map((value) => `X-Odd: ${value}`),
  );
  return fc
    .record({
      status,
      headers: fc.array(header, { maxLength: 3 }),
      said: fc.oneof(
        { weight: 9, arbitrary: text.map((body) => ({ body, encoding: 'utf8' as const })) },
        {
          weight: 1,
          arbitrary: fc
            .uint8Array({ maxLength: 200 })
            .map((bytes) => ({ body: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' as const })),
        },
      ),
      framing: fc.oneof({ weight: 5, arbitrary: fc.constant('length' as const) }, fc.constantFrom(...FRAMINGS)),
    })
    .map(({ said, ...answer }) => ({ ...answer, ...said }));
}

/** Writes the bytes of the response, then closes the connection. */
export function respondWith(answer: UpstreamAnswer): Respond {
  return (response) => void response.socket?.end(toBytes(answer));
}

/** Returns whether the response is a success that arrives complete and without a content encoding. */
export function isWholeSuccess({ status, headers, framing }: UpstreamAnswer): boolean {
  return (
    status >= 200 &&
    status < 300 &&
    RIGHT_FRAMINGS.includes(framing) &&
    !headers.some((header) => header.startsWith('Content-Encoding'))
  );
}

/** Returns whether nothing of the response may be used. */
export function isNoSuccess({ status, framing }: UpstreamAnswer): boolean {
  return status < 200 || status >= 300 || framing === 'not HTTP' || framing.startsWith('cut off');
}

function toBytes({ status, headers, framing, ...said }: UpstreamAnswer): Buffer {
  const body = Buffer.from(said.body, said.encoding);
  const head = (...more: string[]): string => [`HTTP/1.1 ${status} As Told`, ...headers, ...more, '', ''].join('\r\n');
  const withLength = (length: number): Buffer =>
    Buffer.concat([Buffer.from(head(`Content-Length: ${length}`), 'latin1'), body]);
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body]);
  switch (framing) {
    case 'length':
      return withLength(body.length);
    case 'close':
      return Buffer.concat([Buffer.from(head(), 'latin1'), body]);
    case 'chunked':
      return Buffer.concat([
        Buffer.from(head('Transfer-Encoding: chunked'), 'latin1'),
        ...(body.length === 0 ? [] : [chunk, Buffer.from('\r\n')]),
        Buffer.from('0\r\n\r\n'),
      ]);
    case 'cut off':
      return withLength(body.length + 10);
    case 'cut off in a chunk':
      return Buffer.concat([Buffer.from(head('Transfer-Encoding: chunked'), 'latin1'), chunk]);
    case 'length too short':
      return withLength(Math.max(0, body.length - 3));
    case 'two responses':
      return Buffer.concat([withLength(body.length), withLength(body.length)]);
    case 'not HTTP':
      return body;
  }
}

/** A server that must never be called. */
export interface Trap {
  readonly url: string;
  visits(): number;
  close(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  let visits = 0;
  const server = createServer((_, response) => {
    visits += 1;
    response.end('{"usage":[]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/trap`,
    visits: () => visits,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
