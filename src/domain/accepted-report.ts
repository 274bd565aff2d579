// A file of its own: the call that starts a report returns one, and the store saves it.
/** The platform's immediate response to a request; `txid` is the transaction id that its callback messages will have. */
export interface AcceptedReport {
  readonly txid: string;
  readonly status: 'QUEUED' | 'COMPLETED';
  readonly acceptedAtMs: number;
}
