// A file of its own: what records usage is loaded only if usage is recorded.
import type { AccountNumber } from '../domain/account.ts';
import type { UsageRecord, UsageRecordOptions } from './usage-record.ts';

/** Opens the record of usage, and starts to record; null if none is to be recorded. Rejects with StoreError. */
export async function openUsageRecord(
  options: Omit<UsageRecordOptions, 'own' | 'accountNumber'> & {
    readonly platform: { readonly own: UsageRecordOptions['own'] | null };
  },
): Promise<UsageRecord | null> {
  const { config, platform } = options;
  const { accountNumber } = config.platform;
  if (config.record.recordMode !== 'daily' || platform.own === null || accountNumber === null) return null;
  if (config.record.recordIsSample && (await hasOtherRecord(options.asyncReports, accountNumber))) return null;
  const { startUsageRecord } = await import('./usage-record.ts');
  return startUsageRecord({ ...options, own: platform.own, accountNumber });
}

/** Whether the store has the record of another account. Its readers in SQL expect no sample beside it. */
async function hasOtherRecord(
  { store }: Pick<UsageRecordOptions['asyncReports'], 'store'>,
  accountNumber: AccountNumber,
): Promise<boolean> {
  const days = await store.record.listDays();
  return days.some((day) => day.accountNumber !== accountNumber);
}
