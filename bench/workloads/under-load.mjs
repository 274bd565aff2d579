import { cpuMs } from '../process-usage.mjs';

/** @typedef {import('../load/control.mjs').Load} Load */

/**
 * What a workload measures. Without a server of its own, if the workload launches itself.
 * @typedef {{
 *   name: string,
 *   entry: import('../servers/catalog.mjs').Entry,
 *   server: import('../servers/start-server.mjs').Server,
 *   upstream: Awaited<ReturnType<typeof import('../upstream/control.mjs').startUpstream>>,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   processes: import('../processes.mjs').Processes,
 *   folder: string,
 *   load(
 *     load: Omit<Load, 'target' | 'windows'> & Partial<Pick<Load, 'target'>>,
 *   ): Promise<import('../load/control.mjs').LoadResult>,
 *   seconds: number,
 *   count: number,
 * }} Bench
 */

/** @typedef {{ atMost?: number, below?: number, atLeast?: number }} Bound */

/**
 * A figure of a workload. Its target is for this server: its value, or its ratio to the bare handler. The targets `against` are for
 * its ratios to other servers. A figure that is often 0 has no ratio.
 * @typedef {{
 *   key: string, label: string, digits: number, noRatio?: boolean,
 *   target?: { of: 'value' | 'ratio' } & Bound,
 *   against?: Record<string, Bound>,
 * }} Metric
 */

/**
 * A workload. `prepare` starts what it needs, and returns a function that returns further environment variables of one server.
 * @typedef {{
 *   number: number, title: string, upstreamDelayMs: number, rounds: number,
 *   seconds?: number, quickSeconds?: number, count?: number, quickCount?: number,
 *   freshEachRound?: boolean, launchesItself?: boolean, idleMs?: number,
 *   servers?: string[],
 *   entries?: Record<string, import('../servers/catalog.mjs').Entry>,
 *   environment?: Record<string, string>,
 *   prepare?(processes: import('../processes.mjs').Processes): Promise<() => Promise<Record<string, string>>>,
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
  const { reportCalls, devicesPerCall, rejected, maxInFlight } = await upstream.counts();
  return {
    operations: result.operations,
    failed: result.failed,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    requestsPerSecond: (result.operations * 1000) / result.elapsedMs,
    callsPerOperation: reportCalls / result.operations,
    callsPerSecond: (reportCalls * 1000) / result.elapsedMs,
    rejectedPerSecond: (rejected * 1000) / result.elapsedMs,
    devicesPerCall,
    maxInFlight,
    cpuMsPerThousand: (cpu * 1000) / result.operations,
    loadCpuPercent: result.cpuShare * 100,
  };
}
