// A file of its own: the public interface of the simulator. The server and most tests import nothing else of it.
export type { SimulatedDevice } from './fleet/device.ts';
export type { ContractVersion } from './reports/report-fields.ts';
export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
