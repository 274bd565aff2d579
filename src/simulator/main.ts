import type { SimulatedDevice } from './fleet/device.ts';
import { parseSettings, type Settings } from './settings.ts';
import { startSimulator, type Simulator } from './simulator.ts';

const SHOWN_DEVICES = 3;

function sampleOf(fleet: readonly SimulatedDevice[], kind: string): string {
  const imeis = fleet.filter((device) => device.kind === kind).map(({ imei }) => imei);
  return `  ${kind.padEnd(9)}${imeis.slice(0, SHOWN_DEVICES).join(' ')}`;
}

function describe({ version }: Settings, simulator: Simulator): string {
  const { environment, fleet } = simulator;
  const kinds = new Set(fleet.map(({ kind }) => kind));
  return [
    `The ThingSpace simulator (contract: ${version}) is running. Settings for a client:`,
    '',
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    '',
    `Admin API: ${simulator.adminUrl}`,
    `${fleet.length} devices, for example:`,
    ...[...kinds].map((kind) => sampleOf(fleet, kind)),
    '',
  ].join('\n');
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  if (error.code === 'EADDRINUSE') return `the port is in use; set SIMULATOR_PORT to another one (${error.message})`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `SIMULATOR_HOST is not an address of this machine (${error.message})`;
  }
  return error.message;
}

try {
  const settings = parseSettings(process.env);
  const simulator = await startSimulator(settings);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void simulator.close());
  process.stdout.write(describe(settings, simulator));
} catch (error) {
  process.stderr.write(`The simulator did not start: ${explain(error)}\n`);
  process.exitCode = 1;
}
