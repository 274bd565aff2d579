import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkScope, maySeeReport, type Access } from '../../domain/access.ts';
import type { DeviceResult } from '../../domain/device-usage.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Compression } from '../../http/compression.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { onResponseClose } from '../../http/response-close.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import { addVary } from '../../http/vary.ts';
import type { AsyncReport } from '../async-report.ts';
import { toSentParts } from '../fleet.ts';
import type { ReadQueue } from '../reads/read-queue.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { ReportStore } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { Download, DownloadFormat, DownloadLinks } from './download-links.ts';
import { CSV, EXCEL_CSV, JSONL, toResultRow, type RowFormat } from './row-formats.ts';

export type DownloadStore = Pick<ReportStore, 'find' | 'results'> & { readonly fleets: Pick<FleetStore, 'find'> };

export interface DownloadsOptions {
  readonly store: DownloadStore;
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

const FORMATS: Readonly<Record<Download['dialect'], Readonly<Record<DownloadFormat, RowFormat>>>> = {
  STANDARD: { CSV, JSONL },
  EXCEL: { CSV: EXCEL_CSV, JSONL },
};
const NEW_LINK = 'Query the download field of the report for a new link.';

/**
 * Serves the complete result of a report as CSV or JSON Lines. It is streamed from the store as fast as the client reads, and as turns
 * with other callers allow. Errors are plain text: 403, 404, 405, 410 or 503. If the store fails in mid-stream, the connection is broken off.
 */
export function createDownloads(options: DownloadsOptions): RequestListener {
  const { store, queue, links, accessOf, principalOf, logUnexpected, logStoreFailure } = options;
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
    const report = await takeTurn(() => (link.of === 'fleet' ? findFleet(store, link.id) : findReport(store, link.id)));
    const access = accessOf(request);
    if (report === null || !maySeeReport(access, report)) return NOT_STORED[link.of];
    const notAllowed = checkScope(access, 'reports:read');
    if (notAllowed !== null) return { status: 403, text: notAllowed.message };
    const format = FORMATS[link.dialect][link.format];
    addVary(response, 'Accept-Encoding');
    const compressed = compression?.stream(request.headers['accept-encoding']) ?? null;
    if (compressed !== null) response.setHeader('Content-Encoding', compressed.encoding);
    response.writeHead(200, toHeaders(link, format));
    if (request.method === 'HEAD') {
      compressed?.transform.destroy();
      response.end();
      return null;
    }
    // A chunk can be 100 kB, so only one is read ahead.
    const chunks = Readable.from(
      toChunks(store, report, format, takeTurn, () => pause(request, closed)),
      { objectMode: true, highWaterMark: 1 },
    );
    await (compressed === null ? pipeline(chunks, response) : pipeline(chunks, compressed.transform, response));
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
        // If the response ended normally, the client would take half a report for a complete one.
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
const NOT_STORED: Readonly<Record<Download['of'], TextResponse>> = {
  report: { status: 404, text: 'This report is no longer stored. Start it again with requestAggregatedReport.' },
  fleet: { status: 404, text: 'This report is no longer stored. Start it again with requestFleetReport.' },
};
const NOT_READABLE: TextResponse = {
  status: 503,
  text: 'The report cannot be read at the moment. Try again in a few seconds.',
  headers: { 'Retry-After': '5' },
};

/** What a file is made from: the parts of a fleet report, or a report as the only one. */
interface Downloadable extends Pick<AsyncReport, 'accountNumber' | 'owner'> {
  readonly parts: readonly Pick<AsyncReport, 'txid' | 'expectedDevices'>[];
}

async function findReport(store: Pick<ReportStore, 'find'>, txid: string): Promise<Downloadable | null> {
  const report = await store.find(txid, null);
  return report === null ? null : { ...report, parts: [report] };
}

async function findFleet({ fleets }: Pick<DownloadStore, 'fleets'>, id: string): Promise<Downloadable | null> {
  const fleet = await fleets.find(id);
  return fleet === null ? null : { ...fleet, parts: toSentParts(fleet.parts).map(({ report }) => report) };
}

async function* joinResults(
  store: Pick<ReportStore, 'results'>,
  parts: Downloadable['parts'],
): AsyncGenerator<readonly DeviceResult[]> {
  for (const { txid, expectedDevices } of parts) yield* store.results(txid, expectedDevices !== null);
}

type TakeTurn = <T>(read: () => Promise<T>) => Promise<T>;

async function* toChunks(
  store: Pick<ReportStore, 'results'>,
  { accountNumber, parts }: Downloadable,
  { head, write }: RowFormat,
  takeTurn: TakeTurn,
  pause: () => Promise<void>,
): AsyncGenerator<string> {
  if (head !== '') yield head;
  const batches = joinResults(store, parts);
  const readNext = () => {
    const reading = takeTurn(() => batches.next());
    // Nobody waits for it if the client disconnects before.
    reading.catch(() => null);
    return reading;
  };
  // The next batch is read while this one is sent.
  for (let reading = readNext(); ;) {
    const next = await reading;
    if (next.done === true) return;
    await pause();
    reading = readNext();
    yield next.value.map((stored) => write(toResultRow(stored, accountNumber))).join('');
  }
}

function toHeaders({ id, format }: Download, { contentType }: RowFormat) {
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
