import { parseArgs } from 'node:util';

export interface TenantsOptions {
  /** How long the load runs alone, and then again beside the hostile tenant. */
  readonly seconds: number;
}

export const USAGE = 'npm run hostile-tenant -- [--seconds 20]';

/** Parses the command line. Throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): TenantsOptions {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '20' } } });
  const seconds = Number(values.seconds);
  if (seconds >= 5 && seconds <= 3_600) return { seconds };
  throw new Error('--seconds must be a number from 5 to 3600.');
}
