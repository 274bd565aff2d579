import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../world/client.ts';

/** What a load saw. */
export interface LoadResult {
  readonly requests: number;
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99Ms: number;
  readonly medianMs: number;
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
): Promise<LoadResult> {
  const times: number[] = [];
  const failures = new Set<string>();
  const runOne = async (tenant: number, number: number): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      const { status, text } = await (clients[tenant] as Client).send({ query: toQuery(tenant, number) });
      if (status !== 200 || !text.startsWith('{"data"') || text.includes('"errors":[{"message"')) {
        failures.add(`${status} ${text.slice(0, 200)}`);
      }
    } catch (error) {
      failures.add(String(error));
    }
    times.push(performance.now() - startedAtMs);
  };
  const running: Promise<void>[] = [];
  const beganAtMs = performance.now();
  for (let number = 0; number < RATE * seconds; number += 1) {
    for (const tenant of clients.keys()) running.push(runOne(tenant, number));
    await wait(Math.max(0, beganAtMs + ((number + 1) * 1_000) / RATE - performance.now()));
  }
  await Promise.all(running);
  const sorted = times.toSorted((one, other) => one - other);
  return {
    requests: sorted.length,
    p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
    medianMs: sorted[Math.ceil(sorted.length * 0.5) - 1] ?? 0,
    failures: [...failures],
  };
}
