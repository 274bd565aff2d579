// A file of its own: retries, breaker and sign-in read these errors, and do not import the HTTP client.
import { ReportError } from '../domain/errors.ts';

/** How an exchange failed: certainly before the request arrived, possibly after it arrived, or because the response was too large to read. */
export type TransportFault = 'never-arrived' | 'broken' | 'too-large' | 'too-many-values';

/** What failed below HTTP: the proxy between this server and the platform, or the secure connection. */
export type FailedLayer = 'proxy' | 'tls';

/** An exchange without a complete response. It holds no address and no header, so that neither can get into a log. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly fault: TransportFault;
  /** The system's error code, such as ECONNREFUSED, or the status of a proxy's response, such as 407; null if there is none. */
  readonly systemCode: string | null;
  /** Null if neither is known to be the cause. */
  readonly layer: FailedLayer | null;

  constructor(fault: TransportFault, systemCode: string | null = null, layer: FailedLayer | null = null) {
    super(`the other side sent no complete response (${fault})`);
    this.fault = fault;
    this.systemCode = systemCode;
    this.layer = layer;
  }
}

/** Whether no connection to the platform was made, so that certainly nothing arrived there. */
export function isNeverArrived(error: unknown): boolean {
  return error instanceof TransportError && error.fault === 'never-arrived';
}

/** Whether work was aborted because its time was over, by this server or by `AbortSignal.timeout`. */
export function isTimeout(reason: unknown): boolean {
  if (reason instanceof ReportError) return reason.code === 'UPSTREAM_TIMEOUT';
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** Whether a request that failed in this way may be sent again. */
export function mayBeSentAgain({ fault }: TransportError, repeatable: boolean): boolean {
  return fault === 'never-arrived' || (repeatable && fault === 'broken');
}

/** Whether the response was too large to read, which says that the platform is up. */
export function isTooLarge({ fault }: TransportError): boolean {
  return fault === 'too-large' || fault === 'too-many-values';
}
