// A file of its own: retries, breaker and sign-in read these errors, and do not import the HTTP client.
/** How an exchange failed: surely before it arrived, perhaps after, or with an answer over the size limit. */
export type TransportFault = 'never-arrived' | 'broken' | 'too-large';

/** An exchange without an answer. It carries no address and no header, so that none can reach a log. */
export class TransportError extends Error {
  override readonly name = 'DeliveryError';
  readonly fault: TransportFault;
  /** What the system says of it, such as ECONNREFUSED; null where it says nothing. */
  readonly systemCode: string | null;

  constructor(fault: TransportFault, systemCode: string | null = null) {
    super(`the platform gave no whole answer (${fault})`);
    this.fault = fault;
    this.systemCode = systemCode;
  }
}
