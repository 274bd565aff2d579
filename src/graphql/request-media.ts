import type { IncomingMessage } from 'node:http';
import { readMediaType } from '../http/media-type.ts';

/** What the body of a POST is: JSON for the fast lane, JSON that only Yoga handles, or the text of a document. */
export type BodyKind = 'json' | 'other-json' | 'graphql';

const JSON_TYPE = 'application/json';
const GRAPHQL_JSON_TYPE = 'application/graphql+json';
const GRAPHQL_TYPE = 'application/graphql';
const CHARSET_IS_UTF_8 = /^(?:;[ \t]*(?:charset=(?:utf-8|"utf-8")[ \t]*)?)*$/i;

/**
 * Returns the kind of an uncompressed body, and rewrites the media type for Yoga, which compares it exactly (RFC 9110, section 8.3.1).
 * Null for any other body: Yoga rejects it without reading it.
 */
export function takeBodyKind({ headers }: IncomingMessage): BodyKind | null {
  const type = headers['content-type'];
  if (type === undefined || headers['content-encoding'] !== undefined) return null;
  if (type === JSON_TYPE || type === 'application/json; charset=utf-8') return 'json';
  const mediaType = readMediaType(type);
  if (mediaType === null) return null;
  const parameters = type.includes(';') ? type.slice(type.indexOf(';')) : '';
  headers['content-type'] = mediaType === GRAPHQL_TYPE ? JSON_TYPE : `${mediaType}${parameters}`;
  if (mediaType === JSON_TYPE) return CHARSET_IS_UTF_8.test(parameters) ? 'json' : 'other-json';
  if (mediaType === GRAPHQL_JSON_TYPE) return 'other-json';
  return mediaType === GRAPHQL_TYPE ? 'graphql' : null;
}

/**
 * What Yoga reads instead of the body. It lists the characters of a text, which takes a quarter of a second for a megabyte, so it gets a
 * short one that it rejects in the same way. It treats an empty object as a body that has not been read.
 */
export function toYogaBody(body: unknown): unknown {
  if (body === undefined) return 'not JSON';
  if (typeof body === 'string') return '""';
  const isFilled = typeof body === 'object' && body !== null && Object.keys(body).length > 0;
  return isFilled ? body : JSON.stringify(body);
}
