import { hasControlCharacter } from '../domain/control-characters.ts';

/** Every variable whose value is a secret or a part of one. */
export const SECRETS = [
  'THINGSPACE_CLIENT_ID',
  'THINGSPACE_CLIENT_SECRET',
  'THINGSPACE_USERNAME',
  'THINGSPACE_PASSWORD',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'CALLBACK_SECRET',
  'CALLBACK_SECRET_PREVIOUS',
  'CALLBACK_USERNAME',
  'CALLBACK_PASSWORD',
  'CALLBACK_PASSWORD_PREVIOUS',
  'CALLBACK_HMAC_SECRET',
  'DATABASE_URL',
  'AUTH_PUBLIC_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

/** A key in PEM format has several lines. */
const HAS_LINES = new Set(['AUTH_PUBLIC_KEY']);

/** What is wrong with secrets. No text contains a part of a secret. */
export interface SecretFindings {
  /** A line for each secret that cannot be right, by the name of its variable. */
  readonly faults: ReadonlyMap<string, string>;
  /** A sentence for each secret that is probably not what was meant. */
  readonly warnings: readonly string[];
}

/**
 * Checks secrets for what a shell, an editor or a copy adds to them. A login with a wrong password counts towards the lock of the
 * user, so it must not be found out by trying.
 */
export function checkSecrets(variables: Readonly<Record<string, string | undefined>>): SecretFindings {
  const faults = new Map<string, string>();
  const warnings: string[] = [];
  for (const name of SECRETS) {
    const secret = variables[name];
    if (secret === undefined || HAS_LINES.has(name)) continue;
    const setBy = variables[`${name}_FILE`] === undefined ? name : `${name}_FILE`;
    const advice = findFault(secret);
    if (advice !== null) faults.set(name, `${setBy}: ${advice}`);
    else if (IN_QUOTES.test(secret))
      warnings.push(`${setBy} has quotes at both ends. They are used as a part of it; remove them if they are not.`);
  }
  return { faults, warnings };
}

const IN_QUOTES = /^(?:(["'`]).*\1|“.*”|‘.*’|«.*»)$/;
/** A blank, or what is not shown, such as a zero-width space that a copy brings along. */
const BLANK_AT_END = /^[\s\p{Default_Ignorable_Code_Point}]|[\s\p{Default_Ignorable_Code_Point}]$/u;

function findFault(secret: string): string | null {
  if (hasControlCharacter(secret)) return 'It contains a control character, such as a line break or a tab. Remove it.';
  return BLANK_AT_END.test(secret)
    ? 'It begins or ends with a blank, or with an invisible character. Remove it.'
    : null;
}
