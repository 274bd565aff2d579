import { cpuMs } from '../process-usage.mjs';

/** @typedef {import('../load/control.mjs').Load} Load */

/**
 * @typedef {{
 *   server: import('../servers/start-server.mjs').Server,
 *   upstream: Awaited<ReturnType<typeof import('../upstream/control.mjs').startUpstream>>,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   load(
 *     load: Omit<Load, 'target' | 'windows'> & Partial<Pick<Load, 'target'>>,
 *   ): Promise<import('../load/control.mjs').LoadResult>,
 *   seconds: number,
 * }} Bench
 */

/**
 * @typedef {{
 *   key: string, label: string, digits: number,
 *   target?: { of: 'value' | 'ratio', atMost?: number, below?: number, atLeast?: number },
 * }} Metric
 */

/**
 * @typedef {{
 *   number: number, title: string, upstreamDelayMs: number, rounds: number, seconds?: number,
 *   freshEachRound?: boolean, idleMs?: number,
 *   servers?: Record<string, import('../servers/catalog.mjs').Entry>,
 *   metrics: Metric[],
 *   warmUp?(bench: Bench): Promise<unknown>,
 *   sample(bench: Bench): Promise<Record<string, number>>,
 * }} Workload
 */

/**
 * Runs a load. Returns its latencies, the CPU time of the server and the upstream calls.
 * @param {Bench} bench
 * @param {Parameters<Bench['load']>[0]} load
 */
export async function underLoad({ server, upstream, load: run }, load) {
  await upstream.reset();
  const cpuBefore = cpuMs(server.pid);
  const result = await run(load);
  const cpu = cpuMs(server.pid) - cpuBefore;
  const { reportCalls, devicesPerCall, maxInFlight } = await upstream.counts();
  return {
    operations: result.operations,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    requestsPerSecond: (result.operations * 1000) / result.elapsedMs,
    callsPerOperation: reportCalls / result.operations,
    devicesPerCall,
    maxInFlight,
    cpuMsPerThousand: (cpu * 1000) / result.operations,
    loadCpuPercent: result.cpuShare * 100,
  };
}
