export type Attempt = 'welcome' | 'refused' | 'locked';

export interface User {
  attempt(username: string, password: string): Attempt;
  /** `maxFailedLogins` is the longest row of failed logins since the start. */
  state(): { failedLogins: number; maxFailedLogins: number; locked: boolean; logins: number };
  change(settings: { locked?: boolean; failedLogins?: number; password?: string }): void;
}

const FAILURES_UNTIL_LOCKED = 5;

/** Keeps the one user who may log in: five refusals in a row lock it until it is changed from outside. */
export function createUser(credentials: { username: string; password: string }): User {
  let { password } = credentials;
  let failedLogins = 0;
  let maxFailedLogins = 0;
  let locked = false;
  let logins = 0;

  return {
    attempt(username, given) {
      logins += 1;
      if (username !== credentials.username) return 'refused';
      if (locked) return 'locked';
      if (given === password) {
        failedLogins = 0;
        return 'welcome';
      }
      failedLogins += 1;
      maxFailedLogins = Math.max(maxFailedLogins, failedLogins);
      locked = failedLogins >= FAILURES_UNTIL_LOCKED;
      return 'refused';
    },
    state: () => ({ failedLogins, maxFailedLogins, locked, logins }),
    change(settings) {
      failedLogins = settings.failedLogins ?? (settings.locked === false ? 0 : failedLogins);
      locked = settings.locked ?? locked;
      password = settings.password ?? password;
    },
  };
}
