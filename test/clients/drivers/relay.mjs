import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../compile.mjs';
import { createRelayEnvironment } from '../dist/relay-environment.js';
import { FOLDER, SCHEMA } from '../documented.mjs';
import { iterateEvents } from '../iterate-events.mjs';
import { TEXTS } from '../operations.mjs';

const { createOperationDescriptor, fetchQuery, getSelector, requestSubscription } = createRequire(import.meta.url)(
  'relay-runtime',
);

export const packages = ['relay-runtime'];

/** Compiles the operations twice: with their texts, and with ids. Returns the texts by their ids. */
export async function prepare() {
  await compile('relay-texts', {});
  await compile('relay-ids', { persistConfig: { file: './persisted.json', algorithm: 'SHA256' } });
  return JSON.parse(await readFile(path.join(FOLDER, 'relay-ids/persisted.json'), 'utf8'));
}

/** Relay wants each operation to begin with the name of its file, and to end with its kind. */
function toSource(text) {
  const renamed = text
    .replace(/^query (\w+)/, 'query $1Query')
    .replace(/^subscription (\w+)/, 'subscription $1Subscription')
    .replace(/(sessionsReport\([^)]*\))/, '$1 @catch');
  return `import { graphql } from 'react-relay';\ngraphql\`${renamed}\`;\n`;
}

async function compile(name, options) {
  const folder = path.join(FOLDER, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'src'), { recursive: true });
  for (const [operation, text] of Object.entries(TEXTS)) {
    const file = `${operation[0].toUpperCase()}${operation.slice(1)}.js`;
    await writeFile(path.join(folder, 'src', file), toSource(text));
  }
  await cp(path.join(FOLDER, 'UsagePages.js'), path.join(folder, 'src/UsagePages.js'));
  const documented = JSON.parse(await readFile(path.join(FOLDER, 'relay.config.json'), 'utf8'));
  const config = { ...documented, ...options, language: 'javascript', schema: './schema.graphql' };
  await cp(SCHEMA, path.join(folder, 'schema.graphql'));
  await writeFile(path.join(folder, 'relay.config.json'), JSON.stringify(config));
  if (options.persistConfig) await writeFile(path.join(folder, 'persisted.json'), '{}');
  await runCommand('relay-compiler', ['relay.config.json'], folder);
  // Bundlers find files without their endings; Node.js does not.
  for (const file of await readdir(path.join(folder, 'src/__generated__'))) {
    const artifact = path.join(folder, 'src/__generated__', file);
    const code = await readFile(artifact, 'utf8');
    await writeFile(artifact, code.replaceAll(/from '(\.\/[\w.]+\.graphql)'/g, "from '$1.js'"));
  }
}

async function load(kind, artifact) {
  const file = path.join(FOLDER, kind, 'src/__generated__', `${artifact}.graphql.js`);
  return (await import(pathToFileURL(file).href)).default;
}

const toArtifact = (name) =>
  `${name[0].toUpperCase()}${name.slice(1)}${TEXTS[name].startsWith('subscription') ? 'Subscription' : 'Query'}`;

/** The path of an error is that of the field with `@catch`. */
const toErrors = ({ errors = [] }) =>
  errors.map((error) => ({ ...error, path: ['sessionsReport', ...(error.path ?? [])] }));

export function createDriver({ url, token }) {
  const environment = createRelayEnvironment(url, () => token);
  const queryBy = (with_, kind) => async (name, variables) => {
    const node = await load(kind, toArtifact(name));
    const data = await fetchQuery(with_, node, variables, { fetchPolicy: 'network-only' }).toPromise();
    const { sessionsReport } = data;
    if (sessionsReport === undefined) return { data, errors: [] };
    return { data: { ...data, sessionsReport: sessionsReport.value ?? null }, errors: toErrors(sessionsReport) };
  };
  return {
    query: queryBy(environment, 'relay-texts'),
    async subscribe(name, variables) {
      const subscription = await load('relay-texts', toArtifact(name));
      return iterateEvents(({ next, error, complete }) => {
        const how = { subscription, variables, onNext: next, onError: error, onCompleted: complete };
        const { dispose } = requestSubscription(environment, how);
        return dispose;
      });
    },
    trusts: true,
    persisted: (at) =>
      queryBy(
        createRelayEnvironment(at.url, () => at.token),
        'relay-ids',
      ),
    async pages(txid) {
      const [query, fragment] = await Promise.all([
        load('relay-texts', 'UsagePagesQuery'),
        load('relay-texts', 'UsagePages_query'),
      ]);
      const { data } = environment.lookup(createOperationDescriptor(query, { txid, first: 100 }).fragment);
      const read = () => environment.lookup(getSelector(fragment, data)).data.aggregatedReportRequest.usage;
      for (let after = null; ; after = read().pageInfo.endCursor) {
        await fetchQuery(environment, query, { txid, first: 100, after }).toPromise();
        if (!read().pageInfo.hasNextPage) return read().edges.map(({ node }) => node.imei);
      }
    },
    async cached(name, variables) {
      const node = await load('relay-texts', toArtifact(name));
      return environment.lookup(createOperationDescriptor(node, variables).fragment).data;
    },
    async start(name, variables) {
      const node = await load('relay-texts', toArtifact(name));
      const subscription = fetchQuery(environment, node, variables).subscribe({ error() {} });
      return () => subscription.unsubscribe();
    },
  };
}
