import { access, readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

async function isThere(path: string): Promise<boolean> {
  return access(new URL(path, ROOT)).then(
    () => true,
    () => false,
  );
}

describe('the documentation', () => {
  test('names only files that are there', async () => {
    const names = ['README.md', ...(await readdir(new URL('docs/', ROOT))).map((name) => `docs/${name}`)];
    let links = 0;
    for (const name of names.filter((each) => each.endsWith('.md'))) {
      const text = await readFile(new URL(name, ROOT), 'utf8');
      const named = [...text.matchAll(/`((?:test|src|schema|docs|examples)\/[\w./-]+\.\w+)`/g)].map(
        ([, file = '']) => file,
      );
      const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, file = '']) =>
        new URL(file, new URL(name, ROOT)).href.slice(ROOT.href.length),
      );
      links += named.length + linked.length;
      for (const file of [...named, ...linked]) expect([name, file, await isThere(file)]).toEqual([name, file, true]);
    }
    expect(links).toBeGreaterThan(60);
  });
});
