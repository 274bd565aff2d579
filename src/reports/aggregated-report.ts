import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
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

/** Maximum number of devices per synchronous call (docs/upstream/README.md, "How the request travels"). */
export const MAX_DEVICES_PER_CALL = 10;

const MANY_ROWS = 20_000;

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
}

/** Creates the function that fetches usage with POST /report/aggregate. */
export function createFetchUsage({ client, repeatInHeaders, now }: FetchUsageOptions): FetchUsage {
  return async (query, toImeis, options) => {
    const write = () => {
      const imeis = toImeis();
      const request = toAggregateRequest(query, imeis, repeatInHeaders);
      return imeis.length === 0 ? { ...request, maxBytes: Infinity } : request;
    };
    const { accountNumber } = query;
    const answer = await client.post(PATH, write, { ...options, accountNumber, repeatable: true });
    const { usage, errors, call } = toUsageAnswer(answer, query.accountNumber, now(), client.hideIn);
    // Reading the rows and responding with them each block the process. Others get their turn in between.
    if (usage.length + errors.length > MANY_ROWS) await new Promise<void>((resolve) => void setImmediate(resolve));
    return { usage, errors, call };
  };
}

/**
 * The outcome of each requested device, matched by IMEI. An error without an IMEI goes to a device only if it is the only
 * requested one that the response does not name.
 */
export function toOutcomes({ call, usage, errors }: UsageAnswer, imeis: readonly Imei[]): Map<Imei, DeviceOutcome> {
  const found = new Map<Imei, DeviceOutcome>();
  for (const outcome of [...usage, ...errors]) {
    if (outcome.imei !== null) found.set(outcome.imei, outcome);
  }
  const unaccounted = imeis.filter((imei) => !found.has(imei));
  const [nameless] = errors.filter((error) => error.imei === null);
  return new Map(
    imeis.map((imei) => {
      if (unaccounted.length === 1 && nameless !== undefined && unaccounted[0] === imei) {
        return [imei, { ...nameless, imei }];
      }
      return [imei, found.get(imei) ?? { kind: 'missing', imei, call }];
    }),
  );
}

/** The outcome of a device whose whole call failed. */
export function toFailedDevice(imei: Imei, failure: ReportError): FetchedError {
  const { upstream } = failure.details;
  return {
    kind: 'error',
    imei,
    errorMessage: failure.message,
    errorResponse: {
      errorCode: upstream?.code ?? failure.code,
      errorMessage: upstream?.message ?? null,
      httpStatusCode: upstream?.status?.toString() ?? null,
      detailErrorMessage: null,
    },
    call: null,
    failure,
  };
}

/** Whether the platform rejected what was requested, so that a call for other devices may succeed. */
export function isRejection({ code }: ReportError): boolean {
  return code === 'UPSTREAM_BAD_REQUEST' || code === 'UPSTREAM_FORBIDDEN' || code === 'UPSTREAM_NOT_FOUND';
}
