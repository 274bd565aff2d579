import { ReportError } from './errors.ts';

/** Maximum number of asynchronous reports that an operation may start. */
const MAX_REPORTS_PER_OPERATION = 10;
/** Maximum number of devices of all reports that an operation starts: as many as one report may have. */
const MAX_REPORT_DEVICES_PER_OPERATION = 10_000;

/** The asynchronous reports that an operation starts, and the devices of all of them, each as often as it is named. */
export interface ReportRequests {
  reports: number;
  devices: number;
}

/** Returns BUDGET_EXCEEDED if an operation would start more reports, or reports on more devices, than it may; else null. */
export function checkReportRequests({ reports, devices }: ReportRequests): ReportError | null {
  if (reports > MAX_REPORTS_PER_OPERATION) return toTooMany(`${reports} reports`, reports, MAX_REPORTS_PER_OPERATION);
  if (devices <= MAX_REPORT_DEVICES_PER_OPERATION) return null;
  return toTooMany(`reports on ${devices} devices in all`, devices, MAX_REPORT_DEVICES_PER_OPERATION);
}

function toTooMany(what: string, cost: number, limit: number): ReportError {
  const wayOut = 'Send the mutations in several requests.';
  const message = `This operation starts ${what}, and the maximum is ${limit}. ${wayOut}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost, limit, wayOut } });
}
