import { readFile } from 'node:fs/promises';

/** A task of the page. */
export interface Recipe {
  readonly title: string;
  /** Files to save, by their names. */
  readonly files: ReadonlyMap<string, string>;
  /** Blocks to run, in their order. */
  readonly commands: readonly Command[];
}

export interface Command {
  readonly script: string;
  /** The lines that the page shows as its output. */
  readonly output: readonly string[];
}

/**
 * Reads docs/cookbook.md: a block is a file if the text before it ends with a name in code and a colon, a command if its language is sh, and
 * otherwise the output of the command before it. Throws if there is no such command.
 */
export async function readRecipes(): Promise<Recipe[]> {
  const page = await readFile(new URL('../../../docs/cookbook.md', import.meta.url), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => readRecipe(section.slice(0, section.indexOf('\n')), section));
}

function readRecipe(title: string, section: string): Recipe {
  const files = new Map<string, string>();
  const commands: { script: string; output: string[] }[] = [];
  const parts = section.split(/^```/m);
  for (let at = 1; at < parts.length; at += 2) {
    const [language = '', ...lines] = (parts[at] ?? '').split('\n');
    const text = lines.join('\n');
    const [, name] = /`([\w.-]+)`:\s*$/.exec(parts[at - 1] ?? '') ?? [];
    const last = commands.at(-1);
    if (name !== undefined) files.set(name, text);
    else if (language === 'sh') commands.push({ script: text, output: [] });
    else if (last === undefined) throw new Error(`${title}: this block (${language}) belongs to no command: ${text}`);
    else last.output.push(...lines.filter((line) => line !== ''));
  }
  return { title, files, commands };
}
