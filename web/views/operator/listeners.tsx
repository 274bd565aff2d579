import { useEffect, useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { planned } from '../../api/cost.ts';
import { Table } from '../../charts/figure.tsx';
import { ListenersDocument } from '../../graphql/graphql.ts';
import { Empty, Show } from '../../parts/states.tsx';
import { useLoad } from '../../state/load.ts';
import { account } from '../../state/scope.ts';

/** Where ThingSpace posts results. It costs a call, so it is not loaded unasked. */
export function Listeners({ onLooked }: { readonly onLooked: () => void }) {
  const [isWanted, setIsWanted] = useState(false);
  const variables = account.value;
  const loaded = useLoad(isWanted ? JSON.stringify(variables) : null, (signal) =>
    run(ListenersDocument, variables, signal),
  );
  useEffect(() => {
    if (loaded.state === 'ready') onLooked();
  }, [loaded.state]);
  if (!isWanted) {
    const look = (): void => {
      planned.value = 1;
      setIsWanted(true);
    };
    return (
      <p class="actions">
        <button type="button" onClick={look}>
          Look where ThingSpace posts results (1 call)
        </button>
      </p>
    );
  }
  return (
    <Show loaded={loaded} what="listeners">
      {({ data }) =>
        data.callbackListeners === null || data.callbackListeners.length === 0 ? (
          <Empty title="No listener is registered">
            <p>Results of reports will not arrive. Register one with the mutation registerCallbackListener.</p>
          </Empty>
        ) : (
          <div class="scroll" tabIndex={0} role="region" aria-label="Listeners">
            <Table
              caption="Callback listeners of the account"
              head={['Service', 'Address', 'This server']}
              rows={data.callbackListeners.map(({ name, url, isThisServer }) => [
                name,
                url ?? 'not known',
                isThisServer ? 'yes' : 'no',
              ])}
            />
          </div>
        )
      }
    </Show>
  );
}
