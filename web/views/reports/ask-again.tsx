import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { toFailure, type Failure } from '../../api/failure.ts';
import { AskAgainDocument } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { FailurePanel } from '../../parts/states.tsx';
import { change } from '../../state/location.ts';
import { account } from '../../state/scope.ts';
import { isRunning } from './report-state.ts';
import type { StoredReport } from './report-rows.tsx';

/** Requests the missing devices of a report again, as a new report. */
export function AskAgain({ report }: { readonly report: StoredReport }) {
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const count = report.missing.totalCount;
  const ask = async (): Promise<void> => {
    setIsSending(true);
    setFailure(null);
    try {
      const { data } = await run(AskAgainDocument, { ...account.value, txid: report.txid });
      if (data.retryMissingDevices !== null) change({ report: data.retryMissingDevices.txid });
    } catch (error) {
      setFailure(toFailure(error));
      setIsSending(false);
    }
  };
  if (count === 0) return null;
  return (
    <div class="notice">
      <p>
        Nothing has arrived for {plural(count, 'device')}.
        {isRunning(report) ? ' They may still come.' : ' A new report can ask for them again.'}
      </p>
      <p class="actions">
        <button type="button" disabled={isSending} onClick={() => void ask()}>
          Ask again for {plural(count, 'device')}
        </button>
        <span class="quiet">1 or 2 calls</span>
      </p>
      {failure !== null && <FailurePanel failure={failure} what="report" />}
    </div>
  );
}
