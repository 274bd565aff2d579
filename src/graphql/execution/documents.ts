import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { cutMessage } from '../limits/cut-message.ts';
import { LONG_CHARACTERS } from '../limits/validate-within.ts';
import { run, runInTurns, type Steps } from '../../turns/steps.ts';
import { toDocumentsUsage, type DocumentsUsage } from './documents-usage.ts';
import { createLineIndex, type Locate } from './line-index.ts';
import { createFindOperation, type DocumentMemory, type FindOperation } from './prepared-operation.ts';

/** A text that is GraphQL; `errors` are those of its validation. */
export interface ReadDocument {
  readonly document: DocumentNode;
  readonly errors: readonly GraphQLError[];
  /** Converts the offsets in the errors of this document, which are in line 1 and have the offset plus 1 as column. */
  readonly locate: Locate;
  /** Finds an operation of a valid document. */
  readonly findOperation: FindOperation;
}

/**
 * Documents by their text, each parsed, validated and prepared once. The least recently used ones are dropped first, and those that
 * were read only once before any other.
 */
export interface Documents {
  /** Prepares `read` for a long text that is not known, in several turns of the event loop. Null if that is not needed. */
  readAhead(text: string): Promise<void> | null;
  /** Reads a text. Throws GraphQLError if it is not GraphQL, exceeds a limit, or is none of those that may be read. */
  read(text: string): ReadDocument;
  /**
   * Reads a text and keeps it with all that is prepared for it, whatever else is read. Throws as `read` does. It is compiled when it first
   * runs, as long as all kept ones together take at most `maxBytes`.
   */
  keep(text: string): ReadDocument;
  /** Approximate memory of the kept documents. */
  keptBytes(): number;
  usage(): DocumentsUsage;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  /** Parses a text within the limits. Throws GraphQLError. */
  readonly parse: (text: string) => DocumentNode;
  /** Returns the errors of a document; none if it is valid. A long one takes several steps. */
  readonly validate: (document: DocumentNode) => Steps<readonly GraphQLError[]>;
  /** Approximate memory of all documents together, with what is prepared and compiled for them. Kept ones may take as much again. */
  readonly maxBytes: number;
  /** Checks a text that is not kept each time before it is read. Throws GraphQLError if it may not be. */
  readonly admit: (text: string) => void;
  /** Called when a valid document is read that is neither kept nor cached. */
  readonly onOther: (text: string, document: DocumentNode) => void;
}

const SHARE_OF_READ_ONCE = 0.3;
/** A larger document is not compiled: it would displace many others, and soon be displaced itself. */
const SHARE_OF_ONE_COMPILED = 0.25;
/** Compiling blocks the event loop for about 0.1 ms per field. This is about 500 fields with short paths. */
const MAX_COMPILED_BYTES = 2_500_000;
/** Measured: 90 for a comment, 240 for a value, 490 for a field by itself. */
const BYTES_PER_TOKEN = 400;
const BYTES_PER_CHARACTER = 2;

type Entry = { bytes: number; isUnread?: boolean } & (
  { readonly read: ReadDocument } | { readonly error: GraphQLError }
);

