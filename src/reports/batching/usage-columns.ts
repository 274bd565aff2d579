import { isImei } from '../../domain/imei.ts';
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

/** The answer that was put into the columns. */
export function toAnswer({ call, imeis, sessions, bytesTransferred, errors }: UsageColumns): UsageAnswer {
  const usage: FetchedUsage[] = [];
  for (let at = 0; at < imeis.length; at += 1) {
    const imei = String(imeis[at]).padStart(15, '0');
    if (!isImei(imei)) continue;
    usage.push({
      kind: 'usage',
      imei,
      numberOfSessions: sessions[at] ?? null,
      bytesTransferred: bytesTransferred[at] ?? null,
      call,
    });
  }
  return { call, usage, errors };
}
