import type { DeviceErrorText } from '../../domain/device-usage.ts';
import { isImei, type Imei } from '../../domain/imei.ts';
import { isNameless } from '../messages.ts';
import type { StoredError, StoredUsage } from './store.ts';
import { StoreError } from './store-error.ts';
import { OUTCOME, type DeviceRow } from './tables.ts';

/** The columns that hold the result of a device. */
export type ResultRow = Pick<DeviceRow, 'device' | 'outcome' | 'sessions' | 'bytes' | 'error_json' | 'received_at'>;

export const RESULT_COLUMNS = ['device', 'outcome', 'sessions', 'bytes', 'error_json', 'received_at'] as const;

/** Reads the usage or the error of a row. Throws FAILED if it has neither. */
export function toResult(row: ResultRow): StoredUsage | StoredError {
  return row.outcome === OUTCOME.usage ? toUsage(row) : toError(row);
}

/** Reads the usage of a row. Throws FAILED if the device is not an IMEI. */
export function toUsage(row: ResultRow): StoredUsage {
  return {
    kind: 'usage',
    imei: readImei(row.device),
    numberOfSessions: row.sessions,
    bytesTransferred: row.bytes,
    receivedAtMs: row.received_at ?? 0,
  };
}

/** Reads the error of a row. Throws FAILED if it has none. */
export function toError(row: ResultRow): StoredError {
  return {
    kind: 'error',
    imei: isNameless(row.device) ? null : readImei(row.device),
    ...readErrorText(row.error_json),
    receivedAtMs: row.received_at ?? 0,
  };
}

/** Reads the device column as an IMEI. Throws FAILED if it is not one. */
export function readImei(device: string): Imei {
  if (!isImei(device)) throw new StoreError('FAILED');
  return device;
}

/** Reads the stored JSON of an error. Throws FAILED if there is none. */
export function readErrorText(json: string | null): DeviceErrorText {
  if (json === null) throw new StoreError('FAILED');
  return JSON.parse(json) as DeviceErrorText;
}
