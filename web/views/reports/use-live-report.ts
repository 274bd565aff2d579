import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../api/failure.ts';
import { subscribe } from '../../api/subscribe.ts';
import { ReportProgressDocument } from '../../graphql/graphql.ts';
import { account } from '../../state/scope.ts';
import { isRunning, type ReportState } from './report-state.ts';

/** The newest state of a report, and why it is not followed any more, if it should be. */
export interface LiveReport {
  readonly report: ReportState;
  readonly failure: Failure | null;
}

/** Follows a report to its end while it is shown. */
export function useLiveReport(loaded: ReportState, isFollowed: boolean): LiveReport {
  const [event, setEvent] = useState<ReportState | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { txid } = loaded;
  const isOpen = isFollowed && isRunning(loaded);
  useEffect(() => {
    setEvent(null);
    setFailure(null);
    if (!isOpen) return undefined;
    return subscribe(
      ReportProgressDocument,
      { ...account.value, txid },
      { onEvent: (data) => setEvent(data.aggregatedReportProgress), onEnd: setFailure },
    );
  }, [txid, isOpen]);
  return { report: event ?? loaded, failure };
}
