export type SessionState = 'live' | 'expired' | 'unknown';

export interface SessionTokens {
  open(): string;
  /** Tells the state of a session and, where it is live, prolongs it. */
  use(token: string): SessionState;
  end(token: string): void;
  expireAll(): void;
}

export interface SessionTokensOptions {
  now: () => number;
  createId: () => string;
  idleMinutes: number;
}

const REMEMBERED_TOKENS = 10_000;

/** Keeps session tokens, any number of them live at once, each until it was idle too long or ended. */
export function createSessionTokens({ now, createId, idleMinutes }: SessionTokensOptions): SessionTokens {
  const deadlines = new Map<string, number>();

  function prolong(token: string): void {
    deadlines.set(token, now() + idleMinutes * 60_000);
  }

  return {
    open() {
      const token = createId();
      prolong(token);
      for (const oldest of deadlines.keys()) {
        if (deadlines.size <= REMEMBERED_TOKENS) break;
        deadlines.delete(oldest);
      }
      return token;
    },
    use(token) {
      const deadline = deadlines.get(token);
      if (deadline === undefined) return 'unknown';
      if (now() >= deadline) return 'expired';
      prolong(token);
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
