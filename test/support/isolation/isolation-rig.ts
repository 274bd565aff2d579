import { expect } from 'vitest';
import { startAsyncWorld, type AsyncWorld } from '../world/async-world.ts';
import { createSender } from '../fuzz/sender.ts';
import type { RawAnswer } from '../raw-request.ts';
import type { RecordedRequest } from '../fakes/recording-platform.ts';
import type { Settings } from '../world/settings.ts';
import { toRequest, type AskingPlan, type Holdings } from './askings.ts';
import { markPlatform, type MarkingPlatform } from './marking-platform.ts';
import { DEVICES, numberOf, type Party } from './parties.ts';

/** How the two callers are distinguished. */
export interface IsolationMode {
  readonly parties: Readonly<Record<Party['name'], Party>>;
  readonly config: Settings;
  /** Returns whether the server makes this call for the caller, as far as the platform can see. */
  readonly isOf: (party: Party, request: RecordedRequest) => boolean;
}

/** One server, two callers, and a platform that responds when the test says so. */
export interface IsolationRig {
  readonly at: AsyncWorld;
  readonly platform: MarkingPlatform;
  readonly parties: IsolationMode['parties'];
  readonly holdings: Readonly<Record<Party['name'], Holdings>>;
  ask(name: Party['name'], plan: AskingPlan): Asked;
  /** Posts a callback message, as the platform does, for a device of one of the caller's reports. */
  post(name: Party['name'], pick: number): Promise<void>;
  close(): Promise<void>;
}

export interface Asked {
  readonly me: Party;
  readonly other: Party;
  readonly plan: AskingPlan;
  /** Null if the caller disconnected. */
  readonly answer: Promise<RawAnswer | null>;
  abort(): void;
}

const MAX_HELD = 12;

export async function startIsolationRig({ parties, config, isOf }: IsolationMode): Promise<IsolationRig> {
  const at = await startAsyncWorld({
    config: {
      batchWindowMs: 2,
      retries: 0,
      breakerFailures: 0,
      concurrency: 200,
      cacheMaxBytes: 6_000,
      reportCost: false,
      ...config,
    },
  });
  const platform = markPlatform(at.platform, Object.values(parties), isOf);
  const sender = createSender(new URL(at.world.url).origin);
  const holdings = { anne: toHoldings(), bert: toHoldings() };

  const ask = (name: Party['name'], plan: AskingPlan): Asked => {
    const [me, other] = name === 'anne' ? [parties.anne, parties.bert] : [parties.bert, parties.anne];
    const controller = new AbortController();
    const answer = sender.send(toRequest(plan, me, other, holdings), controller.signal).catch((error: unknown) => {
      if (controller.signal.aborted) return null;
      throw error;
    });
    return { me, other, plan, answer, abort: () => controller.abort() };
  };
  const post = async (name: Party['name'], pick: number): Promise<void> => {
    const txid = holdings[name].txids.at(-1 - (pick % holdings[name].txids.length)) ?? '';
    const imei = DEVICES[pick % DEVICES.length] ?? '';
    const number = numberOf(parties[name], imei, 'message');
    const usage = [{ imei, numberOfSessions: number, bytesTransferred: number }];
    const { status } = await at.post({ txid, usage, errors: [{ errorMessage: `an error of-${name}` }] });
    expect(status).toBe(200);
  };

  const start = async (name: Party['name']): Promise<void> => {
    const plan = { day: 0, devices: [0, 1, 2, 3, 4, 5], pick: 0, isFresh: false, isForeign: false };
    for (const what of ['request', 'find'] as const) {
      const { answer } = ask(name, { ...plan, what });
      const whole = await untilAnswered(answer, platform);
      collect(holdings[name], whole?.body ?? '');
      if (what === 'request') for (const which of [0, 1, 2, 3]) await post(name, which);
    }
    expect([holdings[name].txids.length, holdings[name].links.length]).toEqual([1, 1]);
    expect(holdings[name].cursors).not.toEqual([]);
  };
  await start('anne');
  await start('bert');
  return {
    at,
    platform,
    parties,
    holdings,
    ask,
    post,
    async close() {
      sender.close();
      await at.close();
    },
  };
}

/** Lets the platform respond until the promise is settled. */
export async function untilAnswered<T>(answer: Promise<T>, platform: MarkingPlatform): Promise<T> {
  const settled = { is: false };
  const settle = (): void => void (settled.is = true);
  answer.then(settle, settle);
  while (!settled.is) {
    platform.answerAll();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return answer;
}

/** Collects from a response what its caller can use later, and the other can try to use. */
export function collect({ txids, links, cursors }: Holdings, text: string): void {
  add(txids, text, /"txid":"(report-of-\w+-\d+)"/g);
  add(links, text, /"download":"([^"]+)"/g);
  add(cursors, text, /"cursor":"([^"]+)"/g);
}

function add(list: string[], text: string, pattern: RegExp): void {
  for (const [, found = ''] of text.matchAll(pattern)) if (!list.includes(found)) list.push(found);
  list.splice(0, list.length - MAX_HELD);
}

function toHoldings(): Holdings {
  return { txids: [], links: [], cursors: [] };
}
