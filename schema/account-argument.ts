import { requireAccount } from '../src/domain/access.ts';
import { parseAccountNumber, type AccountNumber } from '../src/domain/account.ts';
import type { ArgumentPath, InputFault } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';

/** The account that is meant: the one named, else the caller's. Null and a fault where there is neither. Throws FORBIDDEN where the caller may not see it. */
export function parseAccount(
  sent: unknown,
  { accountNumber, access }: OperationContext,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): AccountNumber | null {
  const parsed = parseAccountNumber(sent, accountNumber, argumentPath, faults);
  if (parsed !== null) requireAccount(access, parsed);
  return parsed;
}
