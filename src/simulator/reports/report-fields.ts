import { InvalidInput } from '../http/errors.ts';
import type { JsonObject } from '../http/json-object.ts';

/** The version of the contract; docs/simulator.md describes the differences. */
export type ContractVersion = 'older' | 'newest';

const IMEI = /^[0-9]{15}$/;

/** Parses an IMEI. Throws InvalidInput. */
export function parseImei(value: unknown): string {
  if (value === undefined) throw new InvalidInput('imei is required.');
  if (typeof value !== 'string' || !IMEI.test(value)) throw new InvalidInput('imei must have 15 digits.');
  return value;
}

/** Parses a list of IMEIs, or a single one. Throws InvalidInput, also if there are more than `max`. */
export function parseImeis(value: unknown, max: number): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > max) throw new InvalidInput(`imei has ${list.length} devices; at most ${max} are allowed.`);
  return list.map(parseImei);
}

/** Parses the flag that selects devices without sessions. Only the newest contract accepts a boolean. Throws InvalidInput. */
export function parseNoSessionFlag(body: JsonObject, version: ContractVersion): 'true' | 'false' | undefined {
  const { noSessionFlag } = body;
  if (noSessionFlag === undefined || noSessionFlag === 'true' || noSessionFlag === 'false') return noSessionFlag;
  if (version === 'newest' && typeof noSessionFlag === 'boolean') return noSessionFlag ? 'true' : 'false';
  throw new InvalidInput('noSessionFlag must be "true" or "false".');
}
