// How rolldown bundles a program: `npm run build`, `npm run dev` and the soak test share this.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SAMPLES = 'schema/operations';
const OWN_FILE = /new URL\('\.\/([\w-]+\.(?:worker|browser)\.(?:js|css))', import\.meta\.url\)/;
const OVERVIEW = "new URL('../../dist/web/', import.meta.url)";
const SDL = 'schema/schema.graphql';
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

/** The overview page is built beside the program. */
const overviewFolder = {
  name: 'overview-folder',
  transform: {
    filter: { code: OVERVIEW },
    handler: (code) => ({ code: code.replace(OVERVIEW, "new URL('./web/', import.meta.url)"), map: null }),
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
 * Packages in CommonJS load the files of graphql in that form, all others those that are ECMAScript modules. Two copies would not know each
 * other's types, so everybody gets the modules.
 */
const oneGraphql = {
  name: 'one-graphql',
  resolveId: {
    filter: { id: /^graphql($|\/)/ },
    async handler(source, importer) {
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null || found.external ? found : { ...found, id: found.id.replace(/\.js$/, '.mjs') };
    },
  },
};

/**
 * What the program replaces, because a start would take longer with it, and come to the same:
 * - composing the subgraph's SDL, which `npm run codegen` has written already;
 * - serializers that graphql-jit would only use if it was asked to, and streams that every Node.js has by itself;
 * - importing libsql, which is CommonJS: Node.js would first look for names to import in its text.
 */
const REPLACED = new Map([
  ['@apollo/subgraph', async () => `export const printSubgraphSchema = () => ${JSON.stringify(await readSdl())};`],
  ['fast-json-stringify', () => 'module.exports = () => { throw new Error("there are no serializers"); };'],
  ['web-streams-polyfill/dist/ponyfill.es2018.js', () => 'throw new Error("Node.js has streams");'],
  ['libsql', () => 'module.exports = require("libsql");'],
]);
const PREFIX = '\0replaced:';

const replacements = {
  name: 'replacements',
  resolveId(source, importer) {
    if (!REPLACED.has(source)) return null;
    return importer?.startsWith(PREFIX) ? { id: source, external: true } : { id: `${PREFIX}${source}` };
  },
  load(id) {
    return id.startsWith(PREFIX) ? REPLACED.get(id.slice(PREFIX.length))() : null;
  },
};

function readSdl() {
  return readFile(path.join(ROOT, SDL), 'utf8');
}

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
 * Returns the function that puts what the server loads at its start into two chunks, whatever else needs parts of it: each file takes its
 * time to find and to load.
 * @param {Record<string, string>} input
 */
function createGroupOfStart({ main }) {
  /** @type {Set<string> | null} */
  let atStart = null;
  return (id, graph) => {
    if (main === undefined) return null;
    const entry = path.join(ROOT, main);
    atStart ??= findImported(entry, graph);
    if (id === entry || !atStart.has(id)) return null;
    return IN_PACKAGES.test(id) ? 'packages-at-start' : 'server';
  };
}

/** Returns a module and all that it imports, without what it loads later. */
function findImported(entry, graph) {
  const found = new Set([entry]);
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

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
    plugins: [oneGraphql, replacements, sampleOperations, overviewFolder, ownFiles, noMapsOfPackages, ...plugins],
    output: {
      dir,
      cleanDir: true,
      chunkFileNames: '[name].js',
      // Errors are known by their names, which another class may have too.
      keepNames: true,
      comments: false,
      sourcemap: true,
      sourcemapExcludeSources: true,
      codeSplitting: {
        groups: [
          { name: createGroupOfStart(input), debugName: 'at start' },
          // What only an import() needs stays out of what every program loads.
          { name: 'packages', test: IN_PACKAGES, entriesAware: true },
        ],
      },
    },
  }).catch(({ message }) => {
    console.error(message);
    process.exit(1);
  });
}
