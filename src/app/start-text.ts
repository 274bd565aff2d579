import type { Config } from '../config/config.ts';
import { VERSION } from '../domain/version.ts';
import { describeProxies } from './outbound.ts';
import type { Simulator } from '../simulator/index.ts';

/** What the start text reports. */
export interface StartFacts {
  /** Such as http://127.0.0.1:4000 */
  readonly serverUrl: string;
  readonly graphqlPath: string;
  /** The URL that the platform posts messages to, with its secrets hidden, because the start text ends up in a log. */
  readonly callbackUrl: string;
  readonly config: Config;
  readonly simulator: Simulator | null;
}

/** The text printed at start: where the server listens, which platform it uses, and the next step. */
export function toStartText({ serverUrl, graphqlPath, callbackUrl, config, simulator }: StartFacts): string {
  const graphqlUrl = `${serverUrl}${graphqlPath}`;
  const lines = [
    '',
    '  Device reports in GraphQL',
    '',
    ...(config.graphql.overviewPage ? [`  Overview  ${serverUrl}/`] : []),
    `  API       ${graphqlUrl}`,
    ...(config.graphql.graphiql ? [`  GraphiQL  ${graphqlUrl}  (the same address, in a browser)`] : []),
    `  Callers   ${describeAuthentication(config)}`,
    ...describeMissingLimit(config),
    ...(simulator === null ? describePlatform(config, callbackUrl) : describeSimulator(config, simulator)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** The facts of a start for the log, in production with the settings. None of them is a secret. */
export function toStartLine({ config, serverUrl, simulator }: StartFacts): object {
  const { server, store, shutdown, upstream, limits, cache, graphql, auth } = config;
  return {
    version: VERSION,
    url: serverUrl,
    publicUrl: server.publicUrl,
    platform: simulator?.url ?? config.platform.baseUrl,
    isSimulated: simulator !== null,
    isProduction: graphql.isProduction,
    callers: auth.callersBringTokens ? 'platform tokens' : auth.tokens === null ? 'anyone' : 'bearer tokens',
    store: store.databaseUrl === null ? 'SQLite' : 'PostgreSQL',
    ...(graphql.isProduction
      ? { settings: { ...shutdown, ...upstream, ...limits, ...cache, trustedProxies: server.trustedProxies } }
      : {}),
  };
}

function describePlatform(config: Config, callbackUrl: string): string[] {
  const { platform, server } = config;
  return [
    `  Platform  ${platform.baseUrl}`,
    ...describeProxies(config, false).map((proxy) => `  Proxy     ${proxy}`),
    `  Callbacks ${callbackUrl}`,
    '',
    ...(server.publicUrl === null
      ? ['  To receive asynchronous reports, set PUBLIC_URL to the public URL of this server, then run the mutation']
      : ['  To receive asynchronous reports, register this URL with the platform once, using the mutation']),
    '  registerCallbackListener(input: {}).',
  ];
}

/** The limit that an operator has to set before strangers may call, if it is not set. */
function describeMissingLimit({ graphql: { isProduction }, limits: { rateLimitPerMinute } }: Config): string[] {
  if (!isProduction || rateLimitPerMinute > 0) return [];
  return [
    '  Limits    no rate limit: a caller may send any number of requests. Set RATE_LIMIT_PER_MINUTE (docs/limits.md).',
  ];
}

function describeAuthentication({ auth: { tokens, callersBringTokens }, server: { host } }: Config): string {
  if (callersBringTokens) return 'anyone with ThingSpace tokens, sent in Authorization and VZ-M2M-Token';
  return tokens === null ? `anyone who can reach ${host}` : `anyone with a token from ${tokens.issuer}`;
}

function describeSimulator(config: Config, { url, fleet, accountNumber }: Simulator): string[] {
  return [
    `  Platform  ${url}`,
    ...describeProxies(config, true).map((proxy) => `  Proxy     ${proxy}`),
    '',
    '  No credentials are set, so an embedded simulator replaces the platform:',
    `  account ${accountNumber} with ${fleet.length} made-up devices. Nothing is sent to the carrier.`,
    '  It posts its messages to this server, so asynchronous reports arrive without further setup.',
    '',
    '  Next step: for real data, set THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME,',
    '  THINGSPACE_PASSWORD and THINGSPACE_ACCOUNT_NUMBER, then restart (.env.example lists all settings).',
  ];
}
