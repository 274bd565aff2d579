import type { ArgumentPath, InputFault } from './errors.ts';

/** A device's 15-digit identity. Its check digit is not judged: the platform does not judge it either. */
export type Imei = string & { readonly brand: 'Imei' };

const IMEI = /^[0-9]{15}$/;

export function isImei(value: unknown): value is Imei {
  return typeof value === 'string' && IMEI.test(value);
}

/** The IMEI, or null and a fault where the value is none. */
export function parseImei(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): Imei | null {
  if (isImei(value)) return value;
  faults.push({ argumentPath, message: `${describeImeiFault(value)} Send an IMEI as a string of exactly 15 digits.` });
  return null;
}

/** How many devices one list may name, and what to do instead where there are more. */
export interface DeviceLimit {
  readonly maxDevices: number;
  readonly instead: string;
}

/**
 * Each IMEI once, in the order of its first mention; every value that is none is a fault at its index, too many are one of the list.
 * Without a limit any number is right.
 */
export function parseImeis(
  values: readonly unknown[],
  limit: DeviceLimit | null,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): Imei[] {
  const seen = new Set<Imei>();
  values.forEach((value, index) => {
    if (isImei(value)) seen.add(value);
    else parseImei(value, [...argumentPath, index], faults);
  });
  if (limit !== null && seen.size > limit.maxDevices) {
    const { maxDevices, instead } = limit;
    const message = `These are ${seen.size} devices, and ${maxDevices} are the most at once. ${instead}`;
    faults.push({ argumentPath, message });
  }
  return [...seen];
}

function describeImeiFault(value: unknown): string {
  if (value === undefined) return 'This is missing.';
  if (typeof value !== 'string') return `This is ${describeKind(value)}, not a string.`;
  if (value.length !== 15) return `This has ${value.length} characters.`;
  return 'This has characters that are no digits.';
}

function describeKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
