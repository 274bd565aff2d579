import { createClient } from 'graphql-sse';
import { API_URL } from '../facts.ts';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import { begin } from './cost.ts';
import { toApiErrors, toName } from './client.ts';
import { Failure } from './failure.ts';
import { toAuthHeaders } from './tokens.ts';

export interface Listener<T> {
  readonly onEvent: (data: T) => void;
  /** Called once when there is nothing more to come: with a failure, or null at the regular end. */
  readonly onEnd: (failure: Failure | null) => void;
}

/** Each subscription is a request of its own. A connection that breaks is opened again, a few times. */
const client = createClient({ url: API_URL, headers: toAuthHeaders, retryAttempts: 3 });

/** Subscribes. Returns the function that ends it, after which the listener hears nothing. */
export function subscribe<T, V extends Record<string, unknown>>(
  document: TypedDocumentString<T, V>,
  variables: V,
  { onEvent, onEnd }: Listener<T>,
): () => void {
  const query = document.toString().trim();
  const end = begin(toName(query), query, variables);
  let isOver = false;
  const finish = (failure: Failure | null): void => {
    if (isOver) return;
    isOver = true;
    end(null);
    onEnd(failure);
  };
  const unsubscribe = client.subscribe<T>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        const [first] = toApiErrors(errors);
        if (data !== null && data !== undefined) onEvent(data);
        else if (first !== undefined) finish(new Failure(first.code, first.message));
      },
      error: (error) => finish(new Failure('NETWORK', `Live progress stopped: ${describe(error)}`)),
      complete: () => finish(null),
    },
  );
  return () => {
    if (!isOver) {
      isOver = true;
      end(null);
    }
    unsubscribe();
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'the connection broke.';
}
