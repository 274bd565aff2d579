import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../../', import.meta.url);

export function readRepositoryFile(name: string): Promise<string> {
  return readFile(new URL(name, ROOT), 'utf8');
}

/** The variables that the image sets by itself. */
export async function readImageEnvironment(): Promise<Record<string, string>> {
  const dockerfile = await readRepositoryFile('Dockerfile');
  const pairs = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = '']) => line.split(' '));
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]));
}

/** Which of the names are no settings, as docs/configuration.md lists them. A name may end in `_FILE`. */
export async function findUnknownSettings(names: readonly string[]): Promise<string[]> {
  const page = await readRepositoryFile('docs/configuration.md');
  const listed = new Set([...page.matchAll(/^\| `([A-Z][A-Z0-9_]+)` /gm)].map(([, name = '']) => name));
  return names.filter((name) => !listed.has(name.replace(/_FILE$/, '')));
}
