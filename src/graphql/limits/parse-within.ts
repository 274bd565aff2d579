import { GraphQLError, parse, type DocumentNode } from 'graphql';
import type { DocumentLimits } from '../../config/limits.ts';
import { measureOperations, type DocumentMeasure } from './document-measure.ts';

/** A document that exceeds a limit. It is rejected before it is validated. */
export class LimitError extends GraphQLError {}

interface Limit {
  readonly name: keyof DocumentMeasure;
  readonly code: string;
  /** The name of what exceeds the limit, for the message. */
  readonly what: string;
}

const TOO_DEEP = 'DEPTH_LIMIT_EXCEEDED';

const LIMITS: readonly Limit[] = [
  { name: 'depth', code: TOO_DEEP, what: 'levels' },
  { name: 'rootFields', code: 'ROOT_FIELD_LIMIT_EXCEEDED', what: 'top-level fields' },
  { name: 'aliases', code: 'ALIAS_LIMIT_EXCEEDED', what: 'aliases' },
  { name: 'directives', code: 'DIRECTIVE_LIMIT_EXCEEDED', what: 'directives' },
  { name: 'fields', code: 'FIELD_LIMIT_EXCEEDED', what: 'fields' },
];

const LESS = 'Ask for less at once, or split it into several operations.';

/** Parses a document. Throws LimitError if it exceeds a limit, and graphql-js's own error if it is not GraphQL. */
export function parseWithin(limits: DocumentLimits, text: string): DocumentNode {
  const { bytes, tokens, depth } = limits;
  if (Buffer.byteLength(text) > bytes) {
    const message = `This document has more than the maximum of ${bytes} bytes. Send long lists as variables.`;
    throw toLimitError('BYTE_LIMIT_EXCEEDED', message, bytes);
  }
  try {
    const document = parse(text, { maxTokens: tokens });
    // graphql-js does not count comments, but keeps them.
    if (hasMoreTokens(document, tokens)) throw toTooManyTokens(tokens);
    measureOperations(document).forEach((measure) => rejectOver(limits, measure));
    return document;
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('Document contains more that')) {
      throw toTooManyTokens(tokens);
    }
    // More levels than the call stack allows: the parser or the measurement overflowed.
    if (error instanceof RangeError) {
      const message = `This document has more than the maximum of ${depth} levels. ${LESS}`;
      throw toLimitError(TOO_DEEP, message, depth);
    }
    throw error;
  }
}

function rejectOver(limits: DocumentLimits, measure: DocumentMeasure): void {
  for (const { name, code, what } of LIMITS) {
    const [found, limit] = [measure[name], limits[name]];
    if (found <= limit) continue;
    const message = `This operation has ${Number.isSafeInteger(found) ? found : 'countless'} ${what} with its fragments spread, and the maximum is ${limit}. ${LESS}`;
    throw toLimitError(code, message, limit);
  }
}

function hasMoreTokens({ loc }: DocumentNode, limit: number): boolean {
  let tokens = 0;
  // The first and the last one are its ends.
  for (let token = loc?.startToken.next ?? null; token !== null && token !== loc?.endToken; token = token.next) {
    tokens += 1;
    if (tokens > limit) return true;
  }
  return false;
}

function toTooManyTokens(limit: number): LimitError {
  const message = `This document has more than the maximum of ${limit} tokens. Send long lists as variables.`;
  return toLimitError('TOKEN_LIMIT_EXCEEDED', message, limit);
}

function toLimitError(code: string, message: string, limit: number): LimitError {
  return new LimitError(message, { extensions: { code, limit, http: { status: 400 } } });
}
