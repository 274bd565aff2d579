import { Readable } from 'node:stream';
import { areTooSmall } from '../domain/body-pieces.ts';
import { ReportError } from '../domain/errors.ts';
import { createJsonShape } from '../domain/json-shape.ts';
import { TransportError } from './transport-error.ts';

/** How much of a body to read. If `isCut`, the rest of a longer one is left out, otherwise it is an error. */
export interface TextBounds {
  readonly maxBytes: number;
  readonly isCut: boolean;
}

/** What an error body says is at its beginning. */
export const MAX_ERROR_BYTES = 2 ** 16;

const decoder = new TextDecoder();

/** A shorter body is not measured, because it cannot hold much. */
const UNMEASURED_BYTES = 4_096;
/** An account of 200,000 devices, as each has three values and a comma. The contract has four levels and a dozen names. */
const SHAPE_LIMITS = { maxDepth: 20, maxValues: 800_000, maxNames: 5_000 };
/** What a value counts at least: parsed, `{}` takes thirty times its bytes. A value of a report has about 18 to 25 bytes. */
const MIN_VALUE_BYTES = 20;

/**
 * Reads a body by its events: node-fetch's `text()` iterates over it, which takes longer for a small one. `onReceive` is called with what
 * each piece counts: its bytes, or 20 for each value if that is more. Throws TransportError, or what `onReceive` throws.
 */
export function readText(
  body: NodeJS.ReadableStream,
  { maxBytes, isCut }: TextBounds,
  onReceive: (counted: number) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const measure = createMeasure();
    let bytes = 0;
    let isSettled = false;
    const finish = (): void => {
      isSettled = true;
      resolve(decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    };
    const fail = (error: TransportError | ReportError): void => {
      isSettled = true;
      reject(error);
      if (body instanceof Readable) body.destroy();
    };
    body.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      bytes += chunk.length;
      if (bytes > maxBytes) {
        if (!isCut) {
          fail(new TransportError('too-large'));
          return;
        }
        chunks.push(chunk.subarray(0, chunk.length - (bytes - maxBytes)));
        finish();
        if (body instanceof Readable) body.destroy();
        return;
      }
      chunks.push(chunk);
      const counted = areTooSmall(chunks.length, bytes) ? null : measure(chunks, bytes);
      if (counted === null) {
        fail(new TransportError('too-many-values'));
        return;
      }
      try {
        onReceive(counted);
      } catch (error) {
        if (!(error instanceof ReportError)) throw error;
        fail(error);
      }
    });
    body.on('end', finish);
    body.on('error', (error: NodeJS.ErrnoException) => fail(new TransportError('broken', error.code ?? null)));
    body.on('close', () => {
      if (!isSettled) fail(new TransportError('broken'));
    });
    // Its events are over if it failed before anybody listened.
    if (!body.readable) fail(new TransportError('broken'));
  });
}

/** Returns what the latest of the chunks counts; null if the body is too expensive to parse. `bytes` are those of all chunks. */
type Measure = (chunks: readonly Buffer[], bytes: number) => number | null;

function createMeasure(): Measure {
  let counted = 0;
  let measured = 0;
  let shape: ReturnType<typeof createJsonShape> | null = null;
  return (chunks, bytes) => {
    const before = counted;
    if (bytes > UNMEASURED_BYTES) {
      const current = (shape ??= createJsonShape(SHAPE_LIMITS));
      for (; measured < chunks.length; measured += 1) {
        const chunk = chunks[measured];
        if (chunk !== undefined && current.add(chunk) !== null) return null;
      }
      counted = Math.max(bytes, current.values() * MIN_VALUE_BYTES);
    } else counted = bytes;
    return counted - before;
  };
}
