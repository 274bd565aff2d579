import { imeisOf, WINDOW } from '../world/async-world.ts';
import type { RecordedRequest } from '../fakes/recording-platform.ts';

/** One of two callers who know of each other, and may see nothing of each other. */
export interface Party {
  readonly name: 'anne' | 'bert';
  readonly accountNumber: string;
  /** Of every figure of this caller, and of none of the other's. */
  readonly prime: number;
  /** What only answers to this caller may hold. */
  readonly marks: readonly string[];
  /** What shows who calls. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Both ask for the same devices: only for whom differs. */
export const DEVICES = imeisOf(12);
export const DAYS = Array.from({ length: 3 }, (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}`);
export const END_DATE = WINDOW.endDate;

const PRIMES = { anne: 10_007, bert: 10_009 };
export const MIN_FIGURE = 10_000;

export type FigureKind = 'usage' | 'sessions' | 'message';
const KINDS: readonly FigureKind[] = ['usage', 'sessions', 'message'];

export function createParty(
  name: Party['name'],
  accountNumber: string,
  headers: Party['headers'],
  isAlone: boolean,
): Party {
  const marks = [`of-${name}`, ...Object.values(headers).flatMap((value) => value.split(' ').slice(-1))];
  return { name, accountNumber, prime: PRIMES[name], marks: isAlone ? [accountNumber, ...marks] : marks, headers };
}

/** What the platform says of a device to a caller: it tells the caller, the device, and in which report. */
export function figureOf({ prime }: Party, imei: string, kind: FigureKind): number {
  return prime * ((DEVICES.indexOf(imei) + 1) * KINDS.length + KINDS.indexOf(kind));
}

/** The devices whose figure it can be; none where it is no figure of the caller's, or of another kind. */
export function isFigureOf(party: Party, imei: string, figure: number): boolean {
  return KINDS.some((kind) => figureOf(party, imei, kind) === figure);
}

/** Whether a call to the platform is about the caller's account. */
export function isOfAccount({ accountNumber }: Party, { path, body }: RecordedRequest): boolean {
  return `${path}${body.toString()}`.includes(accountNumber);
}
