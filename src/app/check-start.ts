import { probeStore } from '../async-reports/store/probe-store.ts';
import { StoreError } from '../async-reports/store/store-error.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../log.ts';
import { TransportError } from '../thingspace/transport-error.ts';
import { describeStoreError } from './describe-store-error.ts';
import { openConfiguredDocuments } from './documents.ts';
import { openOutbound, readJwksUrl } from './outbound.ts';

/** What was checked, and what came of it. */
export interface Finding {
  readonly what: 'Store' | 'Platform' | 'Key set' | 'Documents';
  readonly isFault: boolean;
  /** A sentence without secrets. */
  readonly text: string;
}

const MAX_WAIT_MS = 10_000;

/**
 * Checks whether a start with this configuration would succeed: prepares the trusted documents, and reaches the store, the platform and the
 * key set. Signs in nowhere and changes nothing. Throws ConfigError for trusted documents that cannot run.
 */
export async function checkStart(config: Config, clock: Clock, log: Log): Promise<Finding[]> {
  const { platform, auth, store, documents } = config;
  openConfiguredDocuments(config, clock, log);
  const isSimulated = platform.credentials === null && !auth.callersBringTokens;
  const outbound = await openOutbound({ config, isSimulated, clock, log });
  const jwksUrl = readJwksUrl(auth);
  const getPlatform = (signal: AbortSignal): Promise<{ status: number }> =>
    outbound.exchange({ method: 'GET', url: platform.baseUrl, headers: {}, signal, freshConnection: true });
  try {
    const getKeys = (signal: AbortSignal) => outbound.fetchKeySet(jwksUrl ?? '', signal);
    const checks: Promise<Finding>[] = [
      checkStore(store),
      isSimulated
        ? Promise.resolve(toFinding('Platform', 'The embedded simulator, with made-up data.'))
        : checkHost('Platform', platform.baseUrl, getPlatform),
    ];
    if (jwksUrl !== null) checks.push(checkHost('Key set', jwksUrl, getKeys, (status) => status === 200));
    const trusted =
      documents.documentsById === null ? [] : [toFinding('Documents', `${documents.documentsById.size} trusted.`)];
    return [...(await Promise.all(checks)), ...trusted];
  } finally {
    outbound.close();
  }
}

function toFinding(what: Finding['what'], text: string, isFault = false): Finding {
  return { what, isFault, text };
}

async function checkStore({ databaseUrl, dataDir }: Config['store']): Promise<Finding> {
  try {
    const { database, version, versionAfterStart } = await probeStore(databaseUrl, dataDir);
    const tables =
      version === 0
        ? 'A start creates its tables.'
        : version === versionAfterStart
          ? `Its tables have version ${version}.`
          : `A start migrates its tables from version ${version} to ${versionAfterStart}.`;
    return toFinding('Store', `${database}. ${tables}`);
  } catch (error) {
    if (error instanceof StoreError) return toFinding('Store', describeStoreError(error), true);
    throw error;
  }
}

/** Any status of the platform proves that it is reached. */
async function checkHost(
  what: Finding['what'],
  url: string,
  get: (signal: AbortSignal) => Promise<{ readonly status: number }>,
  isExpected: (status: number) => boolean = () => true,
): Promise<Finding> {
  const { host } = new URL(url);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), MAX_WAIT_MS);
  try {
    const { status } = await get(timeout.signal);
    if (isExpected(status)) return toFinding(what, `${host} answers with status ${status}. Nobody has signed in.`);
    return toFinding(what, `${host} answers with status ${status} instead of 200.`, true);
  } catch (error) {
    if (timeout.signal.aborted)
      return toFinding(what, `${host} does not answer within ${MAX_WAIT_MS / 1_000} s.`, true);
    if (!(error instanceof TransportError)) throw error;
    const { layer, systemCode, fault } = error;
    return toFinding(
      what,
      `${host} cannot be reached (${[layer, systemCode ?? fault].filter(Boolean).join(', ')}).`,
      true,
    );
  } finally {
    clearTimeout(timer);
  }
}
