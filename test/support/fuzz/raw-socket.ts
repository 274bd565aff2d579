import { connect } from 'node:net';
import type { RawAnswer } from '../raw-request.ts';

const MAX_WAIT_MS = 15_000;
/** How long to wait for the first response, and for another one. There may be none: the request may be incomplete. */
const SILENCE_MS = { first: 60, next: 5 };

/**
 * Writes bytes to a new connection and returns every complete response. If the bytes ask the server to close the connection,
 * waits until it does; otherwise ends the connection after a pause without data. Rejects if the server keeps it open.
 */
export function exchangeBytes(origin: string, bytes: Buffer, asksForEnd = false): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection stays open: ${Buffer.concat(chunks).toString().slice(0, 200)}`));
    }, MAX_WAIT_MS);
    // Ending our side at once would cut off a response that takes a moment.
    let silence = setTimeout(() => asksForEnd || socket.end(), SILENCE_MS.first);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(silence);
      silence = setTimeout(() => asksForEnd || socket.end(), SILENCE_MS.next);
    });
    // The server may reset the connection of a request that it rejects before its end.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      clearTimeout(silence);
      try {
        resolve(toAnswers(Buffer.concat(chunks), asksForEnd));
      } catch (error) {
        reject(error instanceof Error ? error : new Error('no answers'));
      }
    });
    socket.write(bytes);
  });
}

/** Parses the responses. The last one may be cut off, unless `areWhole`. */
function toAnswers(bytes: Buffer, areWhole: boolean): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < bytes.length;) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) throw new Error(`no head: ${bytes.toString('latin1', at, at + 200)}`);
    const [first = '', ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]);
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const whole = readBody(bytes, headEnd + 4, headers);
    if (whole === null && areWhole) throw new Error(`broken off: ${bytes.toString('latin1', at, at + 200)}`);
    if (whole === null) break;
    if (!(status >= 100)) throw new Error(`no answer: ${first}`);
    if (status >= 200) answers.push({ status, headers, body: whole.body });
    at = whole.end;
  }
  return answers;
}

function readBody(
  bytes: Buffer,
  from: number,
  headers: Readonly<Record<string, string>>,
): { body: string; end: number } | null {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = headers['content-length'];
    // A response to HEAD has the length of the body that it omits. If another response follows directly, there is no body.
    const end =
      length === undefined || bytes.toString('latin1', from, from + 5) === 'HTTP/'
        ? length === undefined && headers['connection'] === 'close'
          ? bytes.length
          : from
        : Math.min(bytes.length, from + Number(length));
    return { body: bytes.toString('utf8', from, end), end };
  }
  const parts: Buffer[] = [];
  for (let at = from; at < bytes.length;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = parseInt(bytes.toString('latin1', at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (size === 0) return { body: Buffer.concat(parts).toString(), end: at };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
  }
  return null;
}
