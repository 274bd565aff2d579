import { ReportError } from '../domain/errors.ts';
import { createOpenCounts } from '../http/open-counts.ts';
import type { OpenElsewhere } from '../http/open-elsewhere.ts';

/** Counts the subscriptions that each caller has open, whichever way they came. */
export interface OpenSubscriptions {
  /** Counts a subscription until `onClose` calls its listener. Returns TOO_MANY_SUBSCRIPTIONS if the caller has the maximum open. */
  open(principal: string, onClose: (listener: () => void) => void): ReportError | null;
}

/** Creates the count. A maximum of 0 means no limit. */
export function createOpenSubscriptions(maxPerPrincipal: number, elsewhere: OpenElsewhere): OpenSubscriptions {
  const counts = createOpenCounts(maxPerPrincipal, elsewhere);
  return {
    open(principal, onClose) {
      const free = counts.take(principal);
      if (free === null) return toLimitError(maxPerPrincipal);
      onClose(free);
      return null;
    },
  };
}

function toLimitError(limit: number): ReportError {
  return new ReportError(
    'TOO_MANY_SUBSCRIPTIONS',
    `You have ${limit} subscriptions open, the maximum per caller. End one of them, or poll aggregatedReportRequest.`,
    { limit },
  );
}
