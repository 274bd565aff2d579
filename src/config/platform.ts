import { z } from 'zod';
import { isAccountNumber } from '../domain/account.ts';
import { isOpenEnvironment, nodeEnv } from './graphql.ts';
import { flag, webAddress, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  THINGSPACE_BASE_URL: webAddress('https://thingspace.verizon.com/api').optional().meta({
    description: 'Base URL of the ThingSpace API',
    values: 'http or https URL',
    unset: '`https://thingspace.verizon.com/api`',
  }),
  THINGSPACE_CLIENT_ID: z.string().optional().describe('Key of your application; required for real data'),
  THINGSPACE_CLIENT_SECRET: z.string().optional().describe('Secret of your application; required for real data'),
  THINGSPACE_USERNAME: z.string().optional().describe('ThingSpace user name; required for real data'),
  THINGSPACE_PASSWORD: z.string().optional().describe('Password of that user; required for real data'),
  THINGSPACE_ACCOUNT_NUMBER: z
    .string()
    .refine(isAccountNumber, 'Set it to an account number: 1 to 64 letters, digits and "-", with its leading zeros.')
    .optional()
    .meta({
      description: 'Account to use if a query names none, with its leading zeros',
      values: '1 to 64 letters, digits and `-`, such as `0844021539-00001`',
    }),
  THINGSPACE_REPEAT_IN_HEADERS: flag()
    .default(true)
    .describe('Also send body fields as headers, as the older version of the contract requires'),
  THINGSPACE_CREDENTIALS: z.string().optional(),
  SIMULATOR: flag().optional().meta({
    description:
      'Serve made-up data of the embedded simulator if no credentials are set; not set means yes, but no in production',
    unset: 'not set',
  }),
  NODE_ENV: nodeEnv,
});

/** Which platform to call, and as whom. */
export const Platform = withRules(Variables, findFaults).transform((env) => {
  const {
    THINGSPACE_CLIENT_ID: clientId,
    THINGSPACE_CLIENT_SECRET: clientSecret,
    THINGSPACE_USERNAME: username,
    THINGSPACE_PASSWORD: password,
  } = env;
  const isIncomplete =
    clientId === undefined || clientSecret === undefined || username === undefined || password === undefined;
  return {
    baseUrl: env.THINGSPACE_BASE_URL ?? 'https://thingspace.verizon.com/api',
    /** Null if none are set: then callers send their own tokens, or the embedded simulator is the platform. */
    credentials: isIncomplete ? null : { clientId, clientSecret, username, password },
    /** The account to use if a query names none; null if there is no default. */
    accountNumber: env.THINGSPACE_ACCOUNT_NUMBER ?? null,
    repeatInHeaders: env.THINGSPACE_REPEAT_IN_HEADERS,
  };
});

const CREDENTIALS = [
  'THINGSPACE_CLIENT_ID',
  'THINGSPACE_CLIENT_SECRET',
  'THINGSPACE_USERNAME',
  'THINGSPACE_PASSWORD',
] as const;

/** If one of these is set, the operator means the real platform, so all credentials are required. */
const POINTS_TO_PLATFORM = [...CREDENTIALS, 'THINGSPACE_BASE_URL', 'THINGSPACE_ACCOUNT_NUMBER'] as const;

function findFaults(env: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  if (env.THINGSPACE_CREDENTIALS === 'caller') {
    const advice = 'Callers send their own tokens (THINGSPACE_CREDENTIALS is caller). Unset it.';
    const set = CREDENTIALS.filter((name) => env[name] !== undefined);
    return [...set, ...(env.SIMULATOR === true ? (['SIMULATOR'] as const) : [])].map((name) => [name, advice]);
  }
  const named = POINTS_TO_PLATFORM.filter((name) => env[name] !== undefined);
  if (named.length === 0) return findSimulatorFault(env);
  const advice = `Set it as well, or unset ${named.join(', ')} to use the simulator.`;
  const missing = CREDENTIALS.filter((name) => env[name] === undefined).map((name): RuleFault => [name, advice]);
  if (env.SIMULATOR !== true) return missing;
  return [['SIMULATOR', `Unset it, or unset ${named.join(', ')}: a server has one platform.`], ...missing];
}

/** Nobody should take made-up data for real because a variable is missing. */
function findSimulatorFault({ SIMULATOR, NODE_ENV }: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  if (SIMULATOR !== false && (SIMULATOR !== undefined || isOpenEnvironment(NODE_ENV))) return [];
  const reason = SIMULATOR === false ? '' : ` Production (NODE_ENV is ${NODE_ENV}) uses the simulator only then.`;
  return [['SIMULATOR', `Set ${CREDENTIALS.join(', ')}, or set SIMULATOR to true for made-up data.${reason}`]];
}
