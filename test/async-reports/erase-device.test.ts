import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../src/async-reports/store/store.ts';
import type { Imei } from '../../src/domain/imei.ts';
import { eventually } from '../support/eventually.ts';
import { fc } from '../support/fast-check.ts';
import { readState, deliver, twoDeliveries } from '../support/store/delivery.ts';
import { ACCOUNT, readAll, toError, toImei, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, describeStores, NOON, useStoreBench } from '../support/store/stores.ts';

const NOTHING = { reports: 0, openReports: 0, rows: 0, recordedDays: 0, deadLetters: 0, lists: 0 };

function toLetter(body: string | Uint8Array): DeadLetter {
  return { reason: 'It is not valid JSON.', body, receivedAtMs: NOON };
}

describeStores('erasing a device', (bench) => {
  it('leaves what would be there if the device had neither been requested nor reported', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(twoDeliveries, fc.nat(9), async ([delivery], number) => {
      runs += 1;
      const erased = toImei(number);
      const isOther = ({ imei }: { readonly imei: Imei | null }): boolean => imei !== erased;
      await deliver(store, `with ${runs}`, delivery);
      await store.eraseDevice(erased);
      const messages = delivery.messages.filter(isOther);
      const expectedImeis =
        delivery.devices === null ? null : toImeis(delivery.devices).filter((each) => each !== erased);
      await store.recordMessages(messages.map((message) => ({ ...message, txid: `without ${runs}` })));
      await store.add(toRequest(`without ${runs}`, delivery.devices, { expectedImeis }));
      const [state, other] = [await readState(store, `with ${runs}`), await readState(store, `without ${runs}`)];
      // A whole account that was quiet stays so.
      const withoutQuiet = { ...state, request: { ...state.request, nextChangeAtMs: null } };
      expect(withoutQuiet).toEqual({ ...other, request: { ...other.request, nextChangeAtMs: null } });
      expect(JSON.stringify(state)).not.toContain(erased);
    });
    await fc.assert(rule, { numRuns: 40 });
  });

  it('finds it in every report, with or without an account, and says how many are open', async () => {
    const store = await bench.open();
    for (let at = 0; at < 250; at += 1) await store.add(toRequest(`tx ${at}`, 2));
    await store.recordMessages(Array.from({ length: 100 }, (_, at) => toUsage(`tx ${at}`, 0)));
    await store.recordMessages(Array.from({ length: 100 }, (_, at) => toUsage(`tx ${at}`, 1)));
    await store.recordMessages([toUsage('unknown', 1), toError('unknown', 0)]);
    expect(await store.eraseDevice(toImei(1))).toEqual({ ...NOTHING, reports: 251, openReports: 151, rows: 251 });
    expect(await store.find('tx 0', ACCOUNT)).toMatchObject({
      status: 'COMPLETED',
      expectedDevices: 1,
      receivedDevices: 1,
    });
    expect(await store.find('tx 249', ACCOUNT)).toMatchObject({
      status: 'QUEUED',
      expectedDevices: 1,
      missingDevices: 1,
    });
    await store.add(toRequest('unknown', null));
    expect(await store.find('unknown', ACCOUNT)).toMatchObject({ receivedDevices: 0, failedDevices: 1 });
    expect(await store.eraseDevice(toImei(1))).toEqual(NOTHING);
  });

  it('completes a report that waited only for the device, and tells its subscribers', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await store.recordMessages([toUsage('a', 0)]);
    let changes = 0;
    store.subscribe('a', () => (changes += 1));
    bench.nowMs = NOON + DAY / 2;
    await store.eraseDevice(toImei(1));
    expect(await store.find('a', ACCOUNT)).toMatchObject({
      status: 'COMPLETED',
      completedAtMs: NOON + DAY / 2,
      progress: 1,
      revision: 3,
    });
    await eventually(() => Promise.resolve(changes)).toBeGreaterThan(0);
  });

  it('empties a report that was about the device alone, and it stays readable', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 1));
    await store.recordMessages([toError('a', 0)]);
    await store.eraseDevice(toImei(0));
    expect(await readState(store, 'a')).toMatchObject({
      request: { status: 'COMPLETED', expectedDevices: 0, missingDevices: 0, errorRows: 0 },
      usage: [],
      errors: [],
      missing: [],
    });
  });

  it('takes its IMEI out of the errors of others', async () => {
    const store = await bench.open();
    const errorMessage = `Neither ${toImei(1)} nor "${toImei(2)}" answered.`;
    await store.add(toRequest('a', 3));
    await store.recordMessages([toError('a', 0, { errorMessage }), toError('a', null, { errorMessage })]);
    expect(await store.eraseDevice(toImei(1))).toMatchObject({ reports: 1, rows: 3 });
    const texts = (await readAll((page) => store.errors('a', page), 10)).map((error) => error.errorMessage);
    expect(texts).toEqual(Array(2).fill(`Neither (erased) nor "${toImei(2)}" answered.`));
    expect(await store.find('a', ACCOUNT)).toMatchObject({ expectedDevices: 2, errorRows: 2, failedDevices: 1 });
  });

  it('removes the dead letters that contain it, in every form in which bodies contain IMEIs', async () => {
    const store = await bench.open();
    const imei = '004401234567890' as Imei;
    const bodies = [
      `{"imei":"${imei}"`,
      `{"imei":4401234567890,"`,
      Buffer.from(`{"imei":"${imei}"`, 'utf16le'),
      Buffer.from(`{"imei":"${imei}"`, 'utf16le').swap16(),
      Buffer.from(`{"imei":"${imei}","caf\xe9`, 'latin1'),
      `{"imei":"\\u00300440123456789\\u0030"`,
    ];
    const others = ['', 'garbled', `1${imei}`, `${imei}1`, Buffer.from([0, 1, 2, 255]), '{"imei":"104401234567890"'];
    for (const body of [...bodies, ...others]) await store.addDeadLetter(toLetter(body));
    expect(await store.eraseDevice(imei)).toEqual({ ...NOTHING, deadLetters: bodies.length });
    const left = (await store.deadLetters(100)).map(({ body }) => body.toString());
    expect(left.reverse()).toEqual(others.map(String));
    expect(await store.deadLetterCounts()).toMatchObject({ storedDeadLetters: others.length });
  });

  it('stores what arrives of the device later, as of one that was not requested, until it is erased again', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 3));
    await store.eraseDevice(toImei(1));
    await store.recordMessages([toUsage('a', 1)]);
    expect(await store.find('a', ACCOUNT)).toMatchObject({ expectedDevices: 2, unexpectedDevices: 1 });
    expect(await store.eraseDevice(toImei(1))).toMatchObject({ reports: 1, openReports: 1, rows: 1 });
    expect(await store.find('a', ACCOUNT)).toMatchObject({ unexpectedDevices: 0, missingDevices: 2 });
  });

  it('counts right while others record messages of the same reports', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    const reports = Array.from({ length: 30 }, (_, at) => `tx ${at}`);
    for (const txid of reports) await one.add(toRequest(txid, 5));
    const recording = Promise.all(
      [0, 2, 3, 4].map(async (device) => {
        for (const txid of reports) await other.recordMessages([toUsage(txid, device)]);
      }),
    );
    await one.eraseDevice(toImei(1));
    await recording;
    for (const txid of reports) {
      expect(await one.find(txid, ACCOUNT)).toMatchObject({
        status: 'COMPLETED',
        expectedDevices: 4,
        receivedDevices: 4,
        missingDevices: 0,
      });
    }
  });

  it('is announced to every process, by a text without the IMEI', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    expect(await other.lastErasure()).toBeNull();
    let announced = 0;
    const stop = other.onErasure(() => (announced += 1));
    await one.eraseDevice(toImei(1));
    await eventually(() => Promise.resolve(announced)).toBeGreaterThan(0);
    const first = await other.lastErasure();
    expect(first).toMatch(/^"[0-9a-f-]{36}"$/);
    await one.eraseDevice(toImei(1));
    expect(await other.lastErasure()).not.toBe(first);
    stop();
  });
});

describe('the SQLite file', () => {
  const bench = useStoreBench('SQLite');

  it('has no trace of a device after it was erased, while another process uses it', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    await one.add(toRequest('a', 2_000));
    await one.recordMessages(Array.from({ length: 1_500 }, (_, device) => toUsage('a', device)));
    await one.recordMessages([toError('a', 1_600), toUsage('unknown', 1_000), toError('unknown', 1_600)]);
    await one.addDeadLetter(toLetter(`${toImei(1_600)} ${'x'.repeat(20_000)}`));
    const { dataDir } = bench.location();
    const readFiles = async (): Promise<string> => {
      const texts = (await readdir(dataDir)).map((name) => readFile(path.join(dataDir, name), 'latin1'));
      return (await Promise.all(texts)).join();
    };
    for (const device of [0, 1_000, 1_600, 1_999]) {
      expect(await readFiles()).toContain(toImei(device));
      await other.eraseDevice(toImei(device));
      expect(await readFiles()).not.toContain(toImei(device));
    }
    expect(await one.find('a', ACCOUNT)).toMatchObject({ expectedDevices: 1_996, receivedDevices: 1_498 });
  });
});
