// Bundles and runs the server without a type check. nodemon runs this script again after every change.
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/** Replaces `import.meta.url` with the URL of the source file, so that modules find the files beside them. */
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
  // Do not bundle packages: that takes longer than loading them.
  external: /^[^./]/,
  plugins: [sourceUrls],
  output: { dir: 'dist/dev', cleanDir: true, sourcemap: true },
}).catch(({ message }) => {
  console.error(message);
  process.exit(1);
});
process.setSourceMapsEnabled(true);
await import('../dist/dev/main.js');
