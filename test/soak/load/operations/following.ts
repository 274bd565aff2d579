import type { IncomingMessage } from 'node:http';
import { codesOfEvent, readEvents } from '../events.ts';
import { failure, RIGHT, wrong, type Checked } from '../outcome.ts';
import { Unanswered } from '../unanswered.ts';
import type { Operation, OperationSetup } from './operation.ts';

export const FOLLOW = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) { status receivedDevices failedDevices expectedDevices }
}`;

export interface Progress {
  readonly aggregatedReportProgress: {
    readonly status: string;
    readonly receivedDevices: number;
    readonly failedDevices: number;
    readonly expectedDevices: number;
  };
}

/** After this time the client disconnects, as an impatient one does. */
const PATIENCE_MS = 3_000;

/** Follows the newest report over server-sent events, until it ends or for some seconds. */
export function createFollowingOperation({ client, ledger }: OperationSetup): Operation {
  return {
    name: 'aggregatedReportProgress',
    needs: ['store'],
    weight: 0.6,
    async run() {
      const report = ledger.accepted().at(-1);
      if (report === undefined) return RIGHT;
      const response = await client.subscribe(FOLLOW, { txid: report.txid });
      const patience = new AbortController();
      const timer = setTimeout(() => {
        patience.abort();
        response.destroy();
      }, PATIENCE_MS);
      try {
        return await checkEvents(response, patience.signal);
      } finally {
        clearTimeout(timer);
        response.destroy();
      }
    },
  };
}

async function checkEvents(response: IncomingMessage, patience: AbortSignal): Promise<Checked> {
  let before = 0;
  try {
    for await (const event of readEvents<Progress>(response)) {
      const codes = codesOfEvent(event);
      if (codes.length > 0) return failure(codes);
      const progress = event.data?.aggregatedReportProgress;
      if (progress === undefined) return wrong('an event without a state');
      const received = progress.receivedDevices + progress.failedDevices;
      if (received < before) return wrong(`the progress went back from ${before} to ${received}`);
      if (progress.status === 'COMPLETED' && received !== progress.expectedDevices)
        return wrong('complete, but with gaps');
      before = received;
    }
    return RIGHT;
  } catch (error) {
    if (patience.aborted) return RIGHT;
    if (error instanceof Unanswered) return failure(['STREAM_CUT_OFF']);
    throw error;
  }
}
