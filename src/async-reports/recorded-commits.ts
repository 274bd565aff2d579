import type { OperationTrace, Traces } from '../telemetry/traces.ts';
import type { ReportStore } from './store/store.ts';

type Submitting = Pick<ReportStore, 'acquire' | 'add'>;
type Receiving = Pick<ReportStore, 'recordMessages'>;

/** The commits that start a report, each recorded as a span of the operation. */
export function recordSubmission(store: Submitting, trace: OperationTrace | null): Submitting {
  if (trace === null) return store;
  return {
    acquire: (key) => trace.record('store acquire', () => store.acquire(key)),
    add: (report) => trace.record('store add', () => store.add(report)),
  };
}

/** The commits of messages, each recorded as a trace of its own: its messages come from several requests of the platform. */
export function recordMessageCommits(store: Receiving, traces: Traces | null): Receiving {
  if (traces === null) return store;
  return {
    recordMessages: (messages, room) =>
      traces.record('store recordMessages', messages.length, () => store.recordMessages(messages, room)),
  };
}
