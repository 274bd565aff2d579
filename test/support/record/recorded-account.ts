import { createToDay, DAY } from '../../truth/calendar.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../fakes/recording-platform.ts';
import { PATHS } from '../world/admin.ts';
import type { World } from '../world/world.ts';

export const ACCOUNT = '0844021539-00001';

/** A call for usage, as the platform got it. */
export interface UsageCall {
  readonly kind: 'synchronous' | 'asynchronous';
  /** The local days from the first to the last. */
  readonly days: readonly string[];
  /** Empty for the whole account. */
  readonly imeis: readonly string[];
  /** Of an asynchronous call. */
  readonly txid: string;
}

/** A platform with one account, whose devices have the same usage whenever they are asked for. */
export interface RecordedAccount {
  readonly platform: RecordingPlatform;
  readonly imeis: readonly string[];
  /** The calls since they were taken last. */
  takeCalls(): UsageCall[];
  countCalls(): number;
  /** The usage of a device on days. */
  truth(
    imei: string,
    days: readonly string[],
  ): { readonly numberOfSessions: number; readonly bytesTransferred: number };
  /** The next answer about this day leaves the device out. */
  lose(imei: string, day: string): void;
  /** Messages of whole-account reports have an error with this status instead of the usage of the device. */
  fail(imei: string, status: string): void;
  /** From now on, the platform posts messages to this server. */
  listen(world: Pick<World, 'callbackUrl'>): void;
  /** Posts the messages of all asynchronous calls since the last time. Returns how many calls they were of. */
  deliver(world: Pick<World, 'callbackUrl'>): Promise<number>;
  /** Adds to the bytes of a device on a day. */
  grow(imei: string, day: string, bytes: number): void;
  close(): Promise<void>;
}

const ROWS_PER_MESSAGE = 2_000;

/** Starts the platform. Its answers for the whole account have at most `cap` devices, which are others on each day. */
export async function startRecordedAccount(devices: number, zone: string, cap = Infinity): Promise<RecordedAccount> {
  const platform = await startRecordingPlatform();
  const imeis = Array.from({ length: devices }, (_, at) => String(350_000_000_000_000 + 7 * at));
  const toDay = createToDay(zone);
  const lost = new Set<string>();
  const grown = new Map<string, number>();
  const failing = new Map<string, string>();
  const calls: UsageCall[] = [];
  let undelivered: UsageCall[] = [];
  let txids = 0;

  const truth: RecordedAccount['truth'] = (imei, days) => {
    const sums = { numberOfSessions: 0, bytesTransferred: 0 };
    for (const day of days) {
      const seed = (Number(imei) % 9_973) * 31 + (Date.parse(day) / DAY) * 17;
      // Some are silent, which is not the same as missing.
      if (seed % 11 === 0) continue;
      sums.numberOfSessions += 1 + (seed % 5);
      sums.bytesTransferred += (seed % 1_000) * 1_000 + (grown.get(`${imei} ${day}`) ?? 0);
    }
    return sums;
  };
  const toCall = (body: Buffer, kind: UsageCall['kind']): UsageCall => {
    const { startDate, endDate, imei } = JSON.parse(body.toString()) as {
      startDate: string;
      endDate: string;
      imei: string[];
    };
    const days = new Set<string>();
    for (let atMs = Date.parse(startDate); atMs < Date.parse(endDate); atMs += DAY / 4) days.add(toDay(atMs));
    const call = { kind, days: [...days], imeis: imei, txid: `txid-${(txids += 1)}` };
    calls.push(call);
    return call;
  };
  const toCapped = (days: readonly string[]): readonly string[] => {
    if (devices <= cap) return imeis;
    const first = (Date.parse(days[0] ?? '') / DAY) % devices;
    return [...imeis.slice(first), ...imeis.slice(0, first)].slice(0, cap);
  };
  const toRows = ({ days, imeis: named }: UsageCall) =>
    (named.length === 0 ? toCapped(days) : named)
      .filter((imei) => !days.some((day) => lost.delete(`${imei} ${day}`)))
      .map((imei) => ({ imei, ...truth(imei, days) }));

  platform.onRequest(PATHS.aggregate, (response, request) => {
    const call = toCall(request.body, 'synchronous');
    answerWith({ txid: call.txid, usage: toRows(call) })(response, request);
  });
  platform.onRequest(PATHS.async, (response, request) => {
    const call = toCall(request.body, 'asynchronous');
    undelivered.push(call);
    answerWith({ txid: call.txid, status: 'QUEUED' })(response, request);
  });
  const callbacksPath = `${PATHS.callbacks}?accountNumber=${ACCOUNT}`;
  platform.onRequest(callbacksPath, answerWith([]));
  let taken = 0;
  return {
    platform,
    imeis,
    takeCalls() {
      const since = calls.slice(taken);
      taken = calls.length;
      return since;
    },
    countCalls: () => calls.length,
    truth,
    lose: (imei, day) => void lost.add(`${imei} ${day}`),
    listen({ callbackUrl }) {
      platform.onRequest(
        callbacksPath,
        answerWith([{ accountName: ACCOUNT, name: 'BullseyeReporting', url: callbackUrl }]),
      );
    },
    async deliver({ callbackUrl }) {
      const due = undelivered;
      undelivered = [];
      for (const call of due) {
        const rows = toRows(call).filter(({ imei }) => !failing.has(imei));
        const errors = Array.from(failing, ([imei, httpStatusCode]) => ({ imei, errorResponse: { httpStatusCode } }));
        for (let at = 0; at < rows.length; at += ROWS_PER_MESSAGE) {
          const body = JSON.stringify({ txid: call.txid, usage: rows.slice(at, at + ROWS_PER_MESSAGE), errors });
          const response = await fetch(callbackUrl, {
            method: 'POST',
            body,
            headers: { 'Content-Type': 'application/json' },
          });
          if (response.status !== 200) throw new Error(`the callback was answered with ${response.status}`);
        }
      }
      return due.length;
    },
    fail: (imei, status) => void failing.set(imei, status),
    grow: (imei, day, bytes) => void grown.set(`${imei} ${day}`, bytes),
    close: () => platform.close(),
  };
}
