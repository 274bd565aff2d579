/**
 * What an operation came to. right: all of it is what the platform knows; partly: the answer has failures in the places of
 * devices, and the rest is right; error: it failed as a whole; wrong: it says something that is not so; hang: it was not
 * answered within the limit.
 */
export type AttemptOutcome = 'right' | 'partly' | 'error' | 'wrong' | 'hang';

export interface Checked {
  readonly verdict: AttemptOutcome;
  /** Of every failure that the platform itself did not cause by what it knows. */
  readonly codes: readonly string[];
  /** What is wrong, in words; null where nothing is. */
  readonly detail: string | null;
  /** Whether the answer warns that its figures are older than usual. */
  readonly isStale?: boolean;
}

export interface Outcome extends Checked {
  readonly operation: string;
  readonly startedAtMs: number;
  readonly tookMs: number;
}

export const RIGHT: Checked = { verdict: 'right', codes: [], detail: null };

export function wrong(detail: string): Checked {
  return { verdict: 'wrong', codes: [], detail };
}

export function failure(codes: readonly string[]): Checked {
  return { verdict: 'error', codes, detail: null };
}

/** One verdict over the parts of an answer: what is wrong or hangs before what failed, that before what is right. */
export function together(parts: readonly Checked[]): Checked {
  const bad = parts.find(({ verdict }) => verdict === 'wrong') ?? parts.find(({ verdict }) => verdict === 'hang');
  if (bad !== undefined) return bad;
  const codes = [...new Set(parts.flatMap((part) => part.codes))];
  if (codes.length === 0) return RIGHT;
  const isWholly = parts.every(({ verdict }) => verdict === 'error');
  return { verdict: isWholly ? 'error' : 'partly', codes, detail: null };
}
