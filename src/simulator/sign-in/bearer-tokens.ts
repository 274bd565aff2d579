export interface BearerTokens {
  issue(): { token: string; expiresInSeconds: number };
  isLive(token: string): boolean;
  expireAll(): void;
  issuedCount(): number;
}

export interface BearerTokensOptions {
  now: () => number;
  createId: () => string;
  lifetimeSeconds: number;
}

/** Issues the bearer token. Until it expires, each request returns the same token with its remaining lifetime. */
export function createBearerTokens({ now, createId, lifetimeSeconds }: BearerTokensOptions): BearerTokens {
  let current: { token: string; expiresAtMilliseconds: number } | undefined;
  let issued = 0;

  function live(): typeof current {
    return current !== undefined && now() < current.expiresAtMilliseconds ? current : undefined;
  }

  return {
    issue() {
      issued += 1;
      current = live() ?? { token: createId(), expiresAtMilliseconds: now() + lifetimeSeconds * 1000 };
      return {
        token: current.token,
        expiresInSeconds: Math.floor((current.expiresAtMilliseconds - now()) / 1000),
      };
    },
    isLive: (token) => live()?.token === token,
    expireAll() {
      current = undefined;
    },
    issuedCount: () => issued,
  };
}
