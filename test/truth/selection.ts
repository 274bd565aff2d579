import type { Chance } from './chance.ts';

/** A value of an argument. An enum value is a string that is written without quotes. */
export type Value = null | string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/** Arguments by name. */
export type Args = Readonly<Record<string, Value>>;

/** One selected field. */
export interface Pick {
  readonly name: string;
  readonly alias: string | null;
  readonly args: Args;
  /** The types of the arguments, as variables would declare them. */
  readonly types: Readonly<Record<string, string>>;
  readonly picks: readonly Pick[];
  /** The type of the object that the field returns; null for a leaf. Of a union also its member, such as _Entity:Device. */
  readonly type: string | null;
  /** Whether a directive leaves the field out. */
  readonly isLeftOut: boolean;
}

export interface Document {
  readonly text: string;
  readonly variables: Readonly<Record<string, Value>>;
}

/** The name of the field in the response. */
export function keyOf({ name, alias }: Pick): string {
  return alias ?? name;
}

/** A leaf that is always the same. */
export function leaf(name: string): Pick {
  return { name, alias: null, args: {}, types: {}, picks: [], type: null, isLeftOut: false };
}

/**
 * Writes the selection as a document. Arguments are literals or variables, and parts are fragments, inline fragments, or below
 * directives.
 */
export function writeDocument(picks: readonly Pick[], operation: 'query' | 'mutation', chance: Chance): Document {
  const variables: Record<string, Value> = {};
  const declared: string[] = [];
  const fragments: string[] = [];

  const declare = (type: string, value: Value): string => {
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  };
  const writeArgument = ([name, value]: [string, Value], types: Pick['types']): string => {
    const type = types[name] ?? 'String';
    const isEnum = /^(?:UsageOrder|DownloadFormat|AggregatedReportStatus)/.test(type);
    return `${name}: ${chance.happens(0.5) ? declare(type, value) : isEnum && typeof value === 'string' ? value : writeLiteral(value)}`;
  };
  const writeDirective = (isLeftOut: boolean): string => {
    if (!isLeftOut && chance.happens(0.95)) return '';
    const [name, when] = chance.happens(0.5) ? ['skip', isLeftOut] : ['include', !isLeftOut];
    return ` @${name}(if: ${chance.happens(0.5) ? declare('Boolean!', when) : when})`;
  };
  const writePick = (pick: Pick): string => {
    const args = Object.entries(pick.args).map((entry) => writeArgument(entry, pick.types));
    const alias = pick.alias === null ? '' : `${pick.alias}: `;
    const [type, entity] = pick.type?.split(':') ?? [];
    const selected = type === undefined ? '' : writeSelection(pick.picks, entity ?? type);
    const body =
      type === undefined ? '' : entity === undefined ? ` { ${selected} }` : ` { ... on ${entity} { ${selected} } }`;
    return `${alias}${pick.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${writeDirective(pick.isLeftOut)}${body}`;
  };
  const writeSelection = (selection: readonly Pick[], type: string): string => {
    const cut = chance.integer(0, selection.length - 1);
    const [direct, rest] = [selection.slice(0, cut), selection.slice(cut)];
    const written = direct.map(writePick);
    const text = rest.map(writePick).join(' ');
    const way = chance.integer(0, 9);
    if (way === 0) written.push(`... on ${type} { ${text} }`);
    else if (way === 1) written.push(`...${writeDirective(false)} { ${text} }`);
    else if (way === 2) {
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type} { ${text} }`;
      written.push(`...${name}`);
    } else written.push(text);
    return written.join(' ');
  };

  const body = writeSelection(picks, operation === 'query' ? 'Query' : 'Mutation');
  const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
  return { text: [`${operation} Op${head} { ${body} }`, ...fragments].join('\n'), variables };
}

function writeLiteral(value: Value): string {
  if (Array.isArray(value)) return `[${value.map((each: Value) => writeLiteral(each)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as Record<string, Value>);
  return `{${entries.map(([name, each]) => `${name}: ${writeLiteral(each)}`).join(', ')}}`;
}
