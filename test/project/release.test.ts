import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'CHANGELOG.md',
  'README.md',
  'compose.yaml',
  'deploy',
  'docs',
  'package.json',
  'package-lock.json',
  'scripts/release.mjs',
];
const AUTHOR = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com' };
const COMMITTER = { GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' };

describe('npm version', { timeout: 60_000 }, () => {
  let folder = '';
  const inFolder = (name: string): string => path.join(folder, name);
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, ...AUTHOR, ...COMMITTER };
    const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env });
    return stdout.trim();
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-release-'));
    for (const name of COPIED) await cp(path.join(ROOT, name), inFolder(name), { recursive: true });
    await run('git', 'init', '--quiet');
    await run('git', 'add', '.');
    await run('git', 'commit', '--quiet', '--message', 'Start');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each(['7.8.9', '7.8.9-rc.1'])(
    'makes a release: %s is everywhere, with a date, committed and tagged',
    async (version) => {
      const { version: before } = JSON.parse(await readFile(inFolder('package.json'), 'utf8')) as { version: string };
      await run('npm', 'version', version);
      expect(await run('git', 'status', '--porcelain')).toBe('');
      expect(await run('git', 'describe', '--tags')).toBe(`v${version}`);
      const changes = await readFile(inFolder('CHANGELOG.md'), 'utf8');
      expect(changes).toMatch(new RegExp(`^## Unreleased\n\n## ${version} - \\d{4}-\\d\\d-\\d\\d\n\n- `, 'm'));
      const pages = (await readdir(folder, { recursive: true })).filter((name) => /^[^.].*\.(?:md|yaml)$/.test(name));
      const texts = await Promise.all(pages.map(async (name) => readFile(inFolder(name), 'utf8')));
      const named = texts.flatMap((text) => [...text.matchAll(/device-reports-graphql[:-](\d[\w.-]*)/g)]);
      expect(named.length).toBeGreaterThan(4);
      expect([...new Set(named.map(([, name = '']) => name.replace(/\.tgz$/, '')))]).toEqual([version]);
      expect(texts.filter((text) => text.includes(`"version":"${before}"`))).toEqual([]);
    },
  );

  test('refuses a release without changes', async () => {
    await writeFile(inFolder('CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n## 0.0.1 - 2026-01-01\n\n- First.\n');
    await run('git', 'commit', '--quiet', '--all', '--message', 'Release everything');
    await expect(run('npm', 'version', '7.8.9')).rejects.toThrow('CHANGELOG.md has no unreleased changes');
    expect(await run('git', 'tag')).toBe('');
  });
});
