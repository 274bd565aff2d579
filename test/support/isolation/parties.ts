import { imeisOf, WINDOW } from '../world/async-world.ts';
import type { RecordedRequest } from '../fakes/recording-platform.ts';

/** One of two callers who know of each other, but must not see each other's data. */
export interface Party {
  readonly name: 'anne' | 'bert';
  readonly accountNumber: string;
  /** Divides every number of this caller, and no number of the other's. */
  readonly prime: number;
  /** Texts that only responses to this caller may contain. */
  readonly marks: readonly string[];
  /** The request headers that identify the caller. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Both ask for the same devices. */
export const DEVICES = imeisOf(12);
export const DAYS = Array.from({ length: 3 }, (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}`);
export const END_DATE = WINDOW.endDate;

const PRIMES = { anne: 10_007, bert: 10_009 };
export const MIN_NUMBER = 10_000;

export type NumberKind = 'usage' | 'sessions' | 'message';
const KINDS: readonly NumberKind[] = ['usage', 'sessions', 'message'];

export function createParty(
  name: Party['name'],
  accountNumber: string,
  headers: Party['headers'],
  isAlone: boolean,
): Party {
  const marks = [`of-${name}`, ...Object.values(headers).flatMap((value) => value.split(' ').slice(-1))];
  return { name, accountNumber, prime: PRIMES[name], marks: isAlone ? [accountNumber, ...marks] : marks, headers };
}

/** The number that the platform sends for a device. It identifies the caller, the device and the kind of report. */
export function numberOf({ prime }: Party, imei: string, kind: NumberKind): number {
  return prime * ((DEVICES.indexOf(imei) + 1) * KINDS.length + KINDS.indexOf(kind));
}

/** Returns whether the number is one of the caller's for this device. */
export function isNumberOf(party: Party, imei: string, number: number): boolean {
  return KINDS.some((kind) => numberOf(party, imei, kind) === number);
}

/** Returns whether a call to the platform names the caller's account. */
export function isOfAccount({ accountNumber }: Party, { path, body }: RecordedRequest): boolean {
  return `${path}${body.toString()}`.includes(accountNumber);
}
