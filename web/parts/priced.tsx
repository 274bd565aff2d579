import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { planned } from '../api/cost.ts';
import { plural } from '../format/numbers.ts';

/** What loading takes, as the API states it before. */
export interface Plan {
  readonly path: string;
  readonly upstreamCalls: number;
  readonly fromStore: number;
  readonly withinBudget: boolean;
}

/** Up to this many upstream calls are made without asking: a month of days, and a few more. */
const MAX_UNASKED_CALLS = 40;

/** Shows the content if its price is low, asks if it is high, and says so if the server would not pay it. */
export function Priced(props: {
  readonly plan: Plan;
  /** Calls beside those of the plan. */
  readonly more?: number;
  readonly cheaper: string;
  readonly children: () => ComponentChildren;
}) {
  const { plan, more = 0, cheaper, children } = props;
  const calls = plan.upstreamCalls + more;
  const [isAgreed, setIsAgreed] = useState(false);
  useEffect(() => {
    planned.value = calls;
  }, [calls]);
  if (!plan.withinBudget) {
    return (
      <section class="panel over-budget" role="alert">
        <h2>This would take too many calls</h2>
        <p>
          Loading it takes {plural(calls, 'upstream call')}, or more bytes than this server allows for one operation.{' '}
          {cheaper}
        </p>
      </section>
    );
  }
  if (calls <= MAX_UNASKED_CALLS || isAgreed) return <>{children()}</>;
  return (
    <section class="panel price">
      <h2>{plural(calls, 'upstream call')}</h2>
      <p>
        Loading this takes {plural(calls, 'call')} to ThingSpace. {cheaper}
      </p>
      <p class="actions">
        <button type="button" class="primary" onClick={() => setIsAgreed(true)}>
          Load it
        </button>
      </p>
    </section>
  );
}
