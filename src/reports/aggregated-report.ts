import type { DeviceErrorText } from '../domain/device-usage.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import { hasEnded } from '../domain/report-window.ts';
import type { ThingspaceClient } from '../thingspace/client.ts';
import { toAggregateRequest, type UsageQuery } from './aggregate-request.ts';
import type { UpstreamCallOptions } from './upstream-call.ts';
import {
  toUsageAnswer,
  type FetchedUsage,
  type FetchedError,
  type UsageAnswer,
  type UsageCall,
} from './usage-answer.ts';

export type { FetchedUsage, UsageAnswer };

const PATH = '/hyper-precise/v1/report/aggregate';
const ENDPOINT = 'aggregated-report';

/** Maximum number of devices per synchronous call (docs/upstream/README.md, "How the request travels"). */
export const MAX_DEVICES_PER_CALL = 10;

/** A device that the platform left out of its response. */
export interface MissingDevice {
  readonly kind: 'missing';
  readonly imei: Imei;
  readonly call: UsageCall;
}

/** The outcome for one requested device. */
export type DeviceOutcome = FetchedUsage | FetchedError | MissingDevice;

/**
 * Fetches the usage of at most ten devices, or of every device of the account if there are none. `toImeis` is called whenever
 * the call leaves. Throws ReportError, or what `toImeis` throws.
 */
export type FetchUsage = (
  query: UsageQuery,
  toImeis: () => readonly Imei[],
  options: UpstreamCallOptions,
) => Promise<UsageAnswer>;

export interface FetchUsageOptions {
  readonly client: ThingspaceClient;
  /** Whether to repeat the fields as headers, which the older contract requires. */
  readonly repeatInHeaders: boolean;
  readonly now: () => number;
  /** How long after the end of its window usage counts as final, in milliseconds. */
  readonly settleAfterMs: number;
}

/** Creates the function that fetches usage with POST /report/aggregate. */
export function createFetchUsage({ client, repeatInHeaders, now, settleAfterMs }: FetchUsageOptions): FetchUsage {
  let sent = 0;
  return async (query, toImeis, options) => {
    let sequence = 0;
    let isOfNamedDevices = false;
    const write = () => {
      sequence = sent += 1;
      const imeis = toImeis();
      const request = toAggregateRequest(query, imeis, repeatInHeaders);
      isOfNamedDevices = imeis.length > 0;
      options.trace?.setDevices(imeis.length);
      return isOfNamedDevices ? { ...request, devices: imeis.length } : { ...request, maxBytes: Infinity };
    };
    const { accountNumber } = query;
    const answer = await client.post(PATH, write, { ...options, endpoint: ENDPOINT, accountNumber, repeatable: true });
    const fetchedAtMs = now();
    const settled = hasEnded(query.window, fetchedAtMs, settleAfterMs);
    const sentCall = { accountNumber, fetchedAtMs, settled, sequence, isOfNamedDevices };
    return toUsageAnswer(answer, sentCall, client.hideIn, options.signal);
  };
}

/**
 * The outcome of each requested device, matched by IMEI. What the response says of other devices is in the call of each outcome. An error
 * without an IMEI accounts for no device: it is in the call of those that are missing, or of all if none is.
 */
export function toOutcomes({ call, usage, errors }: UsageAnswer, imeis: readonly Imei[]): Map<Imei, DeviceOutcome> {
  const requested = new Set<Imei | null>(imeis);
  const named = [...errors.filter(({ imei }) => imei !== null), ...usage];
  const found = new Map<Imei | null, FetchedUsage | FetchedError>(named.map((outcome) => [outcome.imei, outcome]));
  const unexpected = named.filter(({ imei }) => !requested.has(imei));
  const nameless = errors.filter(({ imei }) => imei === null);
  const withUnexpected = unexpected.length === 0 ? call : { ...call, unexpected };
  const withNameless = nameless.length === 0 ? withUnexpected : { ...withUnexpected, nameless };
  const about = imeis.every((imei) => found.has(imei)) ? withNameless : withUnexpected;
  return new Map(
    imeis.map((imei): [Imei, DeviceOutcome] => {
      const outcome = found.get(imei);
      if (outcome === undefined) return [imei, { kind: 'missing', imei, call: withNameless }];
      return [imei, about === call ? outcome : { ...outcome, call: about }];
    }),
  );
}

/** The outcome of a device whose whole call failed. */
export function toFailedDevice(imei: Imei, failure: ReportError): FetchedError {
  return { kind: 'error', imei, ...toErrorText(failure), call: null, failure };
}

/** The failure of a call in the form of a device's error. */
export function toErrorText(failure: ReportError): DeviceErrorText {
  const { upstream } = failure.details;
  return {
    errorMessage: failure.message,
    errorResponse: {
      errorCode: upstream?.code ?? failure.code,
      errorMessage: upstream?.message ?? null,
      httpStatusCode: upstream?.status?.toString() ?? null,
      detailErrorMessage: null,
    },
  };
}

/** Whether the platform rejected what was requested, so that a call for other devices may succeed. */
export function isRejection({ code }: ReportError): boolean {
  return code === 'UPSTREAM_BAD_REQUEST' || code === 'UPSTREAM_FORBIDDEN' || code === 'UPSTREAM_NOT_FOUND';
}
