import type { Aggregate, UsageError, UsageItem } from '../reports/aggregate.ts';

export type CallbackMessage = object;

function toUsageMessage(txid: string, item: UsageItem, form: number): CallbackMessage {
  switch (form % 3) {
    case 0:
      return { txid, usage: [item] };
    case 1:
      return { ...item, txid };
    default:
      return [{ txid, usage: [item] }];
  }
}

function toErrorMessage(txid: string, error: UsageError, form: number): CallbackMessage {
  if (form % 2 === 0) return { txid, errors: [error] };
  const { errorCode, detailErrorMessage } = error.errorResponse;
  return { txid, imei: error.imei, faultResponse: { faultcode: errorCode, faultstring: detailErrorMessage } };
}

/** Converts an aggregate to one message per device. The messages take turns in the forms that the contract allows. */
export function toCallbackMessages(txid: string, { usage, errors }: Aggregate): CallbackMessage[] {
  return [
    ...usage.map((item, index) => toUsageMessage(txid, item, index)),
    ...errors.map((error, index) => toErrorMessage(txid, error, index)),
  ];
}
