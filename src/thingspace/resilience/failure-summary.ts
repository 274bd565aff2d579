import { ReportError, type RejectedCredentials } from '../../domain/errors.ts';
import { SignInResponseError } from '../http-client.ts';
import { TransportError } from '../transport-error.ts';

/** Why a call failed, for the operator's log: codes and statuses, but none of the platform's own texts. */
export interface FailureSummary {
  /** An error code of ours, a TransportFault, `turned-away` for a sign-in call that was not processed, or the name of an error. */
  readonly reason: string;
  /** The HTTP status of the response; null if there was none. */
  readonly status: number | null;
  /** The system's error code, such as ECONNREFUSED or ENOTFOUND; null if there is none. */
  readonly systemCode: string | null;
  /** Which half of the credentials the platform rejected; absent if it rejected none. */
  readonly rejectedCredentials?: RejectedCredentials;
}

/** Summarises the error of a call or a sign-in. */
export function toFailureSummary(error: unknown): FailureSummary {
  if (error instanceof SignInResponseError)
    return { reason: 'turned-away', status: error.answer.status, systemCode: null };
  if (error instanceof TransportError) return { reason: error.fault, status: null, systemCode: error.systemCode };
  if (error instanceof ReportError) {
    const { upstream, rejectedCredentials } = error.details;
    const summary = { reason: error.code, status: upstream?.status ?? null, systemCode: null };
    return rejectedCredentials === undefined ? summary : { ...summary, rejectedCredentials };
  }
  return { reason: error instanceof Error ? error.name : 'unknown', status: null, systemCode: null };
}
