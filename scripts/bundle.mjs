// How rolldown bundles a program: `npm run build`, `npm run dev` and the soak test share this.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SAMPLES = 'schema/operations';
const OWN_FILE = /new URL\('\.\/([\w-]+\.(?:worker|browser)\.(?:js|css))', import\.meta\.url\)/;
const IN_PACKAGES = /[\\/]node_modules[\\/]/;

/** GraphiQL's tabs are files, read when the first browser asks. They come along, so that the program finds them wherever it lies. */
const sampleOperations = {
  name: 'sample-operations',
  transform: {
    filter: { code: `../${SAMPLES}/', import.meta.url` },
    async handler(code) {
      for (const name of await readdir(path.join(ROOT, SAMPLES))) {
        const fileName = `${SAMPLES}/${name}`;
        this.emitFile({ type: 'asset', fileName, source: await readFile(path.join(ROOT, fileName)) });
      }
      return { code: code.replace(/'[./]*(?=schema\/operations\/', import\.meta\.url)/, "'./"), map: null };
    },
  },
};

/**
 * Threads and the page of GraphiQL start from files of their own, in plain JavaScript. They come along as they are, beside the chunk that
 * reads them.
 */
const ownFiles = {
  name: 'own-files',
  transform: {
    filter: { code: OWN_FILE },
    async handler(code, id) {
      for (const [, fileName] of code.matchAll(new RegExp(OWN_FILE, 'g'))) {
        this.emitFile({ type: 'asset', fileName, source: await readFile(path.join(path.dirname(id), fileName)) });
      }
      return null;
    },
  },
};

/**
 * Node.js reads the whole map of a chunk when it first describes an error in it. For the packages that would stop the process for most
 * of a second, so only our own code has maps.
 */
const noMapsOfPackages = {
  name: 'no-maps-of-packages',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle).filter(({ name }) => name?.startsWith('packages'))) {
      chunk.code = chunk.code.replace(/\n\/\/# sourceMappingURL=.*\n*$/, '\n');
      delete bundle[`${chunk.fileName}.map`];
    }
  },
};

/**
 * Empties the folder and puts the program into it, with the packages that are not external. Does not check types. If it fails, it prints
 * why and ends the process.
 * @param {{ input: Record<string, string>, external: (string | RegExp)[], dir: string, plugins?: object[] }} program
 */
export async function bundle({ input, external, dir, plugins = [] }) {
  await build({
    cwd: ROOT,
    input,
    external,
    platform: 'node',
    plugins: [sampleOperations, ownFiles, noMapsOfPackages, ...plugins],
    output: {
      dir,
      cleanDir: true,
      chunkFileNames: '[name].js',
      // Errors are known by their names, which another class may have too.
      keepNames: true,
      sourcemap: true,
      sourcemapExcludeSources: true,
      // What only an import() needs stays out of the chunks that everything needs.
      codeSplitting: { groups: [{ name: 'packages', test: IN_PACKAGES, entriesAware: true }] },
    },
  }).catch(({ message }) => {
    console.error(message);
    process.exit(1);
  });
}
