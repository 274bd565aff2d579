export type SessionState = 'live' | 'expired' | 'unknown';

export interface SessionTokens {
  open(): string;
  /** Returns the state of a session, and extends it if it is live. */
  use(token: string): SessionState;
  end(token: string): void;
  expireAll(): void;
}

export interface SessionTokensOptions {
  now: () => number;
  createId: () => string;
  idleMinutes: number;
}

const MAX_TOKENS = 10_000;

/** Issues session tokens. Any number can be live; each lives until it is idle for `idleMinutes` or ended. */
export function createSessionTokens({ now, createId, idleMinutes }: SessionTokensOptions): SessionTokens {
  const deadlines = new Map<string, number>();

  function extend(token: string): void {
    deadlines.set(token, now() + idleMinutes * 60_000);
  }

  return {
    open() {
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
      if (deadline === undefined) return 'unknown';
      if (now() >= deadline) return 'expired';
      extend(token);
      return 'live';
    },
    end(token) {
      deadlines.delete(token);
    },
    expireAll() {
      for (const token of deadlines.keys()) deadlines.set(token, Number.NEGATIVE_INFINITY);
    },
  };
}
