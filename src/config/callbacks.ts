import { isIP } from 'node:net';
import { z } from 'zod';
import { hasControlCharacter } from '../domain/control-characters.ts';
import { words, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const PATH_SECRET = /^[A-Za-z0-9._~-]{8,256}$/;
const PATH_SECRET_ADVICE = 'Set it to 8 to 256 characters: letters, digits, ".", "_", "~" and "-".';

const Variables = z.object({
  CALLBACK_SECRET: z.string().regex(PATH_SECRET, PATH_SECRET_ADVICE).optional().meta({
    description: 'Last segment of the callback path',
    values: '8 to 256 letters, digits, `.` `_` `~` `-`',
    unset: 'generated',
  }),
  CALLBACK_SECRET_PREVIOUS: z.string().regex(PATH_SECRET, PATH_SECRET_ADVICE).optional().meta({
    description: 'A replaced `CALLBACK_SECRET` that is still accepted',
    values: '8 to 256 letters, digits, `.` `_` `~` `-`',
  }),
  CALLBACK_USERNAME: z
    .string()
    .refine(
      (text) => !text.includes(':') && !hasControlCharacter(text),
      'Set it to a text without ":" and without control characters.',
    )
    .optional()
    .meta({ description: 'HTTP Basic user name that callbacks must send', values: 'no `:` and no control characters' }),
  CALLBACK_PASSWORD: z.string().optional().describe('HTTP Basic password that callbacks must send'),
  CALLBACK_PASSWORD_PREVIOUS: z.string().optional().describe('A replaced `CALLBACK_PASSWORD` that is still accepted'),
  CALLBACK_HMAC_SECRET: z.string().optional().describe('Key that callback bodies must be signed with (HMAC-SHA256)'),
  CALLBACK_HMAC_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'Set it to a header name, such as X-Signature.')
    .default('X-Signature')
    .meta({
      description: 'Header that holds the signature, as hexadecimal or base64',
      values: 'header name, 1 to 100 characters',
    }),
  CALLBACK_ALLOWED_IPS: words()
    .refine(
      (parts) => parts.every(isNetwork),
      'Set it to IP addresses or networks, separated by commas, such as 3.87.163.45,10.0.0.0/8.',
    )
    .default([])
    .meta({
      description: 'Addresses and networks that may send callbacks, separated by commas',
      values: 'such as `3.87.163.45,10.0.0.0/8`',
      unset: 'any',
    }),
});

/** Which callback messages are accepted. */
export const Callbacks = withRules(Variables, findFaults).transform((env) => {
  const { CALLBACK_USERNAME: username, CALLBACK_PASSWORD: password, CALLBACK_HMAC_SECRET: secret } = env;
  return {
    /** Last segment of the callback path; if null, the store generates one and keeps it. */
    callbackSecret: env.CALLBACK_SECRET ?? null,
    /** A secret that is still accepted; null if there is none. */
    callbackSecretPrevious: env.CALLBACK_SECRET_PREVIOUS ?? null,
    /** HTTP Basic credentials that callbacks must send; null if the secret path is enough. */
    callbackCredentials: username === undefined || password === undefined ? null : { username, password },
    /** A password of the same user that is still accepted; null if there is none. */
    callbackPasswordPrevious: env.CALLBACK_PASSWORD_PREVIOUS ?? null,
    /** The key that callback bodies must be signed with, and the header of the signature; null if none is required. */
    callbackSignature: secret === undefined ? null : { secret, header: env.CALLBACK_HMAC_HEADER.toLowerCase() },
    /** Addresses and networks that may send callbacks; empty allows all. */
    callbackAllowedIps: env.CALLBACK_ALLOWED_IPS,
  };
});
export type CallbackConfig = z.output<typeof Callbacks>;

const HALVES = ['CALLBACK_USERNAME', 'CALLBACK_PASSWORD'] as const;

/** A user name needs a password, and a password a user name. */
function findFaults(env: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  const missing = HALVES.filter((name) => env[name] === undefined);
  const isAlone = env.CALLBACK_PASSWORD_PREVIOUS !== undefined && missing.length > 0;
  return [
    ...(missing.length === 1 ? missing.map(toFault) : []),
    ...(isAlone ? [['CALLBACK_PASSWORD_PREVIOUS', `Set ${HALVES.join(' and ')} as well, or remove it.`] as const] : []),
  ];
}

function toFault(missing: string): RuleFault {
  return [missing, `Set both or neither of ${HALVES.join(' and ')}.`];
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
