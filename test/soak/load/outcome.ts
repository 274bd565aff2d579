/**
 * The result of an operation. right: everything agrees with what the platform knows; partly: some devices failed, and the rest is
 * right; error: all of it failed; wrong: the response contains something that is not true; hang: there was no response within
 * the limit.
 */
export type AttemptOutcome = 'right' | 'partly' | 'error' | 'wrong' | 'hang';

export interface Checked {
  readonly verdict: AttemptOutcome;
  /** The codes of all failures, except errors that the platform is expected to report. */
  readonly codes: readonly string[];
  /** What is wrong; null if nothing is. */
  readonly detail: string | null;
  /** Whether the response warns that its usage is stale. */
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

/** Combines the verdicts on the parts of a response: wrong or hang wins over failed, and failed over right. */
export function together(parts: readonly Checked[]): Checked {
  const bad = parts.find(({ verdict }) => verdict === 'wrong') ?? parts.find(({ verdict }) => verdict === 'hang');
  if (bad !== undefined) return bad;
  const codes = [...new Set(parts.flatMap((part) => part.codes))];
  if (codes.length === 0) return RIGHT;
  const isWholly = parts.every(({ verdict }) => verdict === 'error');
  return { verdict: isWholly ? 'error' : 'partly', codes, detail: null };
}
