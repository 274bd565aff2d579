import type { DeviceError, DeviceErrorText, DeviceResult, DeviceUsage } from '../../domain/device-usage.ts';
import { isImei, type Imei } from '../../domain/imei.ts';
import { isNameless } from '../messages.ts';
import { StoreError } from './store-error.ts';
import { OUTCOME, type DeviceRow } from './tables.ts';

/** The columns that hold the result of a device. */
export const RESULT_COLUMNS = ['device', 'outcome', 'sessions', 'bytes', 'error_json'] as const;
export type ResultRow = Pick<DeviceRow, (typeof RESULT_COLUMNS)[number]>;

/** Reads the usage or the error of a row. Throws FAILED if it has neither. */
export function toResult(row: ResultRow): DeviceResult {
  return row.outcome === OUTCOME.usage ? toUsage(row) : toError(row);
}

/** Reads the usage of a row. Throws FAILED if the device is not an IMEI. */
export function toUsage(row: ResultRow): DeviceUsage {
  return {
    kind: 'usage',
    imei: readImei(row.device),
    numberOfSessions: row.sessions,
    bytesTransferred: row.bytes,
  };
}

/** Reads the error of a row. Throws FAILED if it has none. */
export function toError(row: ResultRow): DeviceError {
  return {
    kind: 'error',
    imei: isNameless(row.device) ? null : readImei(row.device),
    ...readErrorText(row.error_json),
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
