import type { Call } from './call.ts';
import { parseJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import { InvalidInput } from './refusal.ts';

/** Reads the JSON object that a call carries and says it carries, or throws InvalidInput. */
export function readJsonBody(call: Call): JsonObject {
  const [mediaType = ''] = (call.headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new InvalidInput('Content-Type must be application/json.');
  }
  return parseJsonObject(call.body);
}
