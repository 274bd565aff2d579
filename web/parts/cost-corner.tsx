import { useState } from 'preact/hooks';
import { isReported, planned, sent, totalCalls, type SentOperation } from '../api/cost.ts';
import { facts } from '../facts.ts';
import { plural } from '../format/numbers.ts';

/** What the view cost, in the corner of every view, and each of its operations as a query to open. */
export function CostCorner() {
  const [isOpen, setIsOpen] = useState(false);
  const operations = sent.value;
  const calls = operations.reduce((sum, operation) => sum + (operation.calls ?? 0), 0);
  const isRunning = operations.some((operation) => operation.isRunning);
  return (
    <aside class="cost" aria-label="Cost of this view">
      <button
        type="button"
        class="cost-button"
        aria-expanded={isOpen}
        aria-controls="cost-details"
        onClick={() => setIsOpen(!isOpen)}
      >
        <span class={isRunning ? 'pulse' : 'pulse still'} aria-hidden="true" />
        <span data-cost={calls}>{isReported.value ? plural(calls, 'upstream call') : 'Calls not reported'}</span>
        <span class="quiet">open as a query</span>
      </button>
      <div id="cost-details" class="cost-details" hidden={!isOpen}>
        <dl>
          <dt>This view</dt>
          <dd>{plural(calls, 'call')}</dd>
          <dt>Stated before</dt>
          <dd>{planned.value === null ? 'no plan' : plural(planned.value, 'call')}</dd>
          <dt>Since the page was opened</dt>
          <dd>{plural(totalCalls.value, 'call')}</dd>
        </dl>
        {!isReported.value && <p>The server does not report its calls: REPORT_UPSTREAM_COST is off.</p>}
        <ul>
          {operations.map((operation) => (
            <Operation key={operation.id} operation={operation} />
          ))}
        </ul>
      </div>
    </aside>
  );
}

function Operation({ operation }: { readonly operation: SentOperation }) {
  const { name, calls, cached, isRunning } = operation;
  const parts = [isRunning ? 'running' : calls === null ? 'no cost reported' : plural(calls, 'call')];
  if (cached > 0) parts.push(`${cached} from the cache`);
  return (
    <li>
      <span class="operation-name">{name}</span>
      <span class="quiet">{parts.join(', ')}</span>
      {facts.graphiql ? (
        <a href={toGraphiql(operation)} target="_blank" rel="noreferrer">
          Open<span class="visually-hidden"> {name}</span> in GraphiQL
        </a>
      ) : (
        <button type="button" class="link" onClick={() => void navigator.clipboard.writeText(toRequest(operation))}>
          Copy<span class="visually-hidden"> {name}</span>
        </button>
      )}
    </li>
  );
}

/** In the fragment, which is not sent to the server, so IMEIs stay out of logs. */
function toGraphiql({ query, variables }: SentOperation): string {
  const params = new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) });
  return `graphql#${params.toString()}`;
}

function toRequest({ query, variables }: SentOperation): string {
  return JSON.stringify({ query, variables }, null, 2);
}
