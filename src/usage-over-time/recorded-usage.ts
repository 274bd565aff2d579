// A file of its own: whoever records usage provides this, and series know nothing else of it.
import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { BucketUsage } from './bucket-usage.ts';
import type { Period } from './periods.ts';

/** Usage that was recorded day by day, so that a series needs no call for it. */
export interface RecordedUsage {
  /** The time zone of its days: an IANA name in capitals. */
  readonly zoneName: string;
  /** The days of a period of which the account's usage is recorded, as numbers of days from 1970-01-01. */
  readonly listDays: (accountNumber: AccountNumber, period: Period) => ReadonlySet<number>;
  /** The usage in each of the periods, all of whose days are recorded: of the named devices, or of all if none are named. */
  readonly read: (
    accountNumber: AccountNumber,
    imeis: readonly Imei[],
    periods: readonly Period[],
  ) => Promise<readonly BucketUsage[]>;
}
