import { LRUCache } from 'lru-cache';
import type { DocumentNode } from 'graphql';

/** What Yoga keeps of texts that it has parsed, those used longest ago forgotten first. */
export interface KeptDocuments {
  readonly documentCache: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): void;
  };
  /** Why texts are no documents. */
  readonly errorCache: { get(text: string): object | undefined; set(text: string, error: unknown): void };
}

const MOST_BYTES = 32 * 2 ** 20;
const MOST_ERROR_BYTES = 4 * 2 ** 20;
/** Measured: 90 for a comment, 240 for a value, 490 for a field by itself. */
const BYTES_A_TOKEN = 400;
const BYTES_A_CHARACTER = 2;

/** Keeps documents within a bound of memory, for a text of 40 kB can be 5 MB when it is parsed, and a thousand of them the whole heap. */
export function createKeptDocuments(): KeptDocuments {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: MOST_BYTES, sizeCalculation: toDocumentBytes });
  const errors = new LRUCache<string, object>({
    maxSize: MOST_ERROR_BYTES,
    sizeCalculation: (_, text) => BYTES_A_TOKEN + BYTES_A_CHARACTER * text.length,
  });
  return {
    documentCache: { get: (text) => documents.get(text), set: (text, document) => void documents.set(text, document) },
    errorCache: {
      get: (text) => errors.get(text),
      set(text, error) {
        if (error instanceof Error) errors.set(text, error);
      },
    },
  };
}

/** What a parsed document takes in memory, about: it holds each of its tokens, comments among them. */
export function toDocumentBytes({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens * BYTES_A_TOKEN + (loc?.source.body.length ?? 0) * BYTES_A_CHARACTER;
}
