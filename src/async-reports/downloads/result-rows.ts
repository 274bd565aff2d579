import type { AccountNumber } from '../../domain/account.ts';
import type { DeviceResult } from '../../domain/device-usage.ts';
import type { Column, Row } from './file-format.ts';

/** The columns of a file with the result of a report: a row for the usage or the error of each device. */
export const RESULT_COLUMNS: readonly Column[] = [
  { name: 'imei', type: 'IDENTIFIER' },
  { name: 'accountNumber', type: 'IDENTIFIER' },
  { name: 'status', type: 'TEXT' },
  { name: 'numberOfSessions', type: 'INT32' },
  { name: 'bytesTransferred', type: 'INT64' },
  { name: 'errorCode', type: 'TEXT' },
  // The message about the device, or else that of its error.
  { name: 'errorMessage', type: 'TEXT' },
  // The rest of the error, as `DeviceUsageError.errorResponse` has it.
  { name: 'httpStatusCode', type: 'TEXT' },
  { name: 'detailErrorMessage', type: 'TEXT' },
  { name: 'errorResponseMessage', type: 'TEXT' },
];

/** Converts a stored result to a row of these columns. */
export function toResultRow(stored: DeviceResult, accountNumber: AccountNumber): Row {
  const { imei } = stored;
  if (stored.kind === 'usage') {
    const { numberOfSessions, bytesTransferred } = stored;
    return [imei, accountNumber, 'USAGE', numberOfSessions, bytesTransferred, null, null, null, null, null];
  }
  const { errorMessage, errorResponse: error } = stored;
  return [
    imei,
    accountNumber,
    'ERROR',
    null,
    null,
    error?.errorCode ?? null,
    errorMessage ?? error?.errorMessage ?? null,
    error?.httpStatusCode ?? null,
    error?.detailErrorMessage ?? null,
    error?.errorMessage ?? null,
  ];
}
