import type { AccountNumber } from '../domain/account.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { UsageFigures } from '../domain/usage-totals.ts';
import type { ThingspaceClient } from '../thingspace/client.ts';
import { toAggregateBody, toAggregateHeaders, type UsageScope } from './aggregate-request.ts';
import type { CallFor } from './call-for.ts';
import { readAnswer, readCount, readImei, readInt, readObjects, readText, type WireObject } from './wire.ts';

const PATH = '/hyper-precise/v1/report/aggregate';

/** The platform answers at most this many devices a call (docs/upstream/README.md, "Limits"). */
export const MOST_DEVICES_A_CALL = 10;

/** Where a device's outcome comes from: one answer of the platform. */
export interface UsageCall {
  readonly accountNumber: AccountNumber;
  /** Empty where the answer has none. */
  readonly txid: string;
  readonly fetchedAtMs: number;
}

export interface DeviceUsage extends UsageFigures {
  readonly kind: 'usage';
  readonly imei: Imei;
  readonly call: UsageCall;
}

export interface UpstreamErrorMessage {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly httpStatusCode: string | null;
  readonly detailErrorMessage: string | null;
}

export interface DeviceUsageError {
  readonly kind: 'error';
  readonly imei: Imei | null;
  readonly errorMessage: string | null;
  readonly errorResponse: UpstreamErrorMessage | null;
  /** Null where no call that asked for the device was answered. */
  readonly call: UsageCall | null;
  /** What failed, where it was the whole call. */
  readonly failure: ReportError | null;
}

export interface MissingDevice {
  readonly kind: 'missing';
  readonly imei: Imei;
  readonly call: UsageCall;
}

/** What became of one device that was asked for. */
export type DeviceOutcome = DeviceUsage | DeviceUsageError | MissingDevice;

/** One answer: the devices in it, in the platform's order. */
export interface UsageAnswer {
  readonly call: UsageCall;
  readonly usage: readonly DeviceUsage[];
  readonly errors: readonly DeviceUsageError[];
}

/** Fetches the usage of at most ten devices, or of the whole account for an empty list. Throws ReportError. */
export type FetchUsage = (scope: UsageScope, imeis: readonly Imei[], options: CallFor) => Promise<UsageAnswer>;

export interface FetchUsageOptions {
  readonly client: ThingspaceClient;
  readonly repeatInHeaders: boolean;
  readonly now: () => number;
}

export function createFetchUsage({ client, repeatInHeaders, now }: FetchUsageOptions): FetchUsage {
  return async (scope, imeis, { signal, owner, onRetry }) => {
    const answer = await client.post(PATH, toAggregateBody(scope, imeis), {
      headers: repeatInHeaders ? toAggregateHeaders(scope, imeis) : {},
      repeatable: true,
      signal,
      owner,
      onRetry,
    });
    return toUsageAnswer(answer, scope.accountNumber, now());
  };
}

/**
 * What became of each device asked for, matched by IMEI. A device in both lists counts as reported. An error without an IMEI
 * belongs to a device only where no other device of the call could be meant.
 */
export function toOutcomes({ call, usage, errors }: UsageAnswer, imeis: readonly Imei[]): Map<Imei, DeviceOutcome> {
  const found = new Map<Imei, DeviceOutcome>();
  for (const outcome of [...usage, ...errors]) {
    if (outcome.imei !== null && !found.has(outcome.imei)) found.set(outcome.imei, outcome);
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

/** A device whose call failed as a whole. */
export function toFailedDevice(imei: Imei, failure: ReportError): DeviceUsageError {
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

function toUsageAnswer(value: unknown, accountNumber: AccountNumber, fetchedAtMs: number): UsageAnswer {
  const answer = readAnswer(value);
  const call = { accountNumber, txid: readText(answer['txid']) ?? '', fetchedAtMs };
  return {
    call,
    usage: readObjects(answer['usage']).flatMap((row) => toDeviceUsage(row, call)),
    errors: readObjects(answer['errors']).map((row) => toDeviceUsageError(row, call)),
  };
}

function toDeviceUsage(row: WireObject, call: UsageCall): DeviceUsage[] {
  const imei = readImei(row['imei']);
  if (imei === null) return [];
  return [
    {
      kind: 'usage',
      imei,
      numberOfSessions: readInt(row['numberOfSessions']),
      bytesTransferred: readCount(row['bytesTransferred']),
      call,
    },
  ];
}

function toDeviceUsageError(row: WireObject, call: UsageCall): DeviceUsageError {
  const response = row['errorResponse'];
  return {
    kind: 'error',
    imei: readImei(row['imei']),
    errorMessage: readText(row['errorMessage']),
    errorResponse: typeof response === 'object' && response !== null ? toErrorMessage({ ...response }) : null,
    call,
    failure: null,
  };
}

function toErrorMessage(response: WireObject): UpstreamErrorMessage {
  return {
    errorCode: readText(response['errorCode']),
    errorMessage: readText(response['errorMessage']),
    httpStatusCode: readText(response['httpStatusCode']),
    detailErrorMessage: readText(response['detailErrorMessage']),
  };
}
