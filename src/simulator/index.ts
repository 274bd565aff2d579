export type { SimulatedDevice } from './fleet/device.ts';
export type { ContractVersion } from './reports/report-fields.ts';
export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
