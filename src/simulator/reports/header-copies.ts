import type { Call } from '../http/call.ts';
import { InvalidInput } from '../http/errors.ts';

function headerOf(call: Call, name: string): string | undefined {
  return call.headers[name.toLowerCase()];
}

/** Throws InvalidInput unless the header has the value of the body. */
export function requireHeader(call: Call, name: string, expected: string): void {
  const actual = headerOf(call, name);
  if (actual === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (actual !== expected.trim()) throw new InvalidInput(`Header ${name} contradicts the request body.`);
}

/** Throws InvalidInput unless header and body have the same value, or neither has one. */
export function requireSameFilter(call: Call, name: string, value: string | number | undefined): void {
  if (value !== undefined) requireHeader(call, name, String(value));
  else if (headerOf(call, name) !== undefined) {
    throw new InvalidInput(`Header ${name} contradicts the request body, which has no ${name}.`);
  }
}

/** Reads a header that must be true or false. Throws InvalidInput. */
export function requireFlagHeader(call: Call, name: string): boolean {
  const actual = headerOf(call, name);
  if (actual === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (actual !== 'true' && actual !== 'false') throw new InvalidInput(`Header ${name} must be true or false.`);
  return actual === 'true';
}
