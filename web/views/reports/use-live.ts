import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../api/failure.ts';
import { subscribe } from '../../api/subscribe.ts';
import type { TypedDocumentString } from '../../graphql/graphql.ts';

/** The newest state of a report, and why it is not followed any more, if it should be. */
export interface Live<T> {
  readonly report: T;
  readonly failure: Failure | null;
}

/** Follows a report to its end while it is shown and the subscription is wanted. */
export function useLive<Loaded, Event, V extends Record<string, unknown>>(
  loaded: Loaded,
  isWanted: boolean,
  [document, variables]: readonly [TypedDocumentString<Event, V>, V],
  toReport: (event: Event) => Loaded,
): Live<Loaded> {
  const [event, setEvent] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    setEvent(null);
    setFailure(null);
    if (!isWanted) return undefined;
    return subscribe(document, variables, { onEvent: (data) => setEvent(toReport(data)), onEnd: setFailure });
  }, [JSON.stringify(variables), isWanted]);
  return { report: event ?? loaded, failure };
}
