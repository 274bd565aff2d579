// A file of its own: CORS, compression and caching each add names, and none may drop those of the others.
import type { ServerResponse } from 'node:http';

/** Adds the names of request headers that the response depends on to its header Vary. */
export function addVary(response: ServerResponse, names: string): void {
  response.setHeader('Vary', joinVary(response.getHeader('Vary')?.toString(), names));
}

/** Joins two values of the header Vary. Each name is in the result once. */
export function joinVary(one: string | null | undefined, other: string): string {
  if (one === null || one === undefined || one === '') return other;
  const names = new Map(`${one}, ${other}`.split(/\s*,\s*/).map((name) => [name.toLowerCase(), name]));
  return [...names.values()].join(', ');
}
