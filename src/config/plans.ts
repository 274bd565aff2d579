import { z } from 'zod';
import { isAccountNumber, type AccountNumber } from '../domain/account.ts';
import type { AllowancePlan } from '../domain/allowance-plans.ts';
import type { InputFault } from '../domain/errors.ts';
import { parseJson } from '../domain/json.ts';
import { parseFilter } from '../domain/report-filters.ts';
import { createTimeZone } from '../domain/time-zone.ts';
import type { ReadText } from './secret-files.ts';

/** Where the file of plans is. */
export const Plans = z
  .object({
    PLANS_FILE: z.string().optional().meta({
      description: 'JSON file with what billing cycles include, by account and data plan',
      values: 'path of a file',
    }),
  })
  .transform(() => ({}));

/** What billing cycles include. */
export interface PlansConfig {
  /** Empty if no file is set. */
  readonly allowancePlans: readonly AllowancePlan[];
}

const MAX_CHARACTERS = 2 ** 20;
const MAX_PLANS = 1_000;
const MAX_FAULTS = 10;

const EXPECTED = 'Set it to the path of a JSON list of plans (docs/configuration.md#plans).';
const BYTES = 'Write a whole number of bytes from 1 to 9007199254740991.';
const ONE_OF_BOTH = 'Write either includedBytes or includedBytesPerDevice.';
const FIELDS = 'accountNumber, dataPlan, includedBytes, includedBytesPerDevice, cycleStartDay and timeZone';

const bytes = () => z.int(BYTES).min(1, BYTES).nullable().default(null);
const START_DAY = 'Write a day of the month from 1 to 31.';

const Plan = z
  .strictObject(
    {
      accountNumber: z.custom<AccountNumber>(
        isAccountNumber,
        "Write a string of 1 to 64 letters, digits and '-', with leading zeros.",
      ),
      dataPlan: z
        .unknown()
        .refine(isFilter, 'Write the name of a data plan, 1 to 256 characters without control characters.')
        .default(null)
        .transform((name) => parseFilter(name, [], [])),
      includedBytes: bytes(),
      includedBytesPerDevice: bytes(),
      cycleStartDay: z.int(START_DAY).min(1, START_DAY).max(31, START_DAY).default(1),
      timeZone: z
        .string('Write an IANA time zone such as America/New_York.')
        .refine((name) => createTimeZone(name) !== null, 'Write an IANA time zone such as America/New_York.')
        .default('UTC'),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? `Only ${FIELDS} are allowed.` : 'Write an object.') },
  )
  .refine((plan) => (plan.includedBytes === null) !== (plan.includedBytesPerDevice === null), {
    path: ['includedBytes'],
    message: ONE_OF_BOTH,
  });

/** Reads the file of plans: a JSON list. Returns what is wrong with it instead if it cannot be used, each fault with where it is. */
export function readPlans(
  path: string | undefined,
  readText: ReadText,
): PlansConfig | { readonly faults: readonly string[] } {
  if (path === undefined) return { allowancePlans: [] };
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { faults: [`The file cannot be read${code}. ${EXPECTED}`] };
  }
  if (text.length > MAX_CHARACTERS) return { faults: [`The file has more than ${MAX_CHARACTERS} characters.`] };
  const content = parseJson(text.replace(/^\uFEFF/, ''));
  if (!Array.isArray(content)) return { faults: [`The file is not a JSON list. ${EXPECTED}`] };
  if (content.length > MAX_PLANS) return { faults: [`The file has more than ${MAX_PLANS} plans.`] };
  const parsed = z.array(Plan).safeParse(content);
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.slice(0, MAX_FAULTS).map(({ path: at, message }) => `${toPath(at)}: ${message}`),
    };
  }
  const repeated = findRepeated(parsed.data);
  return repeated === -1
    ? { allowancePlans: parsed.data }
    : { faults: [`[${repeated}]: Another plan is for the same account and data plan. Remove one of them.`] };
}

function isFilter(name: unknown): boolean {
  const faults: InputFault[] = [];
  parseFilter(name, [], faults);
  return faults.length === 0;
}

/** The position of the first plan that is there twice; -1 if none is. */
function findRepeated(plans: readonly AllowancePlan[]): number {
  const seen = new Set<string>();
  return plans.findIndex(({ accountNumber, dataPlan }) => {
    const key = JSON.stringify([accountNumber, dataPlan]);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

/** Such as [2].includedBytes. */
function toPath(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}
