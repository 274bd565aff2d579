import type { AccountNumber } from './account.ts';
import { ReportError } from './errors.ts';

/** What a caller may be allowed to do. */
export type Scope = 'reports:read' | 'reports:request' | 'listeners:manage';

/** Who calls, and what they may do. */
export interface Access {
  /** The same text for the same caller; nobody is shown it. Null where callers are not told apart. */
  readonly principal: string | null;
  /** The accounts whose figures they may see; null for all. */
  readonly accounts: ReadonlySet<string> | null;
  /** Null for everything. */
  readonly scopes: ReadonlySet<string> | null;
  /** Epoch milliseconds; null where it has no end. */
  readonly endsAtMs: number | null;
  /** The caller's own tokens for the platform; null where this server's credentials serve. */
  readonly tokens: PlatformTokens | null;
  /** Whose the reports that it starts are, among those of an account; empty where all who may see the account share them. */
  readonly owner: string;
}

export interface PlatformTokens {
  readonly bearer: string;
  readonly session: string;
}

/** The access of a server that does not ask who calls. */
export const ANYONE: Access = {
  principal: null,
  accounts: null,
  scopes: null,
  endsAtMs: null,
  tokens: null,
  owner: '',
};

/** FORBIDDEN where the scope was not granted, else null. */
export function checkScope({ scopes }: Access, scope: Scope): ReportError | null {
  if (scopes === null || scopes.has(scope)) return null;
  const message = `The token does not have the scope ${scope}. Ask whoever issues it to grant that.`;
  return new ReportError('FORBIDDEN', message);
}

/** Throws FORBIDDEN where the scope was not granted. */
export function requireScope(access: Access, scope: Scope): void {
  const error = checkScope(access, scope);
  if (error !== null) throw error;
}

/** Throws FORBIDDEN where the caller may not see the account. */
export function requireAccount(access: Access, accountNumber: AccountNumber): void {
  if (maySee(access, accountNumber)) return;
  throw new ReportError(
    'FORBIDDEN',
    'The token does not list this account. Name one that it lists, or ask whoever issues it to add the account.',
  );
}

function maySee({ accounts }: Access, accountNumber: string): boolean {
  return accounts === null || accounts.has(accountNumber);
}

/** Whether a report that is kept here is one of the caller's. */
export function maySeeReport(
  access: Access,
  { accountNumber, owner }: { readonly accountNumber: string; readonly owner: string },
): boolean {
  return owner === access.owner && maySee(access, accountNumber);
}
