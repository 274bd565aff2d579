import type { ReceivedMessage } from '../../../src/async-reports/async-report.ts';
import type { ReportStore } from '../../../src/async-reports/store/store.ts';
import { fc } from '../fast-check.ts';
import { readAll, toError, toRequest, toUsage } from './messages.ts';

/** One way in which the messages of a request can come: in batches, some of them before the answer to the request. */
export interface Delivery {
  /** How many devices are asked for; null for the whole account. */
  readonly devices: number | null;
  readonly messages: readonly ReceivedMessage[];
  readonly messagesABatch: number;
  readonly messagesBeforeAnswer: number;
}

const DEVICES = 8;

/** What the platform says of one device; a device beyond the requested ones is one that nobody asked for. */
const saying = fc.record({
  device: fc.nat(DEVICES + 2),
  usage: fc.option(
    fc.record({
      numberOfSessions: fc.option(fc.nat(5)),
      bytesTransferred: fc.option(fc.oneof(fc.nat(9), fc.maxSafeNat())),
    }),
  ),
  error: fc.boolean(),
});

const report = fc.record({
  devices: fc.constantFrom(DEVICES, 1, null),
  sayings: fc.uniqueArray(saying, { selector: ({ device }) => device, maxLength: DEVICES + 2 }),
  namelessError: fc.boolean(),
});

/** Two deliveries of the same report, each in an order of its own, with repetitions of its own. */
export const twoDeliveries: fc.Arbitrary<readonly [Delivery, Delivery]> = report.chain(
  ({ devices, sayings, namelessError }) => {
    const messages: ReceivedMessage[] = sayings.flatMap(({ device, usage, error }) => [
      ...(usage === null ? [] : [toUsage('', device, usage)]),
      ...(error ? [toError('', device)] : []),
    ]);
    // Of one device an error with and one without its name would be two different errors, and the first of them stays.
    if (namelessError && devices !== 1) messages.push(toError('', null));
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
        messagesABatch: fc.integer({ min: 1, max: 6 }),
        messagesBeforeAnswer: fc.nat(sent.length),
      }),
    );
}

/** Delivers under the transaction; gives how many messages were told to be new. */
export async function deliver(store: ReportStore, txid: string, delivery: Delivery): Promise<number> {
  const { devices, messages, messagesABatch, messagesBeforeAnswer } = delivery;
  let fresh = 0;
  const send = async (part: readonly ReceivedMessage[]): Promise<void> => {
    for (let at = 0; at < part.length; at += messagesABatch) {
      const batch = part.slice(at, at + messagesABatch).map((message) => ({ ...message, txid }));
      fresh += (await store.recordMessages(batch)).fresh;
    }
  };
  await send(messages.slice(0, messagesBeforeAnswer));
  await store.add(toRequest(txid, devices));
  await send(messages.slice(messagesBeforeAnswer));
  return fresh;
}

/** Everything that readers see of a request, but for the orders and numbers of arrival. */
export async function readState(store: ReportStore, txid: string) {
  const request = { ...(await store.find(txid, null)), txid: null, revision: null };
  const usage = await readAll((page) => store.usage(txid, 'IMEI', page), 100);
  const errors = await readAll((page) => store.errors(txid, page), 100);
  const missing = await readAll((page) => store.missing(txid, page), 100);
  errors.sort((a, b) => ((a.imei ?? '') < (b.imei ?? '') ? -1 : 1));
  return { request, usage, errors, missing };
}
