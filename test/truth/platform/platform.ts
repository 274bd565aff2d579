import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../chance.ts';
import { findDevice, isWithin, sessionsIn, toView, type Device, type Fate, type Fleet } from '../fleet.ts';
import { readCall, type AnsweredCall, type FailedCall, type ReportCall } from './calls.ts';
import { sendFault, sendJson, type Fault } from './faults.ts';
import { devicesOf, toResult } from './messages.ts';
import { toSessionRow } from './rows.ts';
import { createSignIn } from './sign-in.ts';

/** A platform that answers every call from the fleet. */
export interface Platform {
  readonly url: string;
  /** The calls that got a report, in the order of the answers. */
  readonly answered: readonly AnsweredCall[];
  /** The calls that failed with status 500 because of a broken device. */
  readonly failed: readonly FailedCall[];
  /** What was wrong with calls, as the contract says. */
  readonly complaints: readonly string[];
  /** The number of calls that are not answered yet. */
  countOpen(): number;
  /** The next calls get these faults, one each. Replaces those that are left. */
  setFaults(faults: readonly Fault[]): void;
  /** Ends every token of a kind, before its time. */
  endTokens(kind: 'sessions' | 'bearers'): void;
  /** The server has started anew, and may sign in. */
  forgetSignIn(): void;
  /** Every call gets this fault from now on; null ends that. */
  setOutage(fault: Fault | null): void;
  /** Holds the answers of calls that arrive from now on. They are what was true when the call arrived. */
  hold(): Held;
  /** What is done with the txid of an accepted asynchronous report before the answer to its request leaves. */
  onAccepted(work: ((call: AnsweredCall) => Promise<void>) | null): void;
  /** The status that the next asynchronous reports get. */
  setAsyncStatus(status: 'QUEUED' | 'COMPLETED'): void;
  close(): Promise<void>;
}

/** Answers that are held back. */
export interface Held {
  /** The number of calls that wait. */
  count(): number;
  /** Calls that arrive from now on are answered at once. */
  stop(): void;
  /** Sends the answers. */
  release(): void;
}

export async function startPlatform(fleet: Fleet, now: () => number, chance: Chance): Promise<Platform> {
  const answered: AnsweredCall[] = [];
  const failed: FailedCall[] = [];
  const complaints: string[] = [];
  const signIn = createSignIn(now, (what) => complaints.push(what));
  let open = 0;
  let faults: Fault[] = [];
  let outage: Fault | null = null;
  let status: 'QUEUED' | 'COMPLETED' = 'QUEUED';
  let holding: (() => Promise<void>) | null = null;
  let accepted: ((call: AnsweredCall) => Promise<void>) | null = null;

  const answer = async (call: ReportCall, response: ServerResponse): Promise<void> => {
    const atMs = now();
    await holding?.();
    const fault = outage ?? faults.shift();
    if (fault !== undefined) {
      sendFault(response, fault);
      return;
    }
    const failing = call.path === 'async' ? undefined : findFailing(fleet, call);
    if (failing !== undefined) {
      if (failing?.fate === 'broken') failed.push({ ...call, atMs });
      sendJson(response, ...toFailure(failing));
      return;
    }
    const txid = `txid-${answered.length + 1}-${chance.integer(0, 1_000_000)}`;
    const done: AnsweredCall = { ...call, txid, atMs };
    answered.push(done);
    if (call.path === 'async') await accepted?.(done);
    sendJson(response, 200, call.path === 'async' ? { txid, status } : { txid, ...toReport(fleet, done) });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readBody(request);
    const { pathname } = new URL(request.url ?? '', 'http://platform');
    const path = pathname.replace(/^\/api/, '');
    if (signIn.answer(path, request.headers, response) || signIn.reject(request.headers, response)) return;
    if (path === '/hyper-precise/v1/callbacks') {
      sendJson(response, 200, []);
      return;
    }
    for (let turns = chance.integer(0, 4); turns > 0; turns -= 1) await new Promise(setImmediate);
    try {
      const call = readCall(path, request.headers, text);
      if (call === null) throw new Error(`there is no ${path}`);
      await answer(call, response);
    } catch (error) {
      complaints.push(`${String(error)}: ${text}`);
      sendJson(response, 500, { errorCode: 'INTERNAL_ERROR' });
    }
  };

  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => (open -= 1));
    response.on('error', () => response.destroy());
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    answered,
    failed,
    complaints,
    countOpen: () => open,
    setFaults: (next) => void (faults = [...next]),
    endTokens: signIn.end,
    forgetSignIn: signIn.forget,
    setOutage: (next) => void (outage = next),
    hold() {
      const waiting: (() => void)[] = [];
      let isReleased = false;
      holding = () => {
        return new Promise((resolve) => {
          if (isReleased) resolve();
          else waiting.push(resolve);
        });
      };
      return {
        count: () => waiting.length,
        stop: () => void (holding = null),
        release() {
          isReleased = true;
          for (const resolve of waiting.splice(0)) resolve();
        },
      };
    },
    onAccepted: (work) => void (accepted = work),
    setAsyncStatus: (next) => void (status = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const FAIL_AGGREGATES: readonly Fate[] = ['rejected', 'unknown', 'broken'];
const FAIL_SESSIONS: readonly Fate[] = [...FAIL_AGGREGATES, 'refused', 'nameless'];

/** The first device that makes the platform fail the whole call. */
function findFailing(fleet: Fleet, { path, account, imei }: ReportCall): Device | null | undefined {
  const fatal = path === 'sessions' ? FAIL_SESSIONS : FAIL_AGGREGATES;
  return imei
    .map((each) => findDevice(fleet, account, each))
    .find((device) => (device === null ? path === 'sessions' : fatal.includes(device.fate)));
}

function toFailure(device: Device | null): [number, object] {
  switch (device?.fate) {
    case 'unknown':
      return [404, { errorCode: 'INVALID_PARAMETER', errorMessage: 'NOT_FOUND' }];
    case 'refused':
    case 'nameless':
      return [403, { responseCode: 'INVALID_ACCESS', message: 'not certified' }];
    case 'broken':
      return [500, { errorCode: 'INTERNAL_ERROR', errorMessage: 'this device always fails' }];
    default:
      return [400, { errorCode: 'INVALID_PARAMETER', errorMessage: 'not a device of the account' }];
  }
}

function toReport(fleet: Fleet, call: AnsweredCall): object {
  if (call.path === 'aggregate') {
    const results = devicesOf(fleet, call).map((device) => toResult(fleet, call, device));
    const [usage, errors] = [results.flatMap((each) => each.usage), results.flatMap((each) => each.errors)];
    return { usage, ...(errors.length === 0 && chanceOf(call) ? {} : { errors }) };
  }
  const viewMs = toView(call.atMs);
  const device = findDevice(fleet, call.account, call.imei[0] ?? '');
  if (device === null) return {};
  const sessions = sessionsIn(fleet, device, call.window, viewMs).filter((session) =>
    isWithin(session, call.durationLow, call.durationHigh, viewMs),
  );
  return {
    ...(device.id === null ? {} : { id: device.id }),
    ...(sessions.length === 0 && chanceOf(call)
      ? {}
      : { sessions: sessions.map((each) => toSessionRow(each, viewMs)) }),
  };
}

/** Whether an empty list is left out. */
function chanceOf({ txid }: AnsweredCall): boolean {
  return txid.endsWith('1') || txid.endsWith('2');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
