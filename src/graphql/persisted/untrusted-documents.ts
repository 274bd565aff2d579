import { createHash } from 'node:crypto';
import { GraphQLError, type DocumentNode } from 'graphql';
import { MINUTE_MS } from '../../domain/durations.ts';
import { toOperationNames } from './trusted-documents.ts';

/** A document that is not among the trusted ones, and so does not run. It is rejected before it is parsed. */
export class NotTrustedError extends GraphQLError {}

/** Throws NotTrustedError. */
export function rejectOther(): never {
  throw new NotTrustedError(
    'Only trusted documents run here, and this is none of them. Send the id or the exact text of a trusted document, or ask the operator to add this one to TRUSTED_DOCUMENTS.',
    { extensions: { code: 'DOCUMENT_NOT_TRUSTED', http: { status: 400 } } },
  );
}

/** What the log says about a document that is not trusted. It has no text, which can contain values. */
export interface UntrustedDocument {
  /** SHA-256 of its text, in hexadecimal. */
  readonly documentHash: string;
  readonly operationNames: readonly string[];
  readonly bytes: number;
  /** How many others were not logged since the line before. */
  readonly notLogged: number;
}

const MAX_LINES_PER_MINUTE = 60;
const MAX_NAMES = 10;
const MAX_NAME_CHARACTERS = 100;

/** Creates the function that logs a document that is not trusted. It logs at most 60 a minute, and counts the rest. */
export function createLogOther(
  log: (document: UntrustedDocument) => void,
  monotonic: () => number,
): (text: string, document: DocumentNode) => void {
  let minute = -1;
  let lines = 0;
  let notLogged = 0;
  return (text, document) => {
    const now = Math.floor(monotonic() / MINUTE_MS);
    if (now !== minute) [minute, lines] = [now, 0];
    if (lines >= MAX_LINES_PER_MINUTE) {
      notLogged += 1;
      return;
    }
    lines += 1;
    log({
      documentHash: createHash('sha256').update(text).digest('hex'),
      operationNames: toOperationNames(document)
        .slice(0, MAX_NAMES)
        .map((name = '') => name.slice(0, MAX_NAME_CHARACTERS)),
      bytes: Buffer.byteLength(text),
      notLogged,
    });
    notLogged = 0;
  };
}
