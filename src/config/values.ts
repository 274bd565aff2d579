import { z } from 'zod';

const MAX_ADDRESS_CHARACTERS = 300;

/**
 * An http or https URL of at most 300 characters, without a slash at its end. A user name or password in it would be shown, and paths
 * are appended to it, so it must not have a query.
 */
export function webAddress(example: string) {
  return z
    .string()
    .refine(
      (address) =>
        address.length <= MAX_ADDRESS_CHARACTERS && /^https?:\/\/[^\s?#@]+$/.test(address) && URL.canParse(address),
      `Set it to an http or https URL of at most ${MAX_ADDRESS_CHARACTERS} characters, without user name, query and fragment, such as ${example}.`,
    )
    .transform((address) => address.replace(/\/+$/, ''));
}

/** A variable that is `true` or `false`. */
export function flag() {
  return z.enum(['true', 'false'], 'Set it to true or false.').transform((value) => value === 'true');
}

/** A whole number from `min` to `max`; `fallback` if it is not set. */
export function int(fallback: number, min: number, max: number) {
  return requiredInt(min, max).default(fallback);
}

/** A whole number from `min` to `max`. */
export function requiredInt(min: number, max: number) {
  const advice = `Set it to a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/, advice)
    .transform(Number)
    .pipe(z.number().min(min, advice).max(max, advice));
}

/** A list separated by commas or spaces. */
export function words() {
  return z.string().transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''));
}

/** The variable that a rule is about, and what to do. */
export type RuleFault = readonly [variable: string, advice: string];

/** Variables as a rule sees them: an invalid one is as it was sent. */
export type MaybeInvalid<T> = { readonly [Name in keyof T]: T[Name] | string };

/** Adds rules about several variables. They also apply if a variable is invalid, so that every fault is reported at once. */
export function withRules<T extends z.ZodObject>(
  variables: T,
  findFaults: (env: MaybeInvalid<z.output<T>>) => readonly RuleFault[],
) {
  return variables.superRefine(
    (env, context) => {
      for (const [variable, message] of findFaults(env)) {
        context.addIssue({ code: 'custom', path: [variable], message });
      }
    },
    { when: () => true },
  );
}
