import { cpus, loadavg, totalmem } from 'node:os';

/** Describes where and when the results were measured. */
export function describeMachine(/** @type {Date} */ now) {
  const processors = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    cpu: processors[0].model.trim(),
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadBefore: Number(loadavg()[0].toFixed(2)),
  };
}

/** @param {ReturnType<typeof describeMachine>} machine */
export const machineLine = ({ date, cpu, cores, memoryGiB, node, loadBefore }) =>
  `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load average ${loadBefore} before the start`;
