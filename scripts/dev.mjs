// Runs the server from its sources, without a type check. nodemon runs this again after every change.
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/** Modules find the files beside them from where their source is. */
const sourceUrls = {
  name: 'source-urls',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, file) => ({
      code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)),
      map: null,
    }),
  },
};

await build({
  input: './src/main.ts',
  platform: 'node',
  // Packages stay where they are: bundling them takes longer than loading them.
  external: /^[^./]/,
  plugins: [sourceUrls],
  output: { dir: 'dist/dev', cleanDir: true, sourcemap: true },
}).catch(({ message }) => {
  console.error(message);
  process.exit(1);
});
process.setSourceMapsEnabled(true);
await import('../dist/dev/main.js');
