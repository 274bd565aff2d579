import type { ContractVersion } from './reports/report-fields.ts';

export interface Settings {
  host: string;
  port: number;
  version: ContractVersion;
  callbackRetrySeconds: number;
  requireListener: boolean;
  oneSession: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

function readPort(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : undefined;
}

function readSeconds(text: string): number | undefined {
  const seconds = Number(text);
  return /^\d{1,5}$/.test(text) && seconds >= 1 && seconds <= 86_400 ? seconds : undefined;
}

function readVersion(text: string): ContractVersion | undefined {
  return text === 'older' || text === 'newest' ? text : undefined;
}

function readFlag(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

/** Parses the SIMULATOR_ variables. Throws an Error that names every invalid one. */
export function parseSettings(environment: Environment): Settings {
  const { SIMULATOR_HOST: host = '127.0.0.1', SIMULATOR_PORT = '4010', SIMULATOR_VERSION = 'newest' } = environment;
  const { SIMULATOR_CALLBACK_RETRY_SECONDS = '300', SIMULATOR_REQUIRE_LISTENER = 'true' } = environment;
  const { SIMULATOR_ONE_SESSION = 'false' } = environment;
  const port = readPort(SIMULATOR_PORT);
  const version = readVersion(SIMULATOR_VERSION);
  const callbackRetrySeconds = readSeconds(SIMULATOR_CALLBACK_RETRY_SECONDS);
  const requireListener = readFlag(SIMULATOR_REQUIRE_LISTENER);
  const oneSession = readFlag(SIMULATOR_ONE_SESSION);
  if (
    host !== '' &&
    port !== undefined &&
    version !== undefined &&
    callbackRetrySeconds !== undefined &&
    requireListener !== undefined &&
    oneSession !== undefined
  ) {
    return { host, port, version, callbackRetrySeconds, requireListener, oneSession };
  }
  const faults = [
    ...(host === '' ? ['SIMULATOR_HOST must not be empty'] : []),
    ...(port === undefined ? [`SIMULATOR_PORT must be a port from 0 to 65535, not "${SIMULATOR_PORT}"`] : []),
    ...(version === undefined ? [`SIMULATOR_VERSION must be older or newest, not "${SIMULATOR_VERSION}"`] : []),
    ...(callbackRetrySeconds === undefined
      ? [`SIMULATOR_CALLBACK_RETRY_SECONDS must be 1 to 86400, not "${SIMULATOR_CALLBACK_RETRY_SECONDS}"`]
      : []),
    ...(requireListener === undefined
      ? [`SIMULATOR_REQUIRE_LISTENER must be true or false, not "${SIMULATOR_REQUIRE_LISTENER}"`]
      : []),
    ...(oneSession === undefined
      ? [`SIMULATOR_ONE_SESSION must be true or false, not "${SIMULATOR_ONE_SESSION}"`]
      : []),
  ];
  throw new Error(faults.join('; '));
}
