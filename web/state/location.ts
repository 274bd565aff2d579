import { computed, signal } from '@preact/signals';

/** The state of the page is in the fragment of its address, so links can be shared, and no IMEI is sent to any server's log. */
export interface Location {
  readonly view: string;
  readonly params: ReadonlyMap<string, string>;
}

export type Changes = Readonly<Record<string, string | null>>;

/** What another view keeps: what to look at, and when. */
const KEPT = ['account', 'zone', 'from', 'to', 'start', 'allowance'];

const location = signal(parse(window.location.hash));
window.addEventListener('hashchange', () => (location.value = parse(window.location.hash)));

/** The id of the view; empty for the first one. */
export const view = computed(() => location.value.view);

/** The value of a parameter; null if it is not set. */
export function param(name: string): string | null {
  return location.value.params.get(name) ?? null;
}

/** The address of a view, with the parameters that all views share, and these. */
export function linkTo(id: string, changes: Changes = {}): string {
  const kept = [...location.value.params].filter(([name]) => KEPT.includes(name));
  return toHash(id, kept, changes);
}

/** The address of the same view with some parameters changed; null removes one. */
export function linkHere(changes: Changes): string {
  return toHash(view.value, [...location.value.params], changes);
}

/** Goes there. The way back is the browser's. */
export function change(changes: Changes): void {
  window.location.hash = linkHere(changes);
}

/** Like change, without a step back: for what changes with each press of a key. */
export function replace(changes: Changes): void {
  history.replaceState(null, '', linkHere(changes));
  location.value = parse(window.location.hash);
}

function toHash(id: string, params: readonly (readonly [string, string])[], changes: Changes): string {
  const all = new Map(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') all.delete(name);
    else all.set(name, value);
  }
  const query = new URLSearchParams([...all]).toString();
  return `#/${id}${query === '' ? '' : `?${query}`}`;
}

function parse(hash: string): Location {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { view: path, params: new Map(new URLSearchParams(query)) };
}
