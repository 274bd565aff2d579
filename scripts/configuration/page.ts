import type { Documented, DocumentedSection } from './sections.ts';
import { wrapWords } from './wrap-words.ts';

const END = '<!-- end of settings -->';
const PART = /<!-- settings: ([a-z-]+) -->\n[^]*?<!-- end of settings -->\n/g;
const HEAD = ['variable', 'meaning', 'default', 'allowed values'];
const WIDTH = 130;

/** Replaces the tables of docs/configuration.md. What is between them is written by hand. Throws if a section has no place, or two. */
export function printPage(current: string, { sections, secrets }: Documented): string {
  const parts = new Map<string, string>(sections.map((section) => [section.id, printTable(section)]));
  parts.set('secrets', printSecrets(secrets));
  const page = current.replace(PART, (_, id: string) => {
    const part = parts.get(id);
    if (part === undefined)
      throw new Error(`docs/configuration.md has no use for <!-- settings: ${id} -->, or has it twice.`);
    parts.delete(id);
    return `<!-- settings: ${id} -->\n\n${part}\n\n${END}\n`;
  });
  const [missing] = parts.keys();
  if (missing !== undefined) throw new Error(`docs/configuration.md has no <!-- settings: ${missing} --> and ${END}.`);
  return page;
}

/** A table, with its columns aligned as Prettier does it. */
function printTable({ settings }: DocumentedSection): string {
  const rows = settings.map(({ name, description, fallback, values }) => [
    `\`${name}\``,
    description,
    fallback,
    values,
  ]);
  const widths = HEAD.map((_, at) => Math.max(...[HEAD, ...rows].map((row) => row[at]?.length ?? 0)));
  const printRow = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [printRow(HEAD), printRow(widths.map((width) => '-'.repeat(width))), ...rows.map(printRow)].join('\n');
}

function printSecrets(secrets: readonly string[]): string {
  const names = secrets.map((name) => `\`${name}\``);
  return wrapWords(`This works for ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}.`, WIDTH).join('\n');
}
