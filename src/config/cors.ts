import { z } from 'zod';
import { withRules, words, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  CORS_ORIGINS: words().default([]).meta({
    description: 'Origins whose pages may call the server (CORS), separated by commas',
    values: 'such as `https://app.example.com`, or `*`',
  }),
  AUTH_MODE: z.string().optional(),
  AUTH_ALLOW_ANONYMOUS: z.string().optional(),
  THINGSPACE_PASSWORD: z.string().optional(),
});

/** Which pages of other origins may call the server from a browser. */
export const Cors = withRules(Variables, findFaults).transform((env) => ({
  /** Exact origins, such as `https://app.example.com`, or `*` alone for any. Empty allows none. */
  corsOrigins: env.CORS_ORIGINS,
}));
export type CorsConfig = z.output<typeof Cors>;

function findFaults(env: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  const { CORS_ORIGINS: origins } = env;
  // It is a text only if it is not valid, and any text is.
  if (typeof origins === 'string') return [];
  const faults = origins.flatMap((origin, at) => {
    const fault = findFault(origin);
    return fault === null ? [] : `Origin ${at + 1} ${fault}`;
  });
  if (origins.includes('*')) {
    if (origins.length > 1) faults.push('* allows any origin, so it has to stand alone. Remove it, or the others.');
    if (env.THINGSPACE_PASSWORD !== undefined && env.AUTH_MODE !== 'jwt' && env.AUTH_ALLOW_ANONYMOUS !== 'true')
      faults.push(
        'With *, every website could read the account’s usage through a browser that can reach this server. List the origins, or set AUTH_MODE to jwt.',
      );
  }
  return faults.map((message) => ['CORS_ORIGINS', message]);
}

/** A scheme such as `https`, or that of an app or a browser extension, and a host with an optional port. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** What is wrong with an origin, and what to do; null if a browser could send it in the header Origin. It may contain a password. */
function findFault(origin: string): string | null {
  if (origin === '*') return null;
  if (origin === 'null')
    return 'is null, which any website can be. Serve the page from an address of its own, and list that.';
  if (origin.includes('*')) return 'has a wildcard. List each origin in full, or set it to * for any.';
  if (!origin.includes('://')) return 'has no scheme. Write it as https://app.example.com.';
  const written = toOrigin(origin);
  if (written !== null && written !== origin) return `is not what browsers send. Write it as ${written}.`;
  return ORIGIN.test(origin) && (written !== null || !/^https?:/.test(origin))
    ? null
    : 'is not valid. Write a scheme, a host and an optional port, such as https://app.example.com.';
}

/** The origin of an http or https URL as browsers write it: in lower case, without path, user name and default port. */
function toOrigin(url: string): string | null {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return null;
  return new URL(url).origin;
}
