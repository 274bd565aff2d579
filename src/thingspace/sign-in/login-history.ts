import { z } from 'zod';
import { type UpstreamSaid, ReportError } from '../../domain/errors.ts';

/** What is known of one user's logins, by all processes together. */
export type SignInRecord = z.infer<typeof Noted>;
export type NotedLogin = SignInRecord['underWay'][number];

const Said = z.object({
  status: z.number().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
const Noted = z.object({
  /** Refusals in a row, by the fingerprint of the credentials, newest first. */
  refused: z.array(z.object({ fingerprint: z.string(), times: z.int(), said: Said })).readonly(),
  /** Logins in a row that the carrier counted as failed, or may have counted. */
  mayHaveCounted: z.int(),
  /** Logins that were noted before they went out, and whose outcome is not noted. */
  underWay: z.array(z.object({ id: z.string(), atMs: z.number() })).readonly(),
  lastBegun: z.string().nullable(),
  /** Failures in a row for no fault of the password. */
  failures: z.int(),
  /** No login is begun before it is over. */
  pause: z.object({ fromMs: z.number(), milliseconds: z.number() }).nullable(),
});

/** How a login, or a token call, ended. */
export type LoginOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'refused'; readonly said: UpstreamSaid }
  /** It may count as a failed one. */
  | { readonly kind: 'uncertain' }
  /** It brought no session, though surely for no fault of the password; the platform may ask for a pause. */
  | { readonly kind: 'failed'; readonly atLeastSeconds: number }
  /** It never arrived, or the platform did not look at it. */
  | { readonly kind: 'withdrawn' };

export const MOST_REFUSALS = 2;
export const MOST_FAILED_LOGINS = 4;
const MOST_FINGERPRINTS = 5;
const FIRST_UNCERTAIN_PAUSE_MS = 10_000;
const FIRST_FAILURE_PAUSE_MS = 5_000;
/** No longer, so that sign-in is back soon after an outage; these failures cannot lock the user. */
const LONGEST_FAILURE_PAUSE_MS = 15_000;
const LONGEST_TOLD_PAUSE_SECONDS = 300;

export const NOTHING_NOTED: SignInRecord = {
  refused: [],
  mayHaveCounted: 0,
  underWay: [],
  lastBegun: null,
  failures: 0,
  pause: null,
};

/** Reads a note; one that nobody can read may stand for any number of failures. */
export function readRecord(text: string | null): SignInRecord {
  if (text === null) return NOTHING_NOTED;
  try {
    return Noted.parse(JSON.parse(text));
  } catch {
    return { ...NOTHING_NOTED, mayHaveCounted: MOST_FAILED_LOGINS };
  }
}

/** The refusals of these credentials, and what the platform said to the last. */
export function refusalsOf(record: SignInRecord, fingerprint: string): { times: number; said: UpstreamSaid | null } {
  return record.refused.find((each) => each.fingerprint === fingerprint) ?? { times: 0, said: null };
}

/** How many logins in a row may count as failed; one under way is one of them until its outcome is known. */
export function countFailed({ mayHaveCounted, underWay }: SignInRecord): number {
  return mayHaveCounted + underWay.length;
}

/** A login that is about to go out. If nothing more is heard of it, it counts as one without an answer. */
export function begin(record: SignInRecord, login: NotedLogin): SignInRecord {
  return {
    ...record,
    underWay: [...record.underWay, login],
    lastBegun: login.id,
    pause: { fromMs: login.atMs, milliseconds: toUncertainPauseMs(countFailed(record)) },
  };
}

export interface Settling {
  /** The login's; null for a token call, which no lock counts. */
  readonly id: string | null;
  readonly fingerprint: string;
  readonly nowMs: number;
  /** Which of the other logins can still arrive. */
  readonly mayBeUnderWay: (login: NotedLogin) => boolean;
}

/** What is known once a login or a token call has ended. */
export function settle(record: SignInRecord, settling: Settling, outcome: LoginOutcome): SignInRecord {
  const { id, fingerprint, nowMs, mayBeUnderWay } = settling;
  const underWay = record.underWay.filter((login) => login.id !== id);
  const rest = { ...record, underWay, pause: id === null ? record.pause : null };
  switch (outcome.kind) {
    case 'succeeded':
      // What began after it may have failed after it.
      if (record.lastBegun !== id) return rest;
      return {
        ...NOTHING_NOTED,
        refused: record.refused.filter((each) => each.fingerprint !== fingerprint),
        underWay: underWay.filter(mayBeUnderWay),
      };
    case 'refused':
      return {
        ...rest,
        refused: addRefusal(record, fingerprint, outcome.said),
        mayHaveCounted: record.mayHaveCounted + (id === null ? 0 : 1),
      };
    case 'uncertain': {
      const pause = { fromMs: nowMs, milliseconds: toUncertainPauseMs(countFailed(rest)) };
      return { ...rest, mayHaveCounted: record.mayHaveCounted + 1, pause };
    }
    case 'failed': {
      const ownMs = record.failures === 0 ? 0 : FIRST_FAILURE_PAUSE_MS * 2 ** Math.min(record.failures - 1, 10);
      const toldMs = Math.min(outcome.atLeastSeconds, LONGEST_TOLD_PAUSE_SECONDS) * 1000;
      const milliseconds = Math.max(Math.min(ownMs, LONGEST_FAILURE_PAUSE_MS), toldMs);
      return { ...rest, failures: record.failures + 1, pause: { fromMs: nowMs, milliseconds } };
    }
    case 'withdrawn':
      return rest;
  }
}

function addRefusal(record: SignInRecord, fingerprint: string, said: UpstreamSaid): SignInRecord['refused'] {
  const times = refusalsOf(record, fingerprint).times + 1;
  const others = record.refused.filter((each) => each.fingerprint !== fingerprint);
  return [{ fingerprint, times, said }, ...others].slice(0, MOST_FINGERPRINTS);
}

/** Three times as long after each: a short outage does not shut sign-in. */
function toUncertainPauseMs(countedBefore: number): number {
  return FIRST_UNCERTAIN_PAUSE_MS * 3 ** countedBefore;
}

const VARIABLES = 'THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD';

/** SIGN_IN_REFUSED, with what the operator can do about it. */
export function toRefusal(record: SignInRecord, fingerprint: string): ReportError {
  const { times, said } = refusalsOf(record, fingerprint);
  return new ReportError('SIGN_IN_REFUSED', toAdvice(record, times), said === null ? {} : { upstream: said });
}

function toAdvice(record: SignInRecord, refusals: number): string {
  if (countFailed(record) >= MOST_FAILED_LOGINS) {
    return (
      'Sign-in is shut: one more failed login could lock the user at the carrier. ' +
      `Make sure that ${VARIABLES} are right, then run npm run rearm-sign-in.`
    );
  }
  if (refusals >= MOST_REFUSALS) {
    return (
      `Sign-in is shut after repeated failures, before the carrier locks the user. Correct ${VARIABLES}, then restart the server; ` +
      'where they are right, run npm run rearm-sign-in.'
    );
  }
  return `The platform refuses the credentials. Check ${VARIABLES}: after one more refusal sign-in stays shut.`;
}
