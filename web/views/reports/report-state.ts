import type { ReportStateFragment } from '../../graphql/graphql.ts';

/** What a report has reached. */
export type ReportState = ReportStateFragment;

/** Whether results are still expected. Late ones can arrive after EXPIRED, but nobody waits for them. */
export function isRunning({ status }: ReportState): boolean {
  return status === 'QUEUED' || status === 'RECEIVING';
}

const STATUSES: Readonly<Record<ReportState['status'], string>> = {
  QUEUED: 'Waiting for the first device',
  RECEIVING: 'Devices are arriving',
  COMPLETED: 'Complete',
  EXPIRED: 'Ended without all devices',
};

export function describeStatus({ status }: ReportState): string {
  return STATUSES[status];
}

/** Devices that are in usage or errors. */
export function countArrived({ receivedDevices, failedDevices }: ReportState): number {
  return receivedDevices + failedDevices;
}
