import type { Config } from './config.ts';
import type { Simulator } from './simulator/index.ts';

/** What a person who starts the server reads first: where it is, what it speaks to, and the next step. */
export function toStartText(graphqlUrl: string, { graphiql, baseUrl }: Config, simulator: Simulator | null): string {
  const lines = [
    '',
    '  Device reports in GraphQL',
    '',
    `  API       ${graphqlUrl}`,
    ...(graphiql ? [`  GraphiQL  ${graphqlUrl}  (the same address, in a browser)`] : []),
    ...(simulator === null ? describePlatform(baseUrl) : describeSimulator(simulator)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function describePlatform(baseUrl: string): string[] {
  return [`  Platform  ${baseUrl}`];
}

function describeSimulator({ url, fleet, accountNumber }: Simulator): string[] {
  return [
    `  Platform  ${url}`,
    '',
    '  No credentials are set, so an embedded simulator stands in for the platform:',
    `  account ${accountNumber} with ${fleet.length} made-up devices. Nothing here reaches the carrier.`,
    '',
    '  Next step, real data: set THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME,',
    '  THINGSPACE_PASSWORD and THINGSPACE_ACCOUNT_NUMBER, then start again (.env.example has them all).',
  ];
}
