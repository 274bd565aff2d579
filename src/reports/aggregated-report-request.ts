import type { AcceptedReport } from '../domain/accepted-report.ts';
import { readObject, type JsonObject } from '../domain/json.ts';
import { ReportError, type UpstreamSaid } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { ThingspaceClient } from '../thingspace/client.ts';
import type { Hide } from '../thingspace/secrets.ts';
import { readErrorInSuccess } from '../thingspace/to-report-error.ts';
import { toAggregateRequest, type UsageQuery } from './aggregate-request.ts';
import type { Operation } from './operation.ts';
import { callForOperation } from './upstream-call.ts';
import { isTxid, readText, toWords } from './wire.ts';

const PATH = '/hyper-precise/v1/report/async/aggregate';
const ENDPOINT = 'async-report';

/** Maximum number of devices per asynchronous call (docs/upstream/README.md, "How the request travels"). */
export const MAX_DEVICES_PER_REQUEST = 10_000;

/** What an asynchronous report is about. */
export interface AggregatedReportOrder {
  readonly query: UsageQuery;
  /** Empty for every device of the account. */
  readonly imeis: readonly Imei[];
  readonly portalInitiated: boolean;
}

/** Starts a report. It is not sent again unless the first attempt certainly started nothing. Throws ReportError. */
export type RequestReport = (order: AggregatedReportOrder, operation: Operation) => Promise<AcceptedReport>;

export interface RequestReportOptions {
  readonly client: ThingspaceClient;
  /** Whether to repeat the fields as headers, which the older contract requires. */
  readonly repeatInHeaders: boolean;
  readonly now: () => number;
  /** Monotonic time in milliseconds, to measure how long a call takes. */
  readonly monotonic: () => number;
}

/** Creates the function that starts reports with POST /report/async/aggregate. */
export function createRequestReport({ client, repeatInHeaders, now, monotonic }: RequestReportOptions): RequestReport {
  return async ({ query, imeis, portalInitiated }, operation) => {
    const write = () => {
      const { headers, body } = toAggregateRequest(query, imeis, repeatInHeaders);
      const devices = imeis.length === 0 ? {} : { devices: imeis.length };
      return { headers: { 'X-Portal-Initiated': String(portalInitiated), ...headers }, body, ...devices };
    };
    // If the operation is aborted first, it is not sent. Once sent it is not cut off, because its transaction id would be lost.
    const answer = await callForOperation(operation, operation.signal(), monotonic, (options) => {
      options.trace?.setDevices(imeis.length);
      const { accountNumber } = query;
      return client.post(PATH, write, { ...options, endpoint: ENDPOINT, accountNumber, repeatable: false });
    });
    return toAcceptedReport(readObject(answer), now(), client.hideIn);
  };
}

function toAcceptedReport(answer: JsonObject, acceptedAtMs: number, hide: Hide): AcceptedReport {
  const { txid: sent, status } = answer;
  const txid = readText(sent) ?? '';
  if (txid === '' || !isTxid(txid)) throw toTxidError(readErrorInSuccess(answer, hide));
  return { txid, status: status === 'COMPLETED' ? 'COMPLETED' : 'QUEUED', acceptedAtMs };
}

function toTxidError(said: UpstreamSaid | null): ReportError {
  if (said === null) {
    return new ReportError(
      'UPSTREAM_UNAVAILABLE',
      'The platform accepted the request without a valid transaction id, so its result cannot be found. Sending it again may start the report twice.',
      { mayHaveStarted: true },
    );
  }
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    `The platform answered with an error in place of a transaction id (${toWords(said)}). It may have accepted the request all the same. ` +
      'Sending it again may start the report twice.',
    { upstream: said, mayHaveStarted: true },
  );
}
