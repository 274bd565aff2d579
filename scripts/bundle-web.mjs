// Bundles the overview page for browsers: one script and one style sheet, which the server reads when the first browser asks.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const STYLES = ['base', 'shell', 'parts', 'charts', 'views', 'device', 'reports', 'operator', 'print'];

/**
 * Writes the page into the folder. Does not check types. If it fails, it prints why and ends the process.
 * @param {string} dir
 * @param {object[]} plugins
 */
export async function bundleWeb(dir, plugins = []) {
  await build({
    cwd: ROOT,
    input: { overview: 'web/main.tsx' },
    platform: 'browser',
    tsconfig: 'web/tsconfig.json',
    transform: { target: 'es2022' },
    plugins,
    output: { dir, format: 'esm', minify: true, comments: false, entryFileNames: '[name].js', codeSplitting: false },
  }).catch(({ message }) => {
    console.error(message);
    process.exit(1);
  });
  const sheets = await Promise.all(STYLES.map((name) => readFile(path.join(ROOT, `web/styles/${name}.css`), 'utf8')));
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'overview.css'), toShort(sheets.join('\n')));
}

/** Without comments and indentation, which compress well, but not to nothing. */
function toShort(css) {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/\n\s*/g, '\n')
    .replaceAll(/\n+/g, '\n');
}
