import { isAccountNumber, type AccountNumber } from '../../../src/domain/account.ts';
import { isImei, type Imei } from '../../../src/domain/imei.ts';
import type { ErrorMessage, UsageMessage } from '../../../src/async-reports/async-report.ts';
import type { Page, PageQuery } from '../../../src/async-reports/store/page.ts';
import type { NewAsyncReport } from '../../../src/async-reports/store/store.ts';
import { NOON } from './stores.ts';

export const ACCOUNT = toAccount('0844021539-00001');
export const OTHER_ACCOUNT = toAccount('0844021539-00002');

export function toAccount(text: string): AccountNumber {
  if (!isAccountNumber(text)) throw new Error(`not an account number: ${text}`);
  return text;
}

/** The IMEI of the device with this number, from 0. */
export function toImei(number: number): Imei {
  const imei = String(990_000_000_000_000 + number);
  if (!isImei(imei)) throw new Error(`not an IMEI: ${imei}`);
  return imei;
}

export function toImeis(count: number): Imei[] {
  return Array.from({ length: count }, (_, number) => toImei(number));
}

/** A report that was accepted at noon. `devices` is the number of requested devices; null means the whole account. */
export function toRequest(txid: string, devices: number | null, more: Partial<NewAsyncReport> = {}): NewAsyncReport {
  return {
    txid,
    accountNumber: ACCOUNT,
    owner: '',
    inputJson: JSON.stringify({ devices }),
    expectedImeis: devices === null ? null : toImeis(devices),
    acceptedAtMs: NOON,
    status: 'QUEUED',
    isFiltered: false,
    lease: null,
    ...more,
  };
}

export function toUsage(txid: string, device: number, more: Partial<UsageMessage> = {}): UsageMessage {
  return {
    kind: 'usage',
    txid,
    imei: toImei(device),
    numberOfSessions: device % 7,
    bytesTransferred: device * 1000,
    receivedAtMs: NOON,
    ...more,
  };
}

export function toError(txid: string, device: number | null, more: Partial<ErrorMessage> = {}): ErrorMessage {
  return {
    kind: 'error',
    txid,
    imei: device === null ? null : toImei(device),
    errorMessage: 'The device did not answer.',
    errorResponse: {
      errorCode: 'INTERNAL_ERROR',
      errorMessage: null,
      httpStatusCode: '500 INTERNAL',
      detailErrorMessage: null,
    },
    receivedAtMs: NOON,
    ...more,
  };
}

/** Reads a list page by page and returns all its rows. Calls `between` after each page but the last. */
export async function readAll<T>(
  read: (page: PageQuery) => Promise<Page<T>>,
  first: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<T[]> {
  const nodes: T[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page<T> = await read({ first, after });
    nodes.push(...page.rows.map(({ node }) => node));
    after = page.rows.at(-1)?.cursor ?? after;
    if (!page.hasNextPage) return nodes;
    await between();
  }
}
