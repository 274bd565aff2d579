import { z } from 'zod';

/** A web address as its text, without a slash at its end; a user name or password in it would be shown, a query would swallow the paths. */
export function webAddress(example: string) {
  return z
    .string()
    .refine(
      (address) => /^https?:\/\/[^\s?#@]+$/.test(address) && URL.canParse(address),
      `Set it to an http or https address without user name, query and fragment, such as ${example}.`,
    )
    .transform((address) => address.replace(/\/+$/, ''));
}

/** `true` or `false`. */
export function flag() {
  return z.enum(['true', 'false'], 'Set it to true or false.').transform((value) => value === 'true');
}

/** A whole number within bounds. */
export function int(fallback: number, min: number, max: number) {
  const advice = `Set it to a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/, advice)
    .transform(Number)
    .pipe(z.number().min(min, advice).max(max, advice))
    .default(fallback);
}

/** Words with commas or spaces between. */
export function words() {
  return z.string().transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''));
}
