import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.ts';
import type { Failure } from '../api/failure.ts';
import { plural } from '../format/numbers.ts';
import type { Loaded } from '../state/load.ts';

/** Shows what is loaded, or why it is not there. */
export function Show<T>(props: {
  readonly loaded: Loaded<T>;
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}) {
  const { loaded, what, children } = props;
  switch (loaded.state) {
    case 'loading':
      return <Waiting what={what} />;
    case 'failed':
      return <FailurePanel failure={loaded.failure} what={what} again={loaded.again} />;
    case 'ready':
      return <>{children(loaded.value)}</>;
  }
}

export function Waiting({ what }: { readonly what: string }) {
  return (
    <div class="waiting" role="status">
      <p>Loading {what} …</p>
      <div class="skeleton" aria-hidden="true" />
      <div class="skeleton tall" aria-hidden="true" />
    </div>
  );
}

/** What the codes of the API mean to somebody who looks at a page. The message of the server says what to do. */
const TITLES: Readonly<Record<string, string>> = {
  BUDGET_EXCEEDED: 'This would take too many calls',
  BAD_USER_INPUT: 'This cannot be asked for',
  FORBIDDEN: 'You may not see this',
  UNAUTHENTICATED: 'You are not signed in',
  NOT_FOUND: 'There is no such thing',
  NETWORK: 'No connection',
  RATE_LIMITED: 'Too many requests',
  UPSTREAM_UNAVAILABLE: 'ThingSpace does not answer',
  UPSTREAM_TIMEOUT: 'ThingSpace takes too long',
  UPSTREAM_RATE_LIMITED: 'ThingSpace asks to wait',
};

export function FailurePanel(props: {
  readonly failure: Failure;
  readonly what: string;
  readonly again?: (() => void) | undefined;
}) {
  const { failure, what, again } = props;
  return (
    <section class="panel failure" role="alert">
      <h2>{TITLES[failure.code] ?? `No ${what}`}</h2>
      <p>{failure.message}</p>
      <p class="actions">
        {again !== undefined && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
        <code>{failure.code}</code>
      </p>
    </section>
  );
}

/** Nothing to show, which is no fault. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <section class="panel empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What is missing in what is shown. */
export function Partial({ errors }: { readonly errors: readonly Pick<ApiError, 'message'>[] }) {
  const [first] = errors;
  if (first === undefined) return null;
  return (
    <details class="notice partial">
      <summary>Not everything could be loaded: {plural(errors.length, 'part is', 'parts are')} missing.</summary>
      <ul>
        {errors.slice(0, 10).map(({ message }) => (
          <li>{message}</li>
        ))}
      </ul>
    </details>
  );
}
