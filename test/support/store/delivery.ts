import type { ReceivedMessage } from '../../../src/async-reports/async-report.ts';
import type { ReportStore } from '../../../src/async-reports/store/store.ts';
import { fc } from '../fast-check.ts';
import { readAll, toError, toRequest, toUsage } from './messages.ts';

/** One way in which the messages of a report can arrive: in batches, some before the response to the request. */
export interface Delivery {
  /** Number of requested devices; null for the whole account. */
  readonly devices: number | null;
  readonly messages: readonly ReceivedMessage[];
  readonly messagesPerBatch: number;
  readonly messagesBeforeResponse: number;
}

const DEVICES = 8;

const usage = fc.record({
  numberOfSessions: fc.option(fc.nat(5)),
  bytesTransferred: fc.option(fc.oneof(fc.nat(9), fc.maxSafeNat())),
});

const text = fc.option(fc.oneof(fc.constantFrom('gone', 'lost', 'not there', '\ufffd', '🛰', '\0'), fc.string()));
const error = fc.record({
  errorMessage: text,
  errorResponse: fc.option(
    fc.record({ errorCode: text, errorMessage: text, httpStatusCode: text, detailErrorMessage: text }),
  ),
});

/** The messages for one device, which may differ. Devices with a number over DEVICES - 1 were not requested. */
const deviceMessages = fc.record({
  device: fc.nat(DEVICES + 2),
  usages: fc.array(usage, { maxLength: 3 }),
  errors: fc.array(error, { maxLength: 2 }),
});

const report = fc.record({
  devices: fc.constantFrom(DEVICES, 1, null),
  perDevice: fc.uniqueArray(deviceMessages, { selector: ({ device }) => device, maxLength: DEVICES + 2 }),
  namelessErrors: fc.array(error, { maxLength: 2 }),
});

/** Two deliveries of the same report, each in its own order and with its own repetitions. */
export const twoDeliveries: fc.Arbitrary<readonly [Delivery, Delivery]> = report.chain(
  ({ devices, perDevice, namelessErrors }) => {
    const messages: ReceivedMessage[] = [
      ...perDevice.flatMap(({ device, usages }) => usages.map((each) => toUsage('', device, each))),
      ...perDevice.flatMap(({ device, errors }) => errors.map((each) => toError('', device, each))),
      ...namelessErrors.map((each) => toError('', null, each)),
    ];
    const delivery = toDelivery(devices, messages);
    return fc.tuple(delivery, delivery);
  },
);

function toDelivery(devices: number | null, messages: readonly ReceivedMessage[]): fc.Arbitrary<Delivery> {
  return fc
    .subarray([...messages])
    .chain((again) => {
      const sent = [...messages, ...again];
      return fc.shuffledSubarray(sent, { minLength: sent.length });
    })
    .chain((sent) =>
      fc.record({
        devices: fc.constant(devices),
        messages: fc.constant(sent),
        messagesPerBatch: fc.integer({ min: 1, max: 6 }),
        messagesBeforeResponse: fc.nat(sent.length),
      }),
    );
}

/** Delivers the messages for this transaction. Returns how many the store reported as new. */
export async function deliver(store: ReportStore, txid: string, delivery: Delivery): Promise<number> {
  const { devices, messages, messagesPerBatch, messagesBeforeResponse } = delivery;
  let fresh = 0;
  const send = async (part: readonly ReceivedMessage[]): Promise<void> => {
    for (let at = 0; at < part.length; at += messagesPerBatch) {
      const batch = part.slice(at, at + messagesPerBatch).map((message) => ({ ...message, txid }));
      fresh += (await store.recordMessages(batch)).fresh;
    }
  };
  await send(messages.slice(0, messagesBeforeResponse));
  await store.add(toRequest(txid, devices));
  await send(messages.slice(messagesBeforeResponse));
  return fresh;
}

/** Everything that readers see of a report, except the order of arrival and the revision. */
export async function readState(store: ReportStore, txid: string) {
  const request = { ...(await store.find(txid, null)), txid: null, revision: null };
  const usage = await readAll((page) => store.usage(txid, 'IMEI', page), 100);
  const errors = await readAll((page) => store.errors(txid, page), 100);
  const missing = await readAll((page) => store.missing(txid, page), 100);
  errors.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const unexpected = await readAll((page) => store.unexpected(txid, page), 100);
  unexpected.sort((a, b) => (a.imei < b.imei ? -1 : 1));
  const totals = await store.totals(txid);
  const percentiles = await store.bytesPercentiles(txid, [0, 50, 100]);
  return { request, usage, errors, missing, unexpected, totals, percentiles };
}
