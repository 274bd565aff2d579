import { ReportError } from '../../domain/errors.ts';
import { SignInResponseError } from '../http-client.ts';
import { TransportError } from '../transport-error.ts';

/** What is wrong with the platform, for the operator's log: codes and statuses, and nothing that it said. */
export interface FailureSummary {
  /** A code of ours, a kind of broken exchange, or the name of an error. */
  readonly reason: string;
  /** The status that the platform answered with; null where none came. */
  readonly status: number | null;
  /** What the system says of the connection, such as ECONNREFUSED or ENOTFOUND; null where it says nothing. */
  readonly systemCode: string | null;
}

/** The trouble behind what a call or a sign-in failed with. */
export function toFailureSummary(error: unknown): FailureSummary {
  if (error instanceof SignInResponseError)
    return { reason: 'turned-away', status: error.answer.status, systemCode: null };
  if (error instanceof TransportError) return { reason: error.fault, status: null, systemCode: error.systemCode };
  if (error instanceof ReportError) {
    return { reason: error.code, status: error.details.upstream?.status ?? null, systemCode: null };
  }
  return { reason: error instanceof Error ? error.name : 'unknown', status: null, systemCode: null };
}
