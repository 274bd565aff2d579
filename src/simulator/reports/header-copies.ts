import type { Call } from '../http/call.ts';
import { InvalidInput } from '../http/errors.ts';

function headerOf(call: Call, name: string): string | undefined {
  return call.headers[name.toLowerCase()];
}

/** Throws InvalidInput unless the header has the value of the body. */
export function requireHeader(call: Call, name: string, expected: string): void {
  const actual = headerOf(call, name);
  if (actual === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (actual.trim() !== expected.trim()) throw new InvalidInput(`Header ${name} contradicts the request body.`);
}

/** Throws InvalidInput if the header has another value than the body. It may be left out. */
export function requireSameFilter(call: Call, name: string, value: string | number | undefined): void {
  if (headerOf(call, name) === undefined) return;
  if (value === undefined) throw new InvalidInput(`Header ${name} contradicts the request body, which has no ${name}.`);
  requireHeader(call, name, String(value));
}

/** Reads a header that must be true or false, in capitals or not. Throws InvalidInput. */
export function requireFlagHeader(call: Call, name: string): boolean {
  const actual = headerOf(call, name)?.toLowerCase();
  if (actual === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (actual !== 'true' && actual !== 'false') throw new InvalidInput(`Header ${name} must be true or false.`);
  return actual === 'true';
}
