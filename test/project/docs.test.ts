import { access, readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** Files of the worked example in CONTRIBUTING.md, which describes a report that does not exist. */
const INVENTED = new Set([
  'schema/operations/roaming-report.graphql',
  'schema/roaming-report.ts',
  'src/reports/roaming-report.ts',
  'src/simulator/reports/roaming-route.ts',
  'test/both-contracts/roaming-report.test.ts',
]);

/** A path in the text or in a code block. */
const PATH = /(?<![\w./-])(?:test|src|schema|docs|examples|bench|scripts)\/[\w./-]+\.\w+/g;
/** The target of a relative link, without its anchor. */
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;

describe('the documentation', () => {
  test('names only files that exist', async () => {
    const missing: string[] = [];
    let count = 0;
    for (const page of await listPages()) {
      const text = await readFile(new URL(page, ROOT), 'utf8');
      const named = [...text.matchAll(PATH)].map(([path]) => path);
      const linked = [...text.matchAll(LINK)].map(([, target = '']) => toPath(target, page));
      const paths = [...named, ...linked].filter((path) => !INVENTED.has(path));
      for (const path of paths) if (!(await exists(path))) missing.push(`${page}: ${path}`);
      count += paths.length;
    }
    expect(missing).toEqual([]);
    expect(count).toBeGreaterThan(60);
  });
});

async function listPages(): Promise<string[]> {
  const docs = await readdir(new URL('docs/', ROOT), { recursive: true });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pages];
}

function toPath(target: string, page: string): string {
  return new URL(target, new URL(page, ROOT)).href.slice(ROOT.href.length);
}

async function exists(path: string): Promise<boolean> {
  return access(new URL(path, ROOT)).then(
    () => true,
    () => false,
  );
}
