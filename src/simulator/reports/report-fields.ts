import { InvalidInput } from '../http/errors.ts';
import type { JsonObject } from '../http/json-object.ts';

export type ContractVersion = 'older' | 'newest';

const IMEI = /^[0-9]{15}$/;

/** Reads one IMEI, or throws InvalidInput. */
export function parseImei(value: unknown): string {
  if (value === undefined) throw new InvalidInput('imei is required.');
  if (typeof value !== 'string' || !IMEI.test(value)) throw new InvalidInput('imei must have 15 digits.');
  return value;
}

/** Reads a list of IMEIs, or one alone, or throws InvalidInput where there are more than the limit. */
export function parseImeis(value: unknown, limit: number): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > limit)
    throw new InvalidInput(`imei names ${list.length} devices, and at most ${limit} are allowed.`);
  return list.map(parseImei);
}

/** Reads the flag that keeps only devices without sessions, in the forms that the version of the contract knows. */
export function parseNoSessionFlag(body: JsonObject, version: ContractVersion): 'true' | 'false' | undefined {
  const { noSessionFlag } = body;
  if (noSessionFlag === undefined || noSessionFlag === 'true' || noSessionFlag === 'false') return noSessionFlag;
  if (version === 'newest' && typeof noSessionFlag === 'boolean') return noSessionFlag ? 'true' : 'false';
  throw new InvalidInput('noSessionFlag must be "true" or "false".');
}
