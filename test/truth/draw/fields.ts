import { keyOf, leaf, type Args, type Pick, type Value } from '../selection.ts';
import type { Draw } from './draw.ts';
import { fieldsOf, type Field } from './schema-fields.ts';

const ALIASES = ['a', 'data', 'errors', 'constructor', 'toString', 'x_1', 'missing', 'usage'];

/** Draws a selection of a type. Fields that cost calls for each device are drawn at most `depth` levels below each other. */
export function drawPicks(draw: Draw, type: string, depth: number): Pick[] {
  if (type === 'Freshness') return [leaf('asOf'), leaf('settled')];
  const { chance } = draw;
  const fields = fieldsOf(draw, type).filter(({ isCostly }) => isCostly !== true || depth > 0);
  const share = chance.pick([0.3, 0.6, 0.9]);
  const chosen = fields.filter(() => chance.happens(share));
  const some = chosen.length === 0 ? chance.some(fields, 1) : chosen;
  const again = chance.happens(0.15) ? chance.some(some, 1) : [];
  const picks: Pick[] = [];
  for (const field of [...some, ...again]) picks.push(drawPick(draw, field, depth, picks));
  if (chance.happens(0.1)) picks.push({ ...leaf('__typename'), alias: 'typename' });
  if (picks.every(({ isLeftOut }) => isLeftOut)) picks.push({ ...leaf('__typename'), alias: 'kind' });
  return chance.shuffle(picks);
}

function drawPick(draw: Draw, field: Field, depth: number, picks: readonly Pick[]): Pick {
  const { chance } = draw;
  const { name, type = null, types = {}, isCostly = false, isUnbounded = false } = field;
  const below = isUnbounded ? 0 : depth - Number(isCostly);
  return {
    name,
    alias: drawAlias(draw, name, picks),
    args: field.draw?.(draw) ?? {},
    types,
    type,
    picks: type === null ? [] : drawPicks(draw, type, below),
    isLeftOut: chance.happens(0.03),
  };
}

/** An alias that no other field has, for a repeated field and sometimes for others. Null for none. */
export function drawAlias({ chance }: Draw, name: string, picks: readonly Pick[]): string | null {
  const taken = picks.map(keyOf);
  if (!taken.includes(name) && chance.happens(0.85)) return null;
  const alias = chance.pick(ALIASES);
  return taken.includes(alias) || alias === name ? `${name}_${picks.length}` : alias;
}

/** A field at the top of a document. */
export function rootPick(
  draw: Draw,
  field: { readonly name: string; readonly type: string; readonly depth: number },
  args: Args,
  types: Readonly<Record<string, string>>,
  picks: readonly Pick[],
): Pick {
  const given: Record<string, Value> = Object.fromEntries(Object.entries(args));
  return {
    name: field.name,
    alias: drawAlias(draw, field.name, picks),
    args: given,
    types,
    type: field.type,
    picks: drawPicks(draw, field.type.split(':').at(-1) ?? '', field.depth),
    isLeftOut: false,
  };
}
