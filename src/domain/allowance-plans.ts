import type { AccountNumber } from './account.ts';
import type { Imei } from './imei.ts';
import type { UsageFilters } from './report-filters.ts';

/** What a billing cycle includes, for a whole account or for one of its data plans. */
export interface AllowancePlan {
  readonly accountNumber: AccountNumber;
  /** Null if it covers the whole account. */
  readonly dataPlan: string | null;
  /** Bytes that all devices share. Null if each device adds its own. */
  readonly includedBytes: number | null;
  /** Bytes that each device adds. Null if the number of devices does not matter. */
  readonly includedBytesPerDevice: number | null;
  /** 1 to 31. */
  readonly cycleStartDay: number;
  /** An IANA name. */
  readonly timeZone: string;
}

/** Which devices an allowance is wanted for. */
interface SelectedDevices {
  readonly accountNumber: AccountNumber;
  /** Empty for every device of the account. */
  readonly imeis: readonly Imei[];
  readonly filters: UsageFilters;
}

/**
 * The plan that covers these devices: that of the data plan they are filtered by, otherwise that of the account. Null if there is none, or
 * if its bytes are shared with devices that were left out, because a share of them would say nothing.
 */
export function findAllowancePlan(
  plans: readonly AllowancePlan[],
  { accountNumber, imeis, filters }: SelectedDevices,
): AllowancePlan | null {
  const { dataPlan, deviceGroup, deviceLabel } = filters;
  const own = listAllowancePlans(plans, accountNumber);
  const plan = own.find((each) => each.dataPlan === dataPlan) ?? own.find((each) => each.dataPlan === null);
  if (plan === undefined) return null;
  const isWhole = imeis.length === 0 && deviceGroup === null && deviceLabel === null && plan.dataPlan === dataPlan;
  return isWhole || plan.includedBytesPerDevice !== null ? plan : null;
}

/** The plans of an account. */
export function listAllowancePlans(plans: readonly AllowancePlan[], accountNumber: AccountNumber): AllowancePlan[] {
  return plans.filter((plan) => plan.accountNumber === accountNumber);
}

/** What a plan includes for so many devices; null if that exceeds 2^53-1. */
export function toIncludedBytes(
  { includedBytes, includedBytesPerDevice }: AllowancePlan,
  devices: number,
): number | null {
  const bytes = includedBytes ?? (includedBytesPerDevice ?? 0) * devices;
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}
