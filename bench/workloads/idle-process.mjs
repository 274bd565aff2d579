import { memory } from '../process-usage.mjs';

/** @type {import('./under-load.mjs').Workload} */
export const idleProcess = {
  number: 7,
  title: 'time from the start to the first correct response; resident memory after that and three idle seconds',
  upstreamDelayMs: 0,
  rounds: 5,
  freshEachRound: true,
  idleMs: 3_000,
  metrics: [
    { key: 'residentMiB', label: 'idle MiB', digits: 0, target: { of: 'value', atMost: 88 } },
    { key: 'startupSeconds', label: 'start s', digits: 2, target: { of: 'ratio', atMost: 3.4 } },
  ],
  sample: async ({ server }) => ({
    residentMiB: memory(server.pid).residentMiB,
    startupSeconds: server.startupMs / 1000,
  }),
};
