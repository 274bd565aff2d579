import { cpus, totalmem } from 'node:os';

/** Where and when figures were taken: without it they mean little. */
export function describeMachine(/** @type {Date} */ now) {
  const processors = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    cpu: processors[0].model.trim(),
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/** @param {ReturnType<typeof describeMachine>} machine */
export const machineLine = ({ date, cpu, cores, memoryGiB, node }) =>
  `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`;
