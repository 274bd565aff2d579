import type { ArgumentPath, InputFault } from './errors.ts';

/** A billing account of the carrier, leading zeroes kept. */
export type AccountNumber = string & { readonly brand: 'AccountNumber' };

const ACCOUNT_NUMBER = /^[A-Za-z0-9-]{1,64}$/;

export function isAccountNumber(value: unknown): value is AccountNumber {
  return typeof value === 'string' && ACCOUNT_NUMBER.test(value);
}

/** The account asked for, or the configured one where none is named; null and a fault where there is neither. */
export function parseAccountNumber(
  value: unknown,
  configured: AccountNumber | null,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): AccountNumber | null {
  if (value === null || value === undefined) {
    if (configured === null) {
      faults.push({
        argumentPath,
        message:
          'No account is named, and none is meant without a name: the configured one (THINGSPACE_ACCOUNT_NUMBER), or the only one of a ' +
          'token. Name an account.',
      });
    }
    return configured;
  }
  if (isAccountNumber(value)) return value;
  faults.push({
    argumentPath,
    message: "This is no account number. Send 1 to 64 letters, digits and '-' as a string, leading zeroes included.",
  });
  return null;
}
