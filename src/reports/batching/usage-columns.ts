import { isImei, type Imei } from '../../domain/imei.ts';
import type { FetchedError, FetchedUsage, UsageAnswer, UsageCall } from '../usage-answer.ts';

/** The answer for a whole account in a seventh of its memory: an IMEI is a number of 15 digits. */
export interface UsageColumns {
  readonly call: UsageCall;
  readonly imeis: Float64Array;
  readonly sessions: Int32Array;
  readonly bytesTransferred: Float64Array;
  readonly errors: readonly FetchedError[];
  /** Approximate memory. */
  readonly bytes: number;
}

const BYTES_PER_ROW = Float64Array.BYTES_PER_ELEMENT * 2 + Int32Array.BYTES_PER_ELEMENT;
const BYTES_PER_ERROR = 500;

/** Puts an answer into columns; null if it has a value that is missing or malformed, which can be right the next time. */
export function toColumns({ call, usage, errors }: UsageAnswer): UsageColumns | null {
  const imeis = new Float64Array(usage.length);
  const sessions = new Int32Array(usage.length);
  const bytesTransferred = new Float64Array(usage.length);
  for (const [at, row] of usage.entries()) {
    if (row.numberOfSessions === null || row.bytesTransferred === null) return null;
    imeis[at] = Number(row.imei);
    sessions[at] = row.numberOfSessions;
    bytesTransferred[at] = row.bytesTransferred;
  }
  // An error that names no device is reported once.
  const named = errors.filter(({ imei }) => imei !== null);
  const bytes = usage.length * BYTES_PER_ROW + named.length * BYTES_PER_ERROR;
  return { call, imeis, sessions, bytesTransferred, errors: named, bytes };
}

/** A row takes about 90 bytes when it is unpacked, so 449,000 fit into the default maximum of 12 MiB. */
const BYTES_PER_UNPACKED_ROW = 28;

/** What an answer in columns counts as if it is unpacked, in bytes. */
export function countUnpackedBytes({ imeis, errors }: UsageColumns): number {
  return imeis.length * BYTES_PER_UNPACKED_ROW + errors.length * BYTES_PER_ERROR;
}

/**
 * Creates the function that returns the answers that were put into columns. Windows of one account have nearly the same devices in the same
 * order, so each takes the IMEIs of the one before.
 */
export function createToAnswer(): (columns: UsageColumns) => UsageAnswer {
  let before: { readonly numbers: Float64Array; readonly imeis: readonly (Imei | null)[] } | null = null;
  return ({ call, imeis: numbers, sessions, bytesTransferred, errors }) => {
    const imeis = Array.from(numbers, (number, at) =>
      before?.numbers[at] === number ? (before.imeis[at] ?? null) : toImei(number),
    );
    before = { numbers, imeis };
    const usage: FetchedUsage[] = [];
    for (const [at, imei] of imeis.entries()) {
      if (imei === null) continue;
      const [numberOfSessions = null, transferred = null] = [sessions[at], bytesTransferred[at]];
      usage.push({ kind: 'usage', imei, numberOfSessions, bytesTransferred: transferred, call });
    }
    return { call, usage, errors };
  };
}

function toImei(number: number): Imei | null {
  const imei = String(number).padStart(15, '0');
  return isImei(imei) ? imei : null;
}
