import { z } from 'zod';
import { withRules, words, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  SUBSCRIPTION_CALLBACK_ALLOWED: words().default([]).meta({
    description:
      'Addresses to which events of subscriptions may be sent by [HTTP callback](subscriptions.md#callbacks), separated by commas',
    values: 'such as `http://router.internal:4000/callback`',
  }),
});

/** Where events of subscriptions may be sent by HTTP callback. */
export const SubscriptionCallbacks = withRules(Variables, findFaults).transform((env) => ({
  /** URLs such as `http://router.internal:4000/callback`, which allow every path below them. Empty turns callbacks off. */
  subscriptionCallbackAllowed: env.SUBSCRIPTION_CALLBACK_ALLOWED,
}));
export type SubscriptionCallbackConfig = z.output<typeof SubscriptionCallbacks>;

function findFaults({ SUBSCRIPTION_CALLBACK_ALLOWED: urls }: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  // It is a text only if it is not valid, and any text is.
  if (typeof urls === 'string') return [];
  return urls.flatMap((url, at) => {
    const fault = findFault(url);
    return fault === null ? [] : [['SUBSCRIPTION_CALLBACK_ALLOWED', `Address ${at + 1} ${fault}`] as const];
  });
}

const MAX_CHARACTERS = 300;
/** Servers read anything else in a path in different ways. */
const PLAIN_PATH = /^[\w.~/-]*$/;

/** What is wrong with an address, and what to do; null if nothing is. It may contain a password. */
function findFault(text: string): string | null {
  if (text.includes('*')) return 'has a wildcard. List the address of each router in full.';
  if (!/^https?:\/\//.test(text) || text.length > MAX_CHARACTERS || !URL.canParse(text))
    return `is not an http or https URL of at most ${MAX_CHARACTERS} characters. Write it as http://router.example.com:4000/callback.`;
  const { origin, pathname, username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '') return 'has a user name or a password. Remove it.';
  if (search !== '' || hash !== '' || !PLAIN_PATH.test(pathname))
    return 'has a query, a fragment or special characters. Write a scheme, a host, an optional port and a plain path.';
  const written = `${origin}${pathname}`;
  return written === text || written === `${text}/` ? null : `is not what it means. Write it as ${written}.`;
}
