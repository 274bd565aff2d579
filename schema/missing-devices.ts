import type { FoundReport } from '../src/async-reports/live/watch.ts';
import type { OperationContext } from '../src/context.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { Imei } from '../src/domain/imei.ts';
import { checkReportRequests } from '../src/domain/report-requests.ts';
import { MAX_DEVICES_PER_REQUEST } from '../src/reports/aggregated-report-request.ts';

const argumentPath = ['txid'];

/**
 * Builds the input for a report on the missing devices. Throws BAD_USER_INPUT if no missing device can be named, and BUDGET_EXCEEDED if the
 * operation would start reports on too many devices.
 */
export async function readMissing<Asked>(
  { report, reads }: FoundReport,
  { prepared: { reportRequests } }: OperationContext,
): Promise<Asked & { readonly accountNumber: AccountNumber; readonly imei: Imei[] }> {
  const { accountNumber, inputJson, expectedDevices, missingDevices } = report;
  if (expectedDevices === null) {
    const message =
      'This report covers a whole account, so this server does not know which devices are missing. ' +
      'Request the account again with requestAggregatedReport.';
    rejectFaults([{ argumentPath, message }]);
  }
  if (missingDevices === 0) {
    const message = 'No device of this report is missing. Read its results with aggregatedReportRequest.';
    rejectFaults([{ argumentPath, message }]);
  }
  reportRequests.devices += Math.min(missingDevices, MAX_DEVICES_PER_REQUEST);
  const tooMany = checkReportRequests(reportRequests);
  if (tooMany !== null) throw tooMany;
  const { rows } = await reads.missing(report, { first: MAX_DEVICES_PER_REQUEST, after: null });
  if (rows.length === 0) {
    const message = 'The last missing device has just arrived. Read the results with aggregatedReportRequest.';
    rejectFaults([{ argumentPath, message }]);
  }
  const asked = JSON.parse(inputJson) as Asked;
  return { ...asked, accountNumber, imei: rows.map(({ node }) => node) };
}

/** The faults of an input that was valid when its report was requested, as faults of the retry, which has only a txid. */
export function toRetryFaults(faults: readonly InputFault[]): InputFault[] {
  return faults.map(({ message }) => ({
    argumentPath,
    message: `The report with this txid can no longer be requested as it was. ${message} Use requestAggregatedReport for that.`,
  }));
}
