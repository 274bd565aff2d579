import type { AccountNumber } from './account.ts';
import { ReportError } from './errors.ts';

/** The scopes that fields require. */
export type Scope = 'reports:read' | 'reports:request' | 'listeners:manage' | 'operations';

/** Who sent a request, and what they may do. */
export interface Access {
  /**
   * Identifies the caller: the same text for all requests of one caller, never shown to anyone. Null if callers are not
   * identified.
   */
  readonly principal: string | null;
  /** Accounts that the caller may see; null for all. */
  readonly accounts: ReadonlySet<string> | null;
  /** Granted scopes; null for all. */
  readonly scopes: ReadonlySet<string> | null;
  /** When the access ends, in epoch milliseconds; null if it does not end. */
  readonly endsAtMs: number | null;
  /** The caller's own tokens for the platform; null if the server's credentials are used. */
  readonly tokens: PlatformTokens | null;
  /** Who owns the reports that the caller starts, within an account; empty if everyone who may see the account shares them. */
  readonly owner: string;
}

/** The two tokens that every report call sends (docs/upstream/README.md, "Signing in"). */
export interface PlatformTokens {
  readonly bearer: string;
  readonly session: string;
}

/** The access of every request if callers are not authenticated: everything. */
export const ANYONE: Access = {
  principal: null,
  accounts: null,
  scopes: null,
  endsAtMs: null,
  tokens: null,
  owner: '',
};

/** Returns FORBIDDEN if the scope was not granted, else null. */
export function checkScope({ scopes }: Access, scope: Scope): ReportError | null {
  if (scopes === null || scopes.has(scope)) return null;
  const message = `The token does not have the scope ${scope}. Ask the issuer of the token to grant it.`;
  return new ReportError('FORBIDDEN', message);
}

/** Returns UNAUTHENTICATED, for an access that has ended because its token has expired. */
export function toTokenOver(): ReportError {
  return new ReportError('UNAUTHENTICATED', 'The token has expired. Send a new one.');
}

/** Throws FORBIDDEN if the caller may not see the account. */
export function requireAccount(access: Access, accountNumber: AccountNumber): void {
  if (maySee(access, accountNumber)) return;
  throw new ReportError(
    'FORBIDDEN',
    'The token does not list this account. Use an account that it lists, or ask the issuer of the token to add this one.',
  );
}

function maySee({ accounts }: Access, accountNumber: string): boolean {
  return accounts === null || accounts.has(accountNumber);
}

/** Whether the caller may see the recorded usage of an account. With tokens of their own, callers see only what the platform shows them. */
export function maySeeRecord(access: Access, accountNumber: string): boolean {
  return access.tokens === null && maySee(access, accountNumber);
}

/** Whether a stored report is one of the caller's. */
export function maySeeReport(
  access: Access,
  { accountNumber, owner }: { readonly accountNumber: string; readonly owner: string },
): boolean {
  return owner === access.owner && maySee(access, accountNumber);
}
