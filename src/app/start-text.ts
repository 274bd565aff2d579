import type { Config } from '../config/config.ts';
import type { Simulator } from '../simulator/index.ts';

export interface StartFacts {
  /** Such as http://127.0.0.1:4000 */
  readonly serverUrl: string;
  readonly graphqlPath: string;
  /** Where the platform posts its messages, its secret part hidden: a start text ends up in a log. */
  readonly callbackUrl: string;
  readonly config: Config;
  readonly simulator: Simulator | null;
}

/** What a person who starts the server reads first: where it is, what it speaks to, and the next step. */
export function toStartText({ serverUrl, graphqlPath, callbackUrl, config, simulator }: StartFacts): string {
  const graphqlUrl = `${serverUrl}${graphqlPath}`;
  const lines = [
    '',
    '  Device reports in GraphQL',
    '',
    `  API       ${graphqlUrl}`,
    ...(config.graphiql ? [`  GraphiQL  ${graphqlUrl}  (the same address, in a browser)`] : []),
    `  Callers   ${describeAuthentication(config)}`,
    ...(simulator === null ? describePlatform(config, callbackUrl) : describeSimulator(simulator)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function describePlatform({ baseUrl, publicUrl }: Config, callbackUrl: string): string[] {
  return [
    `  Platform  ${baseUrl}`,
    `  Callbacks ${callbackUrl}`,
    '',
    ...(publicUrl === null
      ? ['  For asynchronous reports set PUBLIC_URL to where the platform reaches this server, then run the mutation']
      : ['  For asynchronous reports have the platform post there, once, with the mutation']),
    '  registerCallbackListener(input: {}).',
  ];
}

function describeAuthentication({ tokens, callersBringTokens, host }: Config): string {
  if (callersBringTokens) return 'whoever brings tokens of the platform, in Authorization and VZ-M2M-Token';
  return tokens === null ? `whoever reaches ${host}` : `whoever brings a token of ${tokens.issuer}`;
}

function describeSimulator({ url, fleet, accountNumber }: Simulator): string[] {
  return [
    `  Platform  ${url}`,
    '',
    '  No credentials are set, so an embedded simulator stands in for the platform:',
    `  account ${accountNumber} with ${fleet.length} made-up devices. Nothing here reaches the carrier.`,
    '  It posts its messages to this server, so asynchronous reports arrive by themselves.',
    '',
    '  Next step, real data: set THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME,',
    '  THINGSPACE_PASSWORD and THINGSPACE_ACCOUNT_NUMBER, then start again (.env.example has them all).',
  ];
}
