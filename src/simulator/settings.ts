import type { ContractVersion } from './reports/report-fields.ts';

export interface Settings {
  host: string;
  port: number;
  version: ContractVersion;
}

type Environment = Readonly<Record<string, string | undefined>>;

function readPort(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : undefined;
}

function readVersion(text: string): ContractVersion | undefined {
  return text === 'older' || text === 'newest' ? text : undefined;
}

/** Reads how to start from the environment, or throws an error that names every bad variable. */
export function parseSettings(environment: Environment): Settings {
  const { SIMULATOR_HOST: host = '127.0.0.1', SIMULATOR_PORT = '4010', SIMULATOR_VERSION = 'newest' } = environment;
  const port = readPort(SIMULATOR_PORT);
  const version = readVersion(SIMULATOR_VERSION);
  if (host !== '' && port !== undefined && version !== undefined) return { host, port, version };
  const complaints = [
    ...(host === '' ? ['SIMULATOR_HOST must not be empty'] : []),
    ...(port === undefined ? [`SIMULATOR_PORT must be a port from 0 to 65535, not "${SIMULATOR_PORT}"`] : []),
    ...(version === undefined ? [`SIMULATOR_VERSION must be older or newest, not "${SIMULATOR_VERSION}"`] : []),
  ];
  throw new Error(complaints.join('; '));
}