/** Creates an empty cache of documents. A text of 40 kB can take 5 MB when it is parsed, so what counts is that size. */
export function createDocuments(options: DocumentsOptions): Documents {
  const { schema, parse, validate, maxBytes, admit, onOther } = options;
  const createCache = (share: number): LRUCache<string, Entry> =>
    new LRUCache({ maxSize: Math.ceil(maxBytes * share), sizeCalculation: ({ bytes }) => bytes });
  // A client that writes values into its documents sends each only once. Such documents must not displace those that come again.
  const readOnce = createCache(SHARE_OF_READ_ONCE);
  const readAgain = createCache(1 - SHARE_OF_READ_ONCE);
  const kept = new Map<string, ReadDocument>();
  let keptBytes = 0;
  let misses = 0;

  const inCache = (text: string, entry: () => Entry): DocumentMemory => ({
    compilesAtOnce: false,
    add(bytes) {
      const current = entry();
      current.bytes += bytes;
      const cache = [readOnce, readAgain].find((each) => each.peek(text) === current);
      // An entry that is only set again keeps its size.
      if (cache?.delete(text) === true) cache.set(text, current);
    },
    hasRoomFor: (bytes) => bytes <= MAX_COMPILED_BYTES && entry().bytes + bytes <= maxBytes * SHARE_OF_ONE_COMPILED,
  });
  const ofKept: DocumentMemory = {
    compilesAtOnce: true,
    add: (bytes) => (keptBytes += bytes),
    hasRoomFor: (bytes) => bytes <= maxBytes * SHARE_OF_ONE_COMPILED && keptBytes + bytes <= maxBytes,
  };
  function* create(text: string, toMemory: (entry: () => Entry) => DocumentMemory): Steps<Entry> {
    const textBytes = BYTES_PER_TOKEN + text.length * BYTES_PER_CHARACTER;
    let document: DocumentNode;
    try {
      document = parse(text);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { error: withCode(error, 'GRAPHQL_PARSE_FAILED'), bytes: textBytes };
    }
    yield;
    // graphql-js searches the whole text for the line of each place in each error. In an empty text it finds the offset at once.
    if (document.loc !== undefined) document.loc.source.body = '';
    const lines = createLineIndex(text);
    const errors = (yield* validate(document)).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    const entry: Entry = {
      bytes: textBytes + countTokens(document) * BYTES_PER_TOKEN,
      read: {
        document,
        errors,
        locate: lines.locate,
        findOperation: createFindOperation(
          schema,
          document,
          lines.toOffset,
          toMemory(() => entry),
        ),
      },
    };
    return entry;
  }

  const add = (text: string, entry: Entry): void => {
    misses += 1;
    if ('read' in entry && entry.read.errors.length === 0) onOther(text, entry.read.document);
    readOnce.set(text, entry);
  };

  const isKnown = (text: string): boolean => kept.has(text) || readOnce.has(text) || readAgain.has(text);
  const readInTurns = async (text: string): Promise<void> => {
    try {
      admit(text);
    } catch {
      // `read` throws it again.
      return;
    }
    const entry = await runInTurns(create(text, (current) => inCache(text, current)));
    if (isKnown(text)) return;
    entry.isUnread = true;
    add(text, entry);
  };

  return {
    readAhead: (text) => (text.length < LONG_CHARACTERS || isKnown(text) ? null : readInTurns(text)),
    read(text) {
      const keptDocument = kept.get(text);
      if (keptDocument !== undefined) return keptDocument;
      admit(text);
      let entry = readAgain.get(text);
      if (entry === undefined) {
        const known = readOnce.get(text);
        entry = known ?? run(create(text, (current) => inCache(text, current)));
        if (known === undefined) add(text, entry);
        else if (known.isUnread === true) known.isUnread = false;
        else {
          readOnce.delete(text);
          readAgain.set(text, known);
        }
      }
      if ('error' in entry) throw entry.error;
      return entry.read;
    },
    keep(text) {
      const known = kept.get(text);
      if (known !== undefined) return known;
      const entry = run(create(text, () => ofKept));
      if ('error' in entry) throw entry.error;
      keptBytes += entry.bytes;
      kept.set(text, entry.read);
      return entry.read;
    },
    keptBytes: () => keptBytes,
    usage: () => toDocumentsUsage([readOnce, readAgain], kept.size, misses),
  };
}

/** GraphQL over HTTP: the status is 400, unless the response is `application/json`. An error that has a status keeps it. */
function withCode(error: GraphQLError, code: string): GraphQLError {
  return Object.assign(error, {
    message: cutMessage(error.message),
    extensions: { http: { spec: true, status: 400 }, ...error.extensions, code: error.extensions['code'] ?? code },
  });
}

/** Comments count, too, because a parsed document holds them. */
function countTokens({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens;
}
