import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type BrotliOptions, type ZlibOptions } from 'node:zlib';
import type { CallbackBody } from '../store/spool-file.ts';

type Unpack = (bytes: Buffer, limit: ZlibOptions & BrotliOptions) => Promise<Buffer>;

const unpackZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const unpackRaw = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
const unpackGzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const unpackBrotli = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);
/** The HTTP coding `deflate` is a zlib stream, but some senders leave out its head, or send gzip. */
const unpackDeflate: Unpack = (bytes, limit) =>
  unpackZlib(bytes, limit).catch((error: unknown) => {
    if (isTooLarge(error)) throw error;
    return isGzip(bytes) ? unpackGzip(bytes, limit) : unpackRaw(bytes, limit);
  });

const CODINGS: ReadonlyMap<string, Unpack> = new Map([
  ['gzip', unpackGzip],
  ['x-gzip', unpackGzip],
  ['deflate', unpackDeflate],
  ['br', unpackBrotli],
]);
/** Nobody packs a body more often. */
const MAX_CODINGS = 3;
const MAX_CHARSET_CHARACTERS = 40;

/** Unpacks the body of a request by its headers. */
export type UnpackBody = (
  packed: Buffer,
  headers: IncomingHttpHeaders,
) => Promise<Pick<CallbackBody, 'bytes' | 'charset' | 'fault'>>;

/**
 * Creates the function that unpacks bodies (gzip, deflate, br), also gzip that no header names. Unpacking stops at `maxBytes`, and
 * one body is unpacked at a time. A body that cannot be unpacked is returned as it is, with the reason in `fault`.
 */
export function createUnpackBody(maxBytes: number): UnpackBody {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => null);
    return done;
  };

  return async (packed, headers) => {
    const charset = readCharset(headers['content-type']);
    const names = readCodings(headers['content-encoding'], packed);
    const codings = names.flatMap((name) => CODINGS.get(name) ?? []);
    if (codings.length < names.length || codings.length > MAX_CODINGS) {
      return { bytes: packed, charset, fault: 'Its content encoding is not supported.' };
    }
    if (codings.length === 0) return { bytes: packed, charset, fault: null };
    try {
      return { bytes: await inTurn(() => unpackAll(packed, codings, maxBytes)), charset, fault: null };
    } catch (error) {
      if (isTooLarge(error)) return { bytes: packed, charset, fault: `It unpacks to more than ${maxBytes} bytes.` };
      // A proxy can have unpacked it and left the header.
      return { bytes: packed, charset, fault: isJson(packed) ? null : 'It cannot be unpacked.' };
    }
  };
}

async function unpackAll(packed: Buffer, codings: readonly Unpack[], maxBytes: number): Promise<Buffer> {
  let bytes = packed;
  for (const unpack of codings) bytes = await unpack(bytes, { maxOutputLength: maxBytes });
  return bytes;
}

/** The codings in the order in which they are undone. */
function readCodings(header: string | undefined, packed: Buffer): string[] {
  const named = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
  return named.length === 0 && isGzip(packed) ? ['gzip'] : named;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function readCharset(header: string | undefined): string | null {
  const charset = /;\s*charset\s*=\s*"?([\w.:+-]+)/i.exec(header ?? '')?.[1];
  return charset === undefined ? null : charset.slice(0, MAX_CHARSET_CHARACTERS).toLowerCase();
}

/** Whether the first character is that of a JSON object or list, in any charset, after a byte order mark and blanks. */
function isJson(bytes: Buffer): boolean {
  return /^[\s\0\xEF\xBB\xBF\xFE\xFF]*[{[]/.test(bytes.subarray(0, 100).toString('latin1'));
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
