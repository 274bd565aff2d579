import type { IncomingMessage } from 'node:http';
import { failure, RIGHT, wrong, type Judged } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

const FOLLOW = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) { status receivedDevices failedDevices expectedDevices }
}`;

interface Event {
  readonly data?: {
    readonly aggregatedReportProgress: {
      readonly status: string;
      readonly receivedDevices: number;
      readonly failedDevices: number;
      readonly expectedDevices: number;
    };
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** A report that does not end meanwhile is left, as an impatient client does. */
const PATIENCE_MS = 3_000;

/** Follows the newest report over server-sent events, to its end or for some seconds. */
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
        return await judgeEvents(response, patience.signal);
      } finally {
        clearTimeout(timer);
        response.destroy();
      }
    },
  };
}

async function judgeEvents(response: IncomingMessage, patience: AbortSignal): Promise<Judged> {
  let text = '';
  let before = 0;
  try {
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.trim().startsWith('event: complete')) return RIGHT;
        const json = /^event: next\ndata: (.*)$/s.exec(block.trim())?.[1];
        if (json === undefined) continue;
        const { data, errors = [] } = JSON.parse(json) as Event;
        if (errors.length > 0) return failure(errors.map(({ extensions }) => extensions?.code ?? 'NO_CODE'));
        const progress = data?.aggregatedReportProgress;
        if (progress === undefined) return wrong('an event without a state');
        const received = progress.receivedDevices + progress.failedDevices;
        if (received < before) return wrong(`the progress went back from ${before} to ${received}`);
        if (progress.status === 'COMPLETED' && received !== progress.expectedDevices)
          return wrong('complete, with gaps');
        before = received;
      }
    }
  } catch (error) {
    return patience.aborted ? RIGHT : failure([`STREAM_${error instanceof Error ? error.name : ''}`]);
  }
  return patience.aborted ? RIGHT : failure(['STREAM_CUT_OFF']);
}
