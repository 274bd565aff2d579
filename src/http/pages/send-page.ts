import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { chooseEncoding } from '../accept-encoding.ts';
import { isKnown, toEntityTag } from '../entity-tag.ts';
import { sendText } from '../text-response.ts';
import { addVary } from '../vary.ts';
import type { PageFile } from './page-files.ts';

/** A page of this server for browsers. */
export interface Page {
  readonly html: string;
  readonly etag: string;
  /** The Content-Security-Policy. */
  readonly policy: string;
}

export function toPage(html: string, policy: string): Page {
  return { html, etag: toEntityTag(html), policy };
}

/** Three bars, as of a signal. */
export const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#d60590" d="M1 10h3v5H1zM6 6h3v9H6zM11 1h3v14h-3z"/></svg>',
  );

/** Sends the page, or 304 if the browser has it. It names the files of this version, so a browser has to ask at each visit. */
export function sendPage({ headers }: IncomingMessage, response: ServerResponse, { html, etag, policy }: Page): void {
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Content-Security-Policy', policy);
  addVary(response, 'Accept');
  response.setHeader('ETag', etag);
  if (isKnown(headers['if-none-match'] ?? null, etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(html) });
  response.end(html);
}

/** Sends a file, which a browser needs once: another content has another name. 404 if there is no such file. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: PageFile | null,
): Promise<void> {
  if (file === null) {
    sendText(response, { status: 404, text: 'The page has no such file. Reload it.' });
    return;
  }
  const { contentType, gzipped } = file;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  addVary(response, 'Accept-Encoding');
  if (chooseEncoding(request.headers['accept-encoding'], ['gzip']) !== null) {
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': gzipped.byteLength });
    response.end(gzipped);
    return;
  }
  response.writeHead(200);
  // It fails only if the client has left.
  await pipeline(Readable.from([gzipped]), createGunzip(), response).catch(() => response.destroy());
}
