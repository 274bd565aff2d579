import { expect, it } from 'vitest';
import type { ErrorMessage, ReceivedMessage, UsageMessage } from '../../src/async-reports/async-report.ts';
import type { DeviceErrorText } from '../../src/domain/device-usage.ts';
import { fc } from '../support/fast-check.ts';
import { ACCOUNT, readAll, toError, toImei, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { deliver, readState, twoDeliveries } from '../support/store/delivery.ts';
import { describeStores, MINUTE, NOON } from '../support/store/stores.ts';

const EVERYTHING = { first: 1000, after: null };

function toText({ errorMessage, errorResponse }: DeviceErrorText): string {
  return JSON.stringify({ errorMessage, errorResponse });
}

describeStores('recordMessages', (bench) => {
  it('leads to the same state in any order, with any repetition, before and after the response', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(twoDeliveries, async ([one, other]) => {
      runs += 1;
      await deliver(store, `one ${runs}`, one);
      await deliver(store, `other ${runs}`, other);
      expect(await readState(store, `one ${runs}`)).toEqual(await readState(store, `other ${runs}`));
    });
    await fc.assert(rule, { numRuns: 40 });
  });

  it('keeps the counters equal to the rows', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(twoDeliveries, async ([delivery]) => {
      runs += 1;
      const txid = `counted ${runs}`;
      await deliver(store, txid, delivery);
      const request = await store.find(txid, ACCOUNT);
      const { usage, errors, missing, unexpected } = await readState(store, txid);
      const isRequested = ({ imei }: { readonly imei: string | null }): boolean =>
        imei !== null && (delivery.devices === null || imei < toImei(delivery.devices));
      expect(request).toMatchObject({
        receivedDevices: usage.length,
        failedDevices: errors.filter(isRequested).length,
        errorRows: errors.length,
        missingDevices: missing.length,
        unexpectedDevices: unexpected.length,
      });
      expect(usage.every(isRequested)).toBe(true);
      expect(unexpected.some(isRequested)).toBe(false);
      expect(request?.status === 'COMPLETED').toBe(delivery.devices !== null && missing.length === 0);
      const asked = new Set([...usage, ...errors].map(({ imei }) => imei).concat(missing));
      for (let device = 0; device < (delivery.devices ?? 0); device += 1) expect(asked).toContain(toImei(device));
    });
    await fc.assert(rule, { numRuns: 40 });
  });

  it('stores each device’s largest known values, otherwise its longest error, whatever came first', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(twoDeliveries, async ([delivery]) => {
      runs += 1;
      const txid = `largest ${runs}`;
      await deliver(store, txid, delivery);
      const { usage: requested, errors, unexpected } = await readState(store, txid);
      const usage = [...requested, ...unexpected].sort((a, b) => (a.imei < b.imei ? -1 : 1));
      const said = new Map<string, ReceivedMessage[]>();
      for (const message of delivery.messages) {
        const { imei } = message;
        if (imei !== null) said.set(imei, [...(said.get(imei) ?? []), message]);
      }
      const isUsage = (messages: ReceivedMessage[]): boolean => messages.some(({ kind }) => kind === 'usage');
      const largest = (values: (number | null)[]): number | null =>
        values.filter((value) => value !== null).sort((a, b) => b - a)[0] ?? null;
      expect(usage).toEqual(
        [...said]
          .filter(([, messages]) => isUsage(messages))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([imei, messages]) => {
            const usages = messages.filter(({ kind }) => kind === 'usage') as UsageMessage[];
            return expect.objectContaining({
              imei,
              numberOfSessions: largest(usages.map(({ numberOfSessions }) => numberOfSessions)),
              bytesTransferred: largest(usages.map(({ bytesTransferred }) => bytesTransferred)),
            }) as unknown;
          }),
      );
      const failed = [...said].filter(([, messages]) => !isUsage(messages));
      const named = errors.filter(({ imei }) => imei !== null);
      expect(named.map(({ imei }) => imei).sort()).toEqual(failed.map(([imei]) => imei).sort());
      for (const { imei, errorMessage, errorResponse } of named) {
        const texts = (said.get(imei ?? '') ?? []).map((message) => toText(message as ErrorMessage));
        const own = toText({ errorMessage, errorResponse });
        expect(texts).toContain(own);
        expect(Array.from(own).length).toBe(Math.max(...texts.map((text) => Array.from(text).length)));
      }
    });
    await fc.assert(rule, { numRuns: 40 });
  });

  it('stores the same one of two equally long errors, in one batch or in two, in any order', async () => {
    const store = await bench.open();
    const texts = ['gone', 'Gone', 'göne', 'g\ufffdne', 'g🛰ne', 'g\u4e2dne', '"g"n', '\\gne'];
    let runs = 0;
    for (const one of texts) {
      for (const other of texts) {
        runs += 1;
        const [early, late] = [`in two batches ${runs}`, `in one batch ${runs}`];
        const toMessage = (txid: string, errorMessage: string) => toError(txid, 0, { errorMessage });
        await store.recordMessages([toMessage(early, one)]);
        await store.recordMessages([toMessage(early, other)]);
        await store.recordMessages([toMessage(late, other), toMessage(late, one)]);
        const [apart] = await readAll((page) => store.errors(early, page), 10);
        const [together] = await readAll((page) => store.errors(late, page), 10);
        expect(apart?.errorMessage).toBe(together?.errorMessage);
      }
    }
  });

  it('stores a device’s larger usage, also in place of an error, and counts what was new', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 3));
    const first = toUsage('a', 0, { bytesTransferred: 1 });
    expect(await store.recordMessages([first])).toMatchObject({ fresh: 1, repeated: 0, unknown: 0 });
    const smaller = [toUsage('a', 0, { bytesTransferred: 0 }), toUsage('a', 0, { bytesTransferred: null })];
    expect(await store.recordMessages([...smaller, toError('a', 0), first])).toMatchObject({
      fresh: 0,
      repeated: 4,
      unknown: 0,
    });
    expect(await store.recordMessages([toUsage('a', 0, { bytesTransferred: 2 })])).toMatchObject({ fresh: 1 });
    expect(await store.recordMessages([toError('a', 1, { errorMessage: 'longer' })])).toMatchObject({ fresh: 1 });
    expect(await store.recordMessages([toError('a', 1, { errorMessage: 'short' })])).toMatchObject({ fresh: 0 });
    expect(await store.find('a', null)).toMatchObject({ receivedDevices: 1, failedDevices: 1, revision: 4 });
    expect((await store.errors('a', EVERYTHING)).rows).toMatchObject([{ node: { errorMessage: 'longer' } }]);
    expect(await store.recordMessages([toUsage('a', 1)])).toMatchObject({ fresh: 1 });
    expect(await store.find('a', null)).toMatchObject({ receivedDevices: 2, failedDevices: 0, missingDevices: 1 });
    expect((await store.usage('a', 'IMEI', EVERYTHING)).rows).toMatchObject([
      { node: { imei: toImei(0), bytesTransferred: 2 } },
      { node: { imei: toImei(1), bytesTransferred: 1000 } },
    ]);
  });

  it('stores messages that arrive before the response, and they become part of the report', async () => {
    const store = await bench.open();
    const early = [toUsage('a', 0, { receivedAtMs: NOON - 5 }), toError('a', 1, { receivedAtMs: NOON - 4 })];
    expect(await store.recordMessages(early)).toMatchObject({ fresh: 2, repeated: 0, unknown: 2 });
    expect(await store.find('a', null)).toBeNull();
    expect(await store.count({ accountNumber: ACCOUNT, owner: '', status: null })).toBe(0);
    expect(await store.deadLetterCounts()).toMatchObject({ unknownMessages: 2, storedUnknownTransactions: 1 });
    expect(await store.add(toRequest('a', 3))).toMatchObject({
      status: 'RECEIVING',
      updatedAtMs: NOON,
      progress: 2 / 3,
    });
    expect(await store.deadLetterCounts()).toMatchObject({ unknownMessages: 2, storedUnknownTransactions: 0 });

    await store.recordMessages([toUsage('b', 0, { receivedAtMs: NOON - 1 })]);
    const whole = await store.add(toRequest('b', 1));
    expect(whole).toMatchObject({ status: 'COMPLETED', completedAtMs: NOON, requestedAtMs: NOON });

    await store.recordMessages([toUsage('c', 0, { receivedAtMs: NOON - 1 })]);
    const account = await store.add(toRequest('c', null));
    expect(account).toMatchObject({ status: 'RECEIVING', nextChangeAtMs: NOON + 15 * MINUTE });
  });

  it('connects a report with messages that arrive at the same moment, on two stores', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    for (let round = 0; round < 15; round += 1) {
      const txid = `round ${round}`;
      await Promise.all([
        other.recordMessages([toUsage(txid, 0), toError(txid, 1)]),
        one.add(toRequest(txid, 4)),
        one.recordMessages([toUsage(txid, 1)]),
        other.recordMessages([toUsage(txid, 2), toUsage(txid, 3)]),
      ]);
      expect(await one.find(txid, ACCOUNT)).toMatchObject({
        status: 'COMPLETED',
        receivedDevices: 4,
        failedDevices: 0,
      });
    }
  });

  it('assigns an error without a device to no device, even if only one was requested', async () => {
    const store = await bench.open();
    const nameless = toError('late', null);
    await store.add(toRequest('late', 1));
    await store.recordMessages([nameless, nameless]);
    await store.recordMessages([{ ...nameless, txid: 'early' }]);
    await store.add(toRequest('early', 1));
    for (const txid of ['late', 'early']) {
      expect(await store.find(txid, null)).toMatchObject({
        status: 'RECEIVING',
        failedDevices: 0,
        errorRows: 1,
        missingDevices: 1,
      });
      expect((await store.errors(txid, EVERYTHING)).rows).toMatchObject([{ node: { imei: null } }]);
    }
  });

  it('accepts thousands of transactions in one batch, and rejects ids that a database cannot store', async () => {
    const store = await bench.open();
    const batch = Array.from({ length: 2_500 }, (_, number) =>
      toUsage(`tx ${number}`, 0, { receivedAtMs: NOON + number }),
    );
    expect(await store.recordMessages(batch)).toMatchObject({ fresh: 2_500, repeated: 0, unknown: 2_500 });
    expect(await store.deadLetterCounts()).toMatchObject({ storedUnknownTransactions: 2_500 });
    expect(await store.add(toRequest('tx 2499', 1))).toMatchObject({ status: 'COMPLETED' });
    for (const txid of ['a\0', '\ud800']) {
      await expect(store.recordMessages([toUsage('a', 0), toUsage(txid, 0)])).rejects.toMatchObject({ code: 'FAILED' });
      await expect(store.add(toRequest(txid, 1))).rejects.toMatchObject({ code: 'FAILED' });
    }
    expect(await store.add(toRequest('a', 1))).toMatchObject({ status: 'QUEUED' });
  });

  it('stores devices that were not requested, but still waits for those that were', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 1));
    await store.recordMessages([toUsage('a', 77)]);
    expect(await store.find('a', null)).toMatchObject({
      status: 'QUEUED',
      receivedDevices: 0,
      unexpectedDevices: 1,
      progress: 0,
      revision: 2,
    });
    await store.recordMessages([toUsage('a', 0)]);
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 1, progress: 1 });
  });

  it('stores every number and text unchanged', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 3, { inputJson: '{"deviceGroup":"Wärme \\u0000 🛰"}' }));
    const largest = { numberOfSessions: 2 ** 31 - 1, bytesTransferred: 2 ** 53 - 1 };
    const error = toError('a', 2, { errorMessage: "'; DROP TABLE requests; -- \0 🛰", errorResponse: null });
    await store.recordMessages([
      toUsage('a', 0, largest),
      toUsage('a', 1, { numberOfSessions: null, bytesTransferred: null }),
      error,
    ]);
    expect((await store.find('a', null))?.inputJson).toBe('{"deviceGroup":"Wärme \\u0000 🛰"}');
    expect((await store.usage('a', 'IMEI', EVERYTHING)).rows).toMatchObject([
      { node: largest },
      { node: { numberOfSessions: null, bytesTransferred: null } },
    ]);
    const stored = { ...error, txid: undefined, receivedAtMs: undefined };
    expect((await store.errors('a', EVERYTHING)).rows.map(({ node }) => node)).toEqual([stored]);
  });

  it('records many transactions in one commit, from two stores at once, and loses nothing', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    const txids = Array.from({ length: 12 }, (_, number) => `tx-${number}`);
    for (const txid of txids) await one.add(toRequest(txid, 20));
    const rounds = Array.from({ length: 20 }, (_, device) => txids.map((txid) => toUsage(txid, device)));
    await Promise.all(
      rounds.flatMap((messages) => [one.recordMessages(messages), other.recordMessages(messages.toReversed())]),
    );
    for (const txid of txids) {
      expect(await one.find(txid, null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 20 });
      const usage = await readAll((page) => other.usage(txid, null, page), 7);
      expect(usage.map(({ imei }) => imei).sort()).toEqual(toImeis(20));
    }
  });
});
