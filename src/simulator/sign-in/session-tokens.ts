import { toDeadSession, type DeadSession } from './dead-session.ts';

export interface SessionTokens {
  open(): string;
  /** Extends a live session; returns the error of a call with any other. */
  use(token: string): DeadSession | undefined;
  end(token: string): void;
  /** Ends all sessions that are open now; those that ended before are answered this way from now on, too. */
  expireAll(answer?: DeadSession): void;
}

export interface SessionTokensOptions {
  now: () => number;
  createId: () => string;
  idleMinutes: number;
  /** Whether a new session ends all others. */
  oneAtATime: boolean;
}

const MAX_TOKENS = 10_000;

/** Issues session tokens. Each lives until it is idle for `idleMinutes` or ended. */
export function createSessionTokens({ now, createId, idleMinutes, oneAtATime }: SessionTokensOptions): SessionTokens {
  const deadlines = new Map<string, { atMilliseconds: number; answer: DeadSession }>();
  const expired = toDeadSession('codeExpired');

  function extend(token: string): void {
    deadlines.set(token, { atMilliseconds: now() + idleMinutes * 60_000, answer: expired });
  }

  function expireAll(answer = expired): void {
    for (const token of deadlines.keys()) deadlines.set(token, { atMilliseconds: Number.NEGATIVE_INFINITY, answer });
  }

  return {
    open() {
      if (oneAtATime) expireAll();
      const token = createId();
      extend(token);
      for (const oldest of deadlines.keys()) {
        if (deadlines.size <= MAX_TOKENS) break;
        deadlines.delete(oldest);
      }
      return token;
    },
    use(token) {
      const deadline = deadlines.get(token);
      if (deadline === undefined) return toDeadSession('codeInvalid');
      if (now() >= deadline.atMilliseconds) return deadline.answer;
      extend(token);
      return undefined;
    },
    end(token) {
      deadlines.delete(token);
    },
    expireAll,
  };
}
