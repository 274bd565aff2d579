import { z } from 'zod';
import { VARIABLES } from '../../src/config/config.ts';

/** A setting as it is documented. The texts are Markdown. */
export interface Setting {
  readonly name: string;
  readonly description: string;
  /** What holds if it is not set. It begins with a code span if that is a value. */
  readonly fallback: string;
  /** Such as `1 to 1000`. */
  readonly values: string;
}

/** What stands for values without a rule. */
export const ANY_TEXT = 'any text';

const MIB = 2 ** 20;

/**
 * Reads the documentation of each variable from its schema: `description`, `values` if they do not follow from the schema, and `unset` for what
 * holds if there is no default. Throws if one has no description, or several.
 */
export function readSettings(variables: typeof VARIABLES = VARIABLES): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [name, schema] of variables) {
    const setting = toSetting(name, schema);
    if (setting === null) continue;
    if (settings.has(name)) throw new Error(`${name} is described twice in src/config. Describe it in one topic only.`);
    settings.set(name, setting);
  }
  for (const [name] of variables) {
    // Those in lower case are other names of the same settings.
    if (!settings.has(name) && name === name.toUpperCase())
      throw new Error(
        `${name} has no description. Add .describe() or .meta({ description }) at the end of its schema.`,
      );
  }
  return settings;
}

function toSetting(name: string, schema: z.ZodType): Setting | null {
  const { description, values, unset, ...others } = schema.meta() ?? {};
  if (description === undefined) return null;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${name} has ${unknown} beside description, values and unset.`);
  const allowed = values ?? findValues(schema);
  if (typeof allowed !== 'string')
    throw new Error(
      `${name}: its allowed values do not follow from its schema. Add them: .meta({ description, values }).`,
    );
  const fallback = typeof unset === 'string' ? unset : findDefault(name, schema);
  return { name, description, fallback, values: allowed };
}

/** The allowed values if the schema has them: words, the bounds of a number, or any text. */
function findValues(schema: z.ZodType): string | null {
  const input = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (input.enum !== undefined) return listWords(input.enum.map((word) => `\`${String(word)}\``));
  if (input.const !== undefined) return `\`${String(input.const)}\``;
  const { minimum, maximum } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  const inner = schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.def.innerType : schema;
  return inner instanceof z.ZodString && (inner.def.checks ?? []).length === 0 ? ANY_TEXT : null;
}

function findDefault(name: string, schema: z.ZodType): string {
  const value: unknown = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const text = z
    .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
    .default('')
    .parse(value)
    .toString();
  if (text === '') return 'none';
  const isMebibytes = name.endsWith('_BYTES') && typeof value === 'number' && value % MIB === 0;
  return `\`${text}\`${isMebibytes ? ` (${value / MIB} MiB)` : ''}`;
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
