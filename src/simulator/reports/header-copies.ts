import type { Call } from '../http/call.ts';
import { InvalidInput } from '../http/errors.ts';

function headerOf(call: Call, name: string): string | undefined {
  return call.headers[name.toLowerCase()];
}

/** Throws InvalidInput unless the header is there and says what the body says. */
export function requireHeader(call: Call, name: string, expected: string): void {
  const given = headerOf(call, name);
  if (given === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (given !== expected.trim()) throw new InvalidInput(`Header ${name} contradicts the request body.`);
}

/** Throws InvalidInput unless header and body both leave the filter out or both name the same value. */
export function requireSameFilter(call: Call, name: string, value: string | number | undefined): void {
  if (value !== undefined) requireHeader(call, name, String(value));
  else if (headerOf(call, name) !== undefined) {
    throw new InvalidInput(`Header ${name} contradicts the request body, which has no ${name}.`);
  }
}

/** Reads a header that must be true or false, or throws InvalidInput. */
export function requireFlagHeader(call: Call, name: string): boolean {
  const given = headerOf(call, name);
  if (given === undefined) throw new InvalidInput(`Header ${name} is required.`);
  if (given !== 'true' && given !== 'false') throw new InvalidInput(`Header ${name} must be true or false.`);
  return given === 'true';
}
