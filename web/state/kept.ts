import { useRef } from 'preact/hooks';
import type { Loaded } from './load.ts';

/** Like what is loaded, with the value before while the next one is on its way, so that a refresh does not empty the view. */
export function useKept<T>(loaded: Loaded<T>): Loaded<T> {
  const last = useRef<T | null>(null);
  if (loaded.state === 'ready') last.current = loaded.value;
  return loaded.state === 'loading' && last.current !== null
    ? { state: 'ready', value: last.current, again: loaded.again }
    : loaded;
}
