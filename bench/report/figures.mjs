import { spreadOf } from './spread.mjs';

/** @typedef {import('./spread.mjs').Spread} Spread */
/** @typedef {Spread & { ratio: Spread | null, rounds: number[] }} Figure */
/** @typedef {Record<string, Record<string, number>>} Round what was measured in a round, by server and by key */
/** @typedef {ReturnType<typeof toFigures>} Measured */

/** This server is also compared with these, one by one. */
const references = ['before', 'echo', 'bare-shared', 'tailcall'];

/**
 * Summarizes the rounds of a workload. A ratio is computed within its round, so that other load on the machine affects both sides.
 * @param {Pick<import('../workloads/under-load.mjs').Workload, 'number' | 'title' | 'metrics'>} workload
 * @param {{ name: string, label: string }[]} servers
 * @param {Round[]} rounds
 */
export function toFigures({ number, title, metrics }, servers, rounds) {
  const has = (/** @type {string} */ name) => servers.some((server) => server.name === name);

  /**
   * @param {string} name
   * @param {string} reference
   * @param {import('../workloads/under-load.mjs').Metric} metric
   * @returns {Spread | null}
   */
  function ratio(name, reference, { key, noRatio }) {
    if (noRatio || !has(name) || !has(reference)) return null;
    const ratios = rounds.map((round) => round[name][key] / round[reference][key]);
    return ratios.every(Number.isFinite) ? spreadOf(ratios) : null;
  }

  /**
   * @param {string} name
   * @param {import('../workloads/under-load.mjs').Metric} metric
   * @returns {Figure}
   */
  function figure(name, metric) {
    const values = rounds.map((round) => round[name][metric.key]);
    return { ...spreadOf(values), ratio: ratio(name, 'bare', metric), rounds: values };
  }

  return {
    number,
    title,
    metrics,
    rounds: rounds.length,
    servers: servers.map(({ name, label }) => ({
      name,
      label,
      figures: Object.fromEntries(metrics.map((metric) => [metric.key, figure(name, metric)])),
    })),
    comparisons: references
      .filter((reference) => has(reference) && has('server'))
      .map((reference) => ({
        reference,
        label: `this server / ${servers.find(({ name }) => name === reference)?.label}`,
        ratios: Object.fromEntries(metrics.map((metric) => [metric.key, ratio('server', reference, metric)])),
      })),
  };
}
