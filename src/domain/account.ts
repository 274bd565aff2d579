import type { ArgumentPath, InputFault } from './errors.ts';

/** A billing account of the carrier, with its leading zeros. */
export type AccountNumber = string & { readonly brand: 'AccountNumber' };

const ACCOUNT_NUMBER = /^[A-Za-z0-9-]{1,64}$/;

/** Whether a value is a string of 1 to 64 letters, digits and '-'. */
export function isAccountNumber(value: unknown): value is AccountNumber {
  return typeof value === 'string' && ACCOUNT_NUMBER.test(value);
}

/**
 * Returns the account number that was sent, or the configured one if none was. Adds a fault and returns null if there is neither,
 * or if the value is not an account number.
 */
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
          'No account number was sent, and there is no default (THINGSPACE_ACCOUNT_NUMBER, or the only account of a token). ' +
          'Send an account number.',
      });
    }
    return configured;
  }
  if (isAccountNumber(value)) return value;
  faults.push({
    argumentPath,
    message:
      "This is not a valid account number. Send a string of 1 to 64 letters, digits and '-', with leading zeros.",
  });
  return null;
}
