import type { FoundReport } from '../src/async-reports/live/watch.ts';
import type { OperationContext } from '../src/context.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { Imei } from '../src/domain/imei.ts';
import { checkReportRequests } from '../src/domain/report-requests.ts';
import { MAX_DEVICES_PER_REQUEST } from '../src/reports/aggregated-report-request.ts';

/**
 * Builds the input for a report on the missing devices. Throws BAD_USER_INPUT, or adds a fault, if no missing device can be named, and
 * BUDGET_EXCEEDED if the operation would start reports on too many devices.
 */
export async function readMissing<Asked>(
  { report, reads }: FoundReport,
  faults: InputFault[],
  { prepared: { reportRequests } }: OperationContext,
): Promise<Asked & { readonly accountNumber: AccountNumber; readonly imei: Imei[] }> {
  const { accountNumber, inputJson, expectedDevices, missingDevices } = report;
  const argumentPath = ['txid'];
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
  if (rows.length === 0)
    faults.push({
      argumentPath,
      message: 'The last missing device has just arrived. Read the results with aggregatedReportRequest.',
    });
  const asked = JSON.parse(inputJson) as Asked;
  return { ...asked, accountNumber, imei: rows.map(({ node }) => node) };
}
