export interface Credentials {
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
}

/** open: the user may see the account; not-purchased: it does not have the service; hidden: the user may not see it. */
export type AccountStanding = 'open' | 'not-purchased' | 'hidden';

export const ACCOUNT_NUMBER = '0844021539-00001';

const ACCOUNT_WITHOUT_SERVICE = '0742644905-00001';

export const CREDENTIALS: Credentials = {
  clientId: 'pq8gQv2eUZlJ0dVbTn4s7mXc1YfA',
  clientSecret: 'R5wKx9hLz3tBv6nGj2cDy8sPf0Ma',
  username: 'FLEETREPORTS01',
  password: 'Depot.Harbour-27',
};

/** Returns the simulated user's access to an account. */
export function standingOf(accountNumber: string): AccountStanding {
  if (accountNumber === ACCOUNT_NUMBER) return 'open';
  return accountNumber === ACCOUNT_WITHOUT_SERVICE ? 'not-purchased' : 'hidden';
}
