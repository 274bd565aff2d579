import type { ClaimOutcome, ClaimRequest, Claims } from './claim.ts';

export interface ClaimWaiting {
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A settled claim is told of at once; this is for a notification that was lost with its connection. */
const LONGEST_PAUSE_MS = 1_000;

/** Takes the key, or waits until whoever holds it has settled it or its lease has ended. Rejects with a StoreError, or when the signal is aborted. */
export async function claimOrWait(
  claims: Pick<Claims, 'claim' | 'watchClaim'>,
  request: ClaimRequest,
  { wait, signal }: ClaimWaiting,
): Promise<Exclude<ClaimOutcome, { kind: 'pending' }>> {
  let told = new AbortController();
  const stop = claims.watchClaim(request, () => told.abort());
  try {
    for (;;) {
      told = new AbortController();
      const outcome = await claims.claim(request);
      if (outcome.kind !== 'pending') return outcome;
      const waiting = wait(LONGEST_PAUSE_MS, AbortSignal.any([told.signal, signal]));
      await waiting.catch(() => signal.throwIfAborted());
    }
  } finally {
    stop();
  }
}
