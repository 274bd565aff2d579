import type { FleetStateFragment, ReportStateFragment } from '../../graphql/graphql.ts';

/** What a report has reached. */
export type ReportState = ReportStateFragment;

/** What a fleet report has reached. */
export type FleetState = FleetStateFragment;

/** How far a report of either kind is. */
export type ProgressState = Pick<
  ReportState | FleetState,
  'status' | 'expectedDevices' | 'receivedDevices' | 'failedDevices'
>;

/** Whether results are still expected. Late ones can arrive after EXPIRED, but nobody waits for them. */
export function isRunning({ status }: Pick<ProgressState, 'status'>): boolean {
  return status === 'QUEUED' || status === 'SUBMITTING' || status === 'RECEIVING';
}

const STATUSES: Readonly<Record<ProgressState['status'], string>> = {
  QUEUED: 'Waiting for the first device',
  SUBMITTING: 'Parts are being requested',
  RECEIVING: 'Devices are arriving',
  COMPLETED: 'Complete',
  EXPIRED: 'Ended without all devices',
  CANCELLED: 'Cancelled',
};

export function describeStatus({ status }: Pick<ProgressState, 'status'>): string {
  return STATUSES[status];
}

/** Devices that are in usage or errors. */
export function countArrived({ receivedDevices, failedDevices }: ProgressState): number {
  return receivedDevices + failedDevices;
}

/** How often the rows are loaded while devices arrive: each time as many as this share have come. */
const STEPS = 10;

/** Changes whenever the rows of a report are worth loading again. */
export function toStep(report: ProgressState): string {
  const { status, expectedDevices } = report;
  const arrived = countArrived(report);
  // Without a number to expect, with each tenfold.
  const part =
    expectedDevices === null ? Math.floor(Math.log10(arrived + 1)) : Math.floor((STEPS * arrived) / expectedDevices);
  return `${status}:${part}`;
}
