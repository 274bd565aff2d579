/** The outcome of a login. */
export type Attempt = 'accepted' | 'rejected' | 'locked';

export interface User {
  attempt(username: string, password: string): Attempt;
  /** `maxFailedLogins` is the longest run of failed logins since the start. */
  state(): { failedLogins: number; maxFailedLogins: number; locked: boolean; logins: number };
  change(settings: { locked?: boolean; failedLogins?: number; password?: string }): void;
}

const MAX_FAILED_LOGINS = 5;

/** Creates the only user who can log in. Five failed logins in a row lock the user until `change` unlocks it. */
export function createUser(credentials: { username: string; password: string }): User {
  let { password } = credentials;
  let failedLogins = 0;
  let maxFailedLogins = 0;
  let locked = false;
  let logins = 0;

  return {
    attempt(username, passwordSent) {
      logins += 1;
      if (username !== credentials.username) return 'rejected';
      if (locked) return 'locked';
      if (passwordSent === password) {
        failedLogins = 0;
        return 'accepted';
      }
      failedLogins += 1;
      maxFailedLogins = Math.max(maxFailedLogins, failedLogins);
      locked = failedLogins >= MAX_FAILED_LOGINS;
      return 'rejected';
    },
    state: () => ({ failedLogins, maxFailedLogins, locked, logins }),
    change(settings) {
      failedLogins = settings.failedLogins ?? (settings.locked === false ? 0 : failedLogins);
      locked = settings.locked ?? locked;
      password = settings.password ?? password;
    },
  };
}
