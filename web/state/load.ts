import { useEffect, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../api/failure.ts';
import { tokens } from '../api/tokens.ts';

/** What a view waits for, has, or cannot have. */
export type Loading<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure };

export type Loaded<T> = Loading<T> & { readonly again: () => void };

/**
 * Loads when it is first shown, and whenever the key changes or somebody signs in. The key has to name everything that the load reads.
 * Leaving, or another key, aborts the requests. With a null key, nothing is loaded.
 */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<{ readonly of: string; readonly loading: Loading<T> } | null>(null);
  const wanted = JSON.stringify([key, attempt, tokens.value]);
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    const show = (loading: Loading<T>): void => {
      if (!controller.signal.aborted) setResult({ of: wanted, loading });
    };
    load(controller.signal).then(
      (value) => show({ state: 'ready', value }),
      (error: unknown) => show({ state: 'failed', failure: toFailure(error) }),
    );
    return () => controller.abort();
  }, [wanted]);
  const loading: Loading<T> = result?.of === wanted ? result.loading : { state: 'loading' };
  return { ...loading, again: () => setAttempt((number) => number + 1) };
}
