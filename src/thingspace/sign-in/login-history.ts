import { z } from 'zod';
import type { RejectedCredentials, UpstreamSaid } from '../../domain/errors.ts';

/** What all processes together know about one user's logins. Stored as JSON, so its keys cannot be renamed. */
export type LoginHistory = z.infer<typeof StoredHistory>;
/** A recorded login without a recorded outcome. */
export type NotedLogin = LoginHistory['underWay'][number];

const Said = z.object({
  status: z.number().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
const StoredHistory = z.object({
  /** Rejections in a row for each set of credentials, newest first. */
  refused: z
    .array(
      z.object({
        fingerprint: z.string(),
        times: z.int(),
        said: Said,
        /** Which half was rejected the last time; null in a history of an older version, which did not record it. */
        credentials: z.literal(['application', 'user']).nullable().catch(null),
      }),
    )
    .readonly(),
  /** Logins in a row that the carrier counted as failed, or may have counted. */
  mayHaveCounted: z.int(),
  /** Logins that were recorded before they were sent and have no recorded outcome yet. */
  underWay: z.array(z.object({ id: z.string(), atMs: z.number() })).readonly(),
  lastBegun: z.string().nullable(),
  /** Failures in a row for a reason other than the password. */
  failures: z.int(),
  /** No login starts before this pause is over. */
  pause: z.object({ fromMs: z.number(), milliseconds: z.number() }).nullable(),
});

/** How a login or a token call ended. */
export type LoginOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'rejected'; readonly said: UpstreamSaid; readonly credentials: RejectedCredentials }
  /** The carrier may count it as a failed login. */
  | { readonly kind: 'uncertain' }
  /** It opened no session, but certainly not because of the password. The platform may ask for a pause. */
  | { readonly kind: 'failed'; readonly atLeastSeconds: number }
  /** It never arrived, or the platform did not process it. */
  | { readonly kind: 'withdrawn' };

/** Rejections in a row of the same credentials that block sign-in. */
export const MAX_REJECTIONS = 2;
/** Logins in a row, failed or possibly failed, that block sign-in: the carrier locks the user after five. */
export const MAX_FAILED_LOGINS = 4;
const MAX_FINGERPRINTS = 5;
const FIRST_UNCERTAIN_PAUSE_MS = 10_000;
const FIRST_FAILURE_PAUSE_MS = 5_000;
/** Short, so that sign-in recovers soon after an outage; these failures cannot lock the user. */
const MAX_FAILURE_PAUSE_MS = 15_000;
const MAX_REQUESTED_PAUSE_SECONDS = 300;

/** The history of a user without failed logins. */
export const EMPTY_HISTORY: LoginHistory = {
  refused: [],
  mayHaveCounted: 0,
  underWay: [],
  lastBegun: null,
  failures: 0,
  pause: null,
};

/** Reads a stored history. One that cannot be read blocks sign-in, because it may stand for any number of failures. */
export function readHistory(text: string | null): LoginHistory {
  if (text === null) return EMPTY_HISTORY;
  try {
    return StoredHistory.parse(JSON.parse(text));
  } catch {
    return { ...EMPTY_HISTORY, mayHaveCounted: MAX_FAILED_LOGINS };
  }
}

/** Rejections in a row of one set of credentials, and what the platform said the last time. */
export interface Rejections {
  readonly times: number;
  readonly said: UpstreamSaid | null;
  readonly credentials: RejectedCredentials | null;
}

/** How often in a row these credentials were rejected. */
export function rejectionsOf(history: LoginHistory, fingerprint: string): Rejections {
  const ofThese = history.refused.find((each) => each.fingerprint === fingerprint);
  return ofThese ?? { times: 0, said: null, credentials: null };
}

/** How many logins in a row may count as failed. A login in flight is one of them until its outcome is known. */
export function countFailed({ mayHaveCounted, underWay }: LoginHistory): number {
  return mayHaveCounted + underWay.length;
}

/** How many more logins may fail before sign-in with these credentials is blocked. */
export function countLoginsLeft(history: LoginHistory, fingerprint: string): number {
  const left = MAX_REJECTIONS - rejectionsOf(history, fingerprint).times;
  return Math.max(0, Math.min(left, MAX_FAILED_LOGINS - countFailed(history)));
}

/** Records a login that is about to be sent. Without a later `settle`, it counts as a login with an unknown outcome. */
export function begin(history: LoginHistory, login: NotedLogin): LoginHistory {
  return {
    ...history,
    underWay: [...history.underWay, login],
    lastBegun: login.id,
    pause: { fromMs: login.atMs, milliseconds: toUncertainPauseMs(countFailed(history)) },
  };
}

/** The login that has ended, and when. */
export interface Settling {
  /** The login's id; null for a token call, which the carrier does not count. */
  readonly id: string | null;
  readonly fingerprint: string;
  readonly nowMs: number;
  /** Whether another login can still arrive at the platform. */
  readonly mayBeInFlight: (login: NotedLogin) => boolean;
}

/** The history after a login or a token call has ended. */
export function settle(history: LoginHistory, settling: Settling, outcome: LoginOutcome): LoginHistory {
  const { id, fingerprint, nowMs, mayBeInFlight } = settling;
  const underWay = history.underWay.filter((login) => login.id !== id);
  const rest = { ...history, underWay, pause: id === null ? history.pause : null };
  switch (outcome.kind) {
    case 'succeeded':
      // A login that began later may have failed after this success.
      if (history.lastBegun !== id) return rest;
      return {
        ...EMPTY_HISTORY,
        refused: history.refused.filter((each) => each.fingerprint !== fingerprint),
        underWay: underWay.filter(mayBeInFlight),
      };
    case 'rejected':
      return {
        ...rest,
        refused: addRejection(history, fingerprint, outcome),
        mayHaveCounted: history.mayHaveCounted + (id === null ? 0 : 1),
      };
    case 'uncertain': {
      const pause = { fromMs: nowMs, milliseconds: toUncertainPauseMs(countFailed(rest)) };
      return { ...rest, mayHaveCounted: history.mayHaveCounted + 1, pause };
    }
    case 'failed': {
      const ownMs = history.failures === 0 ? 0 : FIRST_FAILURE_PAUSE_MS * 2 ** Math.min(history.failures - 1, 10);
      const requestedMs = Math.min(outcome.atLeastSeconds, MAX_REQUESTED_PAUSE_SECONDS) * 1000;
      const milliseconds = Math.max(Math.min(ownMs, MAX_FAILURE_PAUSE_MS), requestedMs);
      return { ...rest, failures: history.failures + 1, pause: { fromMs: nowMs, milliseconds } };
    }
    case 'withdrawn':
      return rest;
  }
}

function addRejection(
  history: LoginHistory,
  fingerprint: string,
  { said, credentials }: Extract<LoginOutcome, { kind: 'rejected' }>,
): LoginHistory['refused'] {
  const times = rejectionsOf(history, fingerprint).times + 1;
  const others = history.refused.filter((each) => each.fingerprint !== fingerprint);
  return [{ fingerprint, times, said, credentials }, ...others].slice(0, MAX_FINGERPRINTS);
}

/** Tripled each time, so that a short outage does not use up the logins that are left. */
function toUncertainPauseMs(countedBefore: number): number {
  return FIRST_UNCERTAIN_PAUSE_MS * 3 ** countedBefore;
}
