import { MAX_REPORTED_FAULTS, type ArgumentPath, type InputFault } from './errors.ts';

/** The 15 digits that identify a device. The check digit is not checked, because the platform does not check it either. */
export type Imei = string & { readonly brand: 'Imei' };

const IMEI = /^[0-9]{15}$/;
const FIRST_DIGITS_IN_TEXT = /(?<!\d)\d{11}(?=\d{4}(?!\d))/g;

/** Whether a value is a string of 15 digits. */
export function isImei(value: unknown): value is Imei {
  return typeof value === 'string' && IMEI.test(value);
}

/** Replaces all but the last four digits of each IMEI in a text. */
export function hideImeis(text: string): string {
  return text.replace(FIRST_DIGITS_IN_TEXT, '***********');
}

/** Returns the IMEI; adds a fault and returns null if the value is not one. */
export function parseImei(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): Imei | null {
  if (isImei(value)) return value;
  const message = `${describeImeiFault(value)} Send an IMEI as a string of exactly 15 digits.${repeatValue(value)}`;
  faults.push({ argumentPath, message });
  return null;
}

/** Maximum number of devices in a list, and what to do instead if there are more. */
export interface DeviceLimit {
  readonly maxDevices: number;
  readonly instead: string;
}

/**
 * Returns each IMEI once, in order of its first appearance. Adds a fault for each value that is not an IMEI, and one for a list
 * that is over the limit. A null limit allows any number. Beyond the first 100 values that are not IMEIs, the others are only counted.
 */
export function parseImeis(
  values: readonly unknown[],
  limit: DeviceLimit | null,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): Imei[] {
  const seen = new Set<Imei>();
  let bad = 0;
  values.forEach((value, index) => {
    if (isImei(value)) seen.add(value);
    else if ((bad += 1) <= MAX_REPORTED_FAULTS) parseImei(value, [...argumentPath, index], faults);
  });
  const more = bad - MAX_REPORTED_FAULTS - 1;
  if (more >= 0) faults.push({ argumentPath, message: 'This list has more values that are not IMEIs.', more });
  if (limit !== null && seen.size > limit.maxDevices) {
    const { maxDevices, instead } = limit;
    const message = `This list has ${seen.size} devices, and the maximum is ${maxDevices}. ${instead}`;
    faults.push({ argumentPath, message });
  }
  return [...seen];
}

function describeImeiFault(value: unknown): string {
  if (value === undefined) return 'This is missing.';
  if (typeof value !== 'string') return `This is ${describeKind(value)}, not a string.`;
  if (value.length !== 15) return `This has ${value.length} characters.`;
  return 'This has characters that are not digits.';
}

const MAX_SHOWN_LENGTH = 100;

/** Repeats a text or a number as JSON, so that invisible characters can be seen; cut to 100 characters. */
function repeatValue(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const shown = JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_SHOWN_LENGTH) : value);
  const isWhole = (typeof value === 'number' || value.length <= MAX_SHOWN_LENGTH) && shown.length <= MAX_SHOWN_LENGTH;
  return ` This was sent: ${isWhole ? shown : `${shown.slice(0, MAX_SHOWN_LENGTH - 1)}…`}`;
}

function describeKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
