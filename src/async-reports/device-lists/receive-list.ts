import type { IncomingMessage, RequestListener } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { checkScope } from '../../domain/access.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { TOO_MANY_PIECES } from '../../http/request-body.ts';
import { sendText, withErrorId, type TextResponse } from '../../http/text-response.ts';
import { StoreError } from '../store/store-error.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import { toKeyOwner } from './list-owner.ts';
import { readList, type ListFault, type ReadListOptions } from './read-list.ts';
import { saveList } from './save-list.ts';
import { MAX_LIST_BYTES, MIN_BYTES_PER_SECOND } from './list-limits.ts';
import type { LinkedList, UploadLinks } from './upload-links.ts';

export interface ReceiveListOptions {
  readonly store: Pick<FleetStore, 'findOpenList' | 'savePart' | 'finishList' | 'removeUpload'>;
  readonly links: UploadLinks;
  readonly accessOf: (request: IncomingMessage) => Access;
  readonly principalOf: (request: IncomingMessage) => string;
  readonly now: () => number;
  readonly newId: () => string;
  /** How fast a list has to arrive. */
  readonly pace: ReadListOptions;
  /** How long a list is kept after its upload. */
  readonly lifetimeMs: number;
  readonly logUnexpected: LogUnexpected;
  /** Returns the id of the line that the log has about a failure of the store. */
  readonly logStoreFailure: (error: StoreError) => string;
}

/** Receives lists. */
export interface ReceiveList {
  readonly listener: RequestListener;
  /** Whether a list is arriving on this connection. How long that may take is bounded here. */
  isReceiving(connection: object): boolean;
}

/** Each takes up to 16 MiB of memory. */
const MAX_UPLOADS = 4;

/**
 * Receives lists of devices by PUT. Everything is checked before the body is read: the method, the link, the caller, and that the list was
 * not uploaded before. Responses are plain text, but for the JSON of a success.
 */
export function createReceiveList(options: ReceiveListOptions): ReceiveList {
  const { store, links, accessOf, principalOf, now, newId, lifetimeMs, pace, logUnexpected, logStoreFailure } = options;
  const connections = new WeakSet<object>();
  /** The lists that are being uploaded, and by whom. */
  const current = new Map<string, string>();

  const upload = async (request: IncomingMessage, id: string): Promise<TextResponse> => {
    const list = await store.findOpenList(id);
    if (list === null || list.owner !== toKeyOwner(accessOf(request))) return NOT_OPEN;
    if (list.expiresAtMs <= now()) return INVALID_LINKS.expired;
    const read = await readList(request, pace);
    if (typeof read === 'string') return BODY_FAULTS[read];
    if (read.faultCount > 0) return toLineFaults(read);
    const expiresAtMs = now() + lifetimeMs;
    const saved = await saveList({ store, id, list: read, upload: newId(), expiresAtMs });
    if (saved === 'no-devices') return NO_DEVICES;
    if (saved === 'too-many-devices') return TOO_MANY_DEVICES;
    if (saved === 'not-open') return NOT_OPEN;
    return toJson({ id, ...saved, expiresAt: new Date(expiresAtMs).toISOString() });
  };
  const respond = async (request: IncomingMessage): Promise<TextResponse> => {
    if (request.method !== 'PUT') return WRONG_METHOD;
    const link = links.read(request.url ?? '');
    if (link.kind !== 'valid') return INVALID_LINKS[link.kind];
    const forbidden = checkScope(accessOf(request), 'reports:request');
    if (forbidden !== null) return { status: 403, text: forbidden.message };
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') return ENCODED;
    const principal = principalOf(request);
    if (current.has(link.id)) return BUSY_LIST;
    if (current.size >= MAX_UPLOADS || [...current.values()].includes(principal)) return BUSY;
    current.set(link.id, principal);
    connections.add(request.socket);
    try {
      return await upload(request, link.id);
    } finally {
      current.delete(link.id);
      connections.delete(request.socket);
    }
  };

  const listener: RequestListener = (request, response) => {
    respond(request).then(
      (result) => {
        sendText(response, result);
        discardRest(request, pace);
      },
      (error: unknown) => {
        if (response.destroyed || request.destroyed) {
          response.destroy();
          return;
        }
        const errorId =
          error instanceof StoreError
            ? logStoreFailure(error)
            : logUnexpected({ err: error }, 'unexpected error while receiving a list of devices');
        sendText(response, withErrorId(NOT_STORED, errorId));
      },
    );
  };
  return { listener, isReceiving: (connection) => connections.has(connection) };
}

