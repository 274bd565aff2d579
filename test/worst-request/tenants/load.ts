import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../world/client.ts';
import { toLongestWait } from './core-waits.ts';

/** What a load saw. Times are without those in which the event loops of the server and of the load waited for a core of the machine. */
export interface LoadResult {
  readonly requests: number;
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99Ms: number;
  readonly medianMs: number;
  /** The same as `p99Ms` with the time in which they waited for a core. */
  readonly wallP99Ms: number;
  /** What the failed requests got, each kind once. */
  readonly failures: readonly string[];
}

/** Requests that start per second and tenant, whether or not earlier ones have ended. */
const RATE = 10;

/** Sends ordinary requests of several tenants. `toQuery` returns the query with this number; its answer must have data and no errors. */
export async function runLoad(
  clients: readonly Client[],
  toQuery: (tenant: number, number: number) => string,
  seconds: number,
  readCoreWaits: () => readonly number[],
): Promise<LoadResult> {
  const times: { readonly wallMs: number; readonly waitedMs: number }[] = [];
  const failures = new Set<string>();
  const runOne = async (tenant: number, number: number): Promise<void> => {
    const startedAtMs = performance.now();
    const waitsBefore = readCoreWaits();
    try {
      const { status, text } = await (clients[tenant] as Client).send({ query: toQuery(tenant, number) });
      if (status !== 200 || !text.startsWith('{"data"') || text.includes('"errors":[{"message"')) {
        failures.add(`${status} ${text.slice(0, 200)}`);
      }
    } catch (error) {
      failures.add(String(error));
    }
    times.push({ wallMs: performance.now() - startedAtMs, waitedMs: toLongestWait(waitsBefore, readCoreWaits()) });
  };
  const running: Promise<void>[] = [];
  const beganAtMs = performance.now();
  for (let number = 0; number < RATE * seconds; number += 1) {
    for (const tenant of clients.keys()) running.push(runOne(tenant, number));
    await wait(Math.max(0, beganAtMs + ((number + 1) * 1_000) / RATE - performance.now()));
  }
  await Promise.all(running);
  const sorted = times.map(({ wallMs, waitedMs }) => wallMs - waitedMs).toSorted(ascending);
  const wall = times.map(({ wallMs }) => wallMs).toSorted(ascending);
  return {
    requests: times.length,
    p99Ms: toQuantile(sorted, 0.99),
    medianMs: toQuantile(sorted, 0.5),
    wallP99Ms: toQuantile(wall, 0.99),
    failures: [...failures],
  };
}

function ascending(one: number, other: number): number {
  return one - other;
}

function toQuantile(sorted: readonly number[], quantile: number): number {
  return sorted[Math.ceil(sorted.length * quantile) - 1] ?? 0;
}
