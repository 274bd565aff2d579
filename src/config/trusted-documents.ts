import { createHash } from 'node:crypto';
import { isObject, parseJson, readObject } from '../domain/json.ts';
import type { ReadText } from './secret-files.ts';

/** The documents of the file that TRUSTED_DOCUMENTS names. */
export interface TrustedDocuments {
  /** Their texts by their ids; null if no file is set. They are not parsed yet. */
  readonly documentsById: ReadonlyMap<string, string> | null;
}

const MAX_CHARACTERS = 16 * 2 ** 20;
const MAX_DOCUMENTS = 10_000;
const ID = /^[\w.~-]{1,200}$/;
const SHA_256 = /^[0-9a-f]{64}$/;
const PREFIX = 'sha256:';

const EXPECTED =
  'Set it to the path of a JSON object of texts by their ids, as GraphQL Code Generator writes it for persistedDocuments.';

/**
 * Reads the file of trusted documents: a JSON object of texts by their ids, or a persisted query manifest of Apollo. Returns what is
 * wrong with it instead if it cannot be used.
 */
export function readTrustedDocuments(
  path: string | undefined,
  readText: ReadText,
): TrustedDocuments | { readonly fault: string } {
  if (path === undefined) return { documentsById: null };
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { fault: `The file cannot be read${code}. ${EXPECTED}` };
  }
  if (text.length > MAX_CHARACTERS) return { fault: `The file has more than ${MAX_CHARACTERS} characters.` };
  const entries = toEntries(parseJson(text.replace(/^\uFEFF/, '')));
  if (entries === null) return { fault: `The file has another format. ${EXPECTED}` };
  if (entries.length === 0) return { fault: 'The file contains no document.' };
  if (entries.length > MAX_DOCUMENTS) return { fault: `The file contains more than ${MAX_DOCUMENTS} documents.` };
  return toDocuments(entries);
}

type Entry = readonly [id: unknown, text: unknown];

const APOLLO_FORMAT = 'apollo-persisted-query-manifest';

function toEntries(content: unknown): readonly Entry[] | null {
  if (!isObject(content)) return null;
  if (content['format'] !== APOLLO_FORMAT) return Object.entries(content);
  const { operations } = content;
  if (!Array.isArray(operations)) return null;
  return operations.map(readObject).map(({ id, body }) => [id, body]);
}

function toDocuments(entries: readonly Entry[]): TrustedDocuments | { readonly fault: string } {
  const documentsById = new Map<string, string>();
  for (const [sent, text] of entries) {
    const id = typeof sent === 'string' ? withoutPrefix(sent) : '';
    if (!ID.test(id)) return { fault: 'An id is not a text of 1 to 200 letters, digits, ".", "_", "~" and "-".' };
    if (typeof text !== 'string') return { fault: `${id} is not a document but another kind of value. ${EXPECTED}` };
    if (SHA_256.test(id) && createHash('sha256').update(text).digest('hex') !== id)
      return { fault: `${id} is the SHA-256 of another text. Do not edit or format the file after it was generated.` };
    if (documentsById.has(id)) return { fault: `${id} is there twice.` };
    documentsById.set(id, text);
  }
  return { documentsById };
}

function withoutPrefix(id: string): string {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
}
