import { z } from 'zod';
import { isAccountNumber } from '../domain/account.ts';
import { flag, webAddress, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  THINGSPACE_BASE_URL: webAddress('https://thingspace.verizon.com/api').optional(),
  THINGSPACE_CLIENT_ID: z.string().optional(),
  THINGSPACE_CLIENT_SECRET: z.string().optional(),
  THINGSPACE_USERNAME: z.string().optional(),
  THINGSPACE_PASSWORD: z.string().optional(),
  THINGSPACE_ACCOUNT_NUMBER: z
    .string()
    .refine(isAccountNumber, 'Set it to an account number: 1 to 64 letters, digits and "-", with its leading zeros.')
    .optional(),
  THINGSPACE_REPEAT_IN_HEADERS: flag().default(true),
  THINGSPACE_CREDENTIALS: z.string().optional(),
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
    return CREDENTIALS.filter((name) => env[name] !== undefined).map((name) => [name, advice]);
  }
  const named = POINTS_TO_PLATFORM.filter((name) => env[name] !== undefined);
  if (named.length === 0) return [];
  const advice = `Set it as well, or unset ${named.join(', ')} to use the simulator.`;
  return CREDENTIALS.filter((name) => env[name] === undefined).map((name) => [name, advice]);
}
