import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { toFailure, type Failure } from '../../api/failure.ts';
import { CancelFleetDocument } from '../../graphql/graphql.ts';
import { FailurePanel } from '../../parts/states.tsx';
import type { FleetState } from './report-state.ts';

/** Cancels what was not sent of a fleet report. Once everything was sent, there is nothing to cancel. */
export function CancelFleet(props: { readonly fleet: FleetState; readonly onCancelled: () => void }) {
  const { fleet, onCancelled } = props;
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const cancel = async (): Promise<void> => {
    setIsSending(true);
    setFailure(null);
    try {
      await run(CancelFleetDocument, { id: fleet.id });
      onCancelled();
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setIsSending(false);
    }
  };
  if (fleet.status === 'CANCELLED')
    return (
      <p class="notice">
        It was cancelled before all parts were sent. Results of those that ThingSpace had accepted still arrive.
      </p>
    );
  if (fleet.status !== 'QUEUED' && fleet.status !== 'SUBMITTING') return null;
  return (
    <>
      <p class="actions">
        <button type="button" disabled={isSending} onClick={() => void cancel()}>
          Cancel what was not sent
        </button>
        <span class="quiet">ThingSpace cannot cancel what it has accepted</span>
      </p>
      {failure !== null && <FailurePanel failure={failure} what="report" />}
    </>
  );
}
