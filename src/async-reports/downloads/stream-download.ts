import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkScope, type Access } from '../../domain/access.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Compression } from '../../http/compression.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { onResponseClose } from '../../http/response-close.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import { addVary } from '../../http/vary.ts';
import type { ReadQueue } from '../reads/read-queue.ts';
import { StoreError } from '../store/store-error.ts';
import { createFileWriter } from './create-file-writer.ts';
import type { Download, DownloadLinks } from './download-links.ts';
import type { Column, FileWriter, Row } from './file-format.ts';

/** A file that can be downloaded. */
export interface DownloadFile {
  readonly columns: readonly Column[];
  /** How many rows it has about, if that can be many millions. */
  readonly rowCount?: number;
  readonly isVisibleTo: (access: Access) => boolean;
  /** Reads the rows, in batches of bounded size. */
  openRows(): AsyncGenerator<readonly Row[]>;
}

/** Finds the files of one kind. */
export interface DownloadSource {
  /** Resolves with null if there is no such file any more. May reject with StoreError. */
  find(id: string): Promise<DownloadFile | null>;
  /** What a caller reads if there is no such file, or none that the caller may see. */
  readonly notFound: string;
}

export interface DownloadsOptions {
  readonly sources: Readonly<Record<Download['of'], DownloadSource>>;
  /** Where each read takes its turn. */
  readonly queue: ReadQueue;
  readonly links: DownloadLinks;
  /** Returns what the principal of an authenticated request may see. */
  readonly accessOf: (request: IncomingMessage) => Access;
  /** Identifies the caller: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
  /** Waits until the next rows of a download may be written; by default not at all. Rejects if the signal aborts. */
  readonly pause?: (request: IncomingMessage, signal: AbortSignal) => Promise<void>;
  /** Compresses the file while it is sent; null, the default, turns that off. */
  readonly compression?: Compression | null;
  readonly logUnexpected: LogUnexpected;
  /** Returns the id of the line that the log has about a failure of the store. */
  readonly logStoreFailure: (error: StoreError) => string;
}

const NEW_LINK = 'Query the download field again for a new link.';

/**
 * Serves files as CSV, JSON Lines or Parquet. They are streamed from the store as fast as the client reads, and as turns with other callers
 * allow. Errors are plain text: 403, 404, 405, 410, 413 or 503. If the store fails in mid-stream, the connection is broken off.
 */
export function createDownloads(options: DownloadsOptions): RequestListener {
  const { sources, queue, links, accessOf, principalOf, logUnexpected, logStoreFailure } = options;
  const { pause = () => Promise.resolve(), compression = null } = options;
  const respond = async (
    request: IncomingMessage,
    response: ServerResponse,
    closed: AbortSignal,
  ): Promise<TextResponse | null> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return WRONG_METHOD;
    const link = links.read(request.url ?? '');
    if (link.kind !== 'valid') return INVALID_LINKS[link.kind];
    const principal = principalOf(request);
    const takeTurn: TakeTurn = (read) => queue.run(principal, closed, read);
    const file = await takeTurn(() => sources[link.of].find(link.id));
    const access = accessOf(request);
    if (file === null || !file.isVisibleTo(access)) return { status: 404, text: sources[link.of].notFound };
    const notAllowed = checkScope(access, 'reports:read');
    if (notAllowed !== null) return { status: 403, text: notAllowed.message };
    const writer = await createFileWriter(link, file.columns);
    if ((file.rowCount ?? 0) > writer.maxRows) return toTooLarge(writer.maxRows);
    addVary(response, 'Accept-Encoding');
    const compressed = writer.isCompressible ? (compression?.stream(request.headers['accept-encoding']) ?? null) : null;
    if (compressed !== null) response.setHeader('Content-Encoding', compressed.encoding);
    response.writeHead(200, toHeaders(link, writer));
    if (request.method === 'HEAD') {
      compressed?.transform.destroy();
      response.end();
      return null;
    }
    // A piece can be 100 kB, so only one is read ahead.
    const pieces = Readable.from(
      toPieces(file.openRows(), writer, takeTurn, () => pause(request, closed)),
      { objectMode: true, highWaterMark: 1 },
    );
    await (compressed === null ? pipeline(pieces, response) : pipeline(pieces, compressed.transform, response));
    return null;
  };

  return (request, response) => {
    const closed = new AbortController();
    onResponseClose(request, response, (isSent) => isSent || closed.abort());
    respond(request, response, closed.signal).then(
      (failure) => failure === null || sendText(response, failure),
      (error: unknown) => {
        if (error instanceof ReportError && !response.headersSent) {
          sendText(response, { ...NOT_READABLE, text: error.message });
          return;
        }
        const isGone = closed.signal.aborted || isClientGone(error);
        const logFailure = (): string =>
          error instanceof StoreError ? logStoreFailure(error) : logUnexpected({ err: error }, 'a download failed');
        const errorId = isGone ? null : logFailure();
        // If the response ended normally, the client would take half a file for a complete one.
        if (response.headersSent || errorId === null) response.destroy();
        else sendText(response, withErrorId(NOT_READABLE, errorId));
      },
    );
  };
}

const WRONG_METHOD: TextResponse = { status: 405, text: 'Download with GET.', headers: { Allow: 'GET, HEAD' } };
const INVALID_LINKS: Readonly<Record<'forged' | 'expired' | 'unknown', TextResponse>> = {
  forged: { status: 403, text: `This link is incomplete, or this server did not issue it. ${NEW_LINK}` },
  expired: { status: 410, text: `This link has expired. ${NEW_LINK}` },
  unknown: { status: 404, text: `This is not a download link. ${NEW_LINK}` },
};
function toTooLarge(maxRows: number): TextResponse {
  return { status: 413, text: `A Parquet file has at most ${maxRows} rows. Download fewer days, or CSV or JSONL.` };
}

const NOT_READABLE: TextResponse = {
  status: 503,
  text: 'The file cannot be read at the moment. Try again in a few seconds.',
  headers: { 'Retry-After': '5' },
};

type TakeTurn = <T>(read: () => Promise<T>) => Promise<T>;
type Piece = string | Uint8Array;

async function* toPieces(
  rows: AsyncGenerator<readonly Row[]>,
  writer: FileWriter,
  takeTurn: TakeTurn,
  pause: () => Promise<void>,
): AsyncGenerator<Piece> {
  const readNext = () => {
    const reading = takeTurn(() => rows.next());
    // Nobody waits for it if the client disconnects before.
    reading.catch(() => null);
    return reading;
  };
  yield* notEmpty(writer.begin());
  // The next batch is read while this one is sent.
  for (let reading = readNext(); ;) {
    const next = await reading;
    if (next.done === true) break;
    await pause();
    reading = readNext();
    yield* notEmpty(writer.write(next.value));
  }
  yield* notEmpty(writer.end());
}

function notEmpty(piece: Piece): Piece[] {
  return piece.length > 0 ? [piece] : [];
}

function toHeaders({ id, format }: Download, { contentType }: FileWriter) {
  const fileName = `${id.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}.${format.toLowerCase()}`;
  return {
    'Content-Type': contentType,
    'Content-Disposition': `attachment; filename="${fileName}"`,
  };
}

/** Whether the client closed the connection before the end. */
function isClientGone(error: unknown): boolean {
  return (
    !(error instanceof StoreError) &&
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE')
  );
}
