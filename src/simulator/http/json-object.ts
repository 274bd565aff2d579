import type { Call } from './call.ts';
import { InvalidInput } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a JSON object. Throws InvalidInput. */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInput('The request body is not valid JSON.');
  }
  if (!isJsonObject(value)) throw new InvalidInput('The request body must be a JSON object.');
  return value;
}

/** Parses the JSON object in the body of a call. Throws InvalidInput, also if the Content-Type is not JSON. */
export function readJsonBody(call: Call): JsonObject {
  const [mediaType = ''] = (call.headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new InvalidInput('Content-Type must be application/json.');
  }
  return parseJsonObject(call.body);
}

/** Reads an optional text field. Throws InvalidInput. */
export function optionalText(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidInput(`${name} must be a string.`);
}

/** Reads a text field that must be present and not empty. Throws InvalidInput. */
export function requiredText(object: JsonObject, name: string): string {
  const value = optionalText(object, name);
  if (value === undefined || value === '') throw new InvalidInput(`${name} is required.`);
  return value;
}

/** Reads an optional integer field of at least `min`. Throws InvalidInput. */
export function optionalInteger(object: JsonObject, name: string, min = 0): number | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw new InvalidInput(`${name} must be an integer of at least ${min}.`);
}

/** Reads an optional boolean field. Throws InvalidInput. */
export function optionalBoolean(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new InvalidInput(`${name} must be true or false.`);
}

/** Reads an optional number from 0 to 1. Throws InvalidInput. */
export function optionalProbability(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new InvalidInput(`${name} must be a number from 0 to 1.`);
}

/** Throws InvalidInput if a field is not one of `names`. */
export function rejectUnknownFields(object: JsonObject, names: readonly string[]): void {
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InvalidInput(`${unknown} is not one of ${names.join(', ')}.`);
}