const NEW_LIST = 'Create a new one with createDeviceListUpload.';
const WRONG_METHOD: TextResponse = { status: 405, text: 'Send the list with PUT.', headers: { Allow: 'PUT' } };
const INVALID_LINKS: Readonly<Record<Exclude<LinkedList['kind'], 'valid'>, TextResponse>> = {
  forged: { status: 403, text: `This URL is incomplete, or this server did not issue it. ${NEW_LIST}` },
  expired: { status: 410, text: `This URL has expired. ${NEW_LIST}` },
  unknown: { status: 404, text: `This is not the URL of an upload. ${NEW_LIST}` },
};
const NOT_OPEN: TextResponse = {
  status: 409,
  text: `This list was uploaded before, has expired, or is that of another caller. ${NEW_LIST}`,
};
const ENCODED: TextResponse = {
  status: 415,
  text: 'The list is compressed. Send it as it is, without Content-Encoding.',
  headers: { 'Accept-Encoding': 'identity' },
};
const BUSY_LIST: TextResponse = {
  status: 409,
  text: 'This list is being uploaded by another request. Wait for its response.',
};
const BUSY: TextResponse = {
  status: 503,
  text: 'Too many lists are being uploaded. Upload one at a time, and try again in a few seconds.',
  headers: { 'Retry-After': '5' },
};
const BODY_FAULTS: Readonly<Record<ListFault, TextResponse>> = {
  'too-large': {
    status: 413,
    text: `The list is larger than ${MAX_LIST_BYTES} bytes. Send one IMEI per line, and nothing else.`,
  },
  'too-slow': {
    status: 408,
    text: `The list arrived too slowly. Send at least ${MIN_BYTES_PER_SECOND} bytes per second.`,
    headers: { Connection: 'close' },
  },
  'too-many-pieces': {
    status: 400,
    text: TOO_MANY_PIECES.message,
    headers: TOO_MANY_PIECES.headers,
  },
};
const NO_DEVICES: TextResponse = { status: 400, text: 'The list has no devices. Send one IMEI per line.' };
const TOO_MANY_DEVICES: TextResponse = {
  status: 413,
  text: 'The list has more than 1,000,000 devices. Split it into several lists.',
};
const NOT_STORED: TextResponse = {
  status: 503,
  text: 'The list could not be stored. Send it again.',
  headers: { 'Retry-After': '5' },
};

/** How much of a body is discarded before the connection is closed: a client that sends more would not read a response. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20;

/** Lets a client that sends everything before it reads have its response. The timeout of the server may be over already. */
function discardRest(request: IncomingMessage, { timeoutMs, after }: ReadListOptions): void {
  if (request.readableEnded) return;
  request.once(
    'close',
    after(timeoutMs, () => request.destroy()),
  );
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DISCARDED_BYTES) request.destroy();
  });
  request.resume();
}

function toLineFaults({
  faults,
  faultCount,
}: {
  faults: readonly { line: number; message: string }[];
  faultCount: number;
}): TextResponse {
  const lines = faults.map(({ line, message }) => `Line ${line}: ${message}`);
  const more = faultCount - faults.length;
  if (more > 0) lines.push(`${more} more ${more === 1 ? 'line is' : 'lines are'} not valid.`);
  return { status: 400, text: lines.join('\n') };
}

function toJson(result: object): TextResponse {
  return { status: 200, text: JSON.stringify(result), headers: { 'Content-Type': 'application/json; charset=utf-8' } };
}
