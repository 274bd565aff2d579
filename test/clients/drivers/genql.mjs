import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { collectPages } from '../collect-pages.mjs';
import { compileTypes, runCommand } from '../compile.mjs';
import { FOLDER, SCALARS, SCHEMA } from '../documented.mjs';

export const packages = ['@genql/cli'];

/** Each operation as genql writes it, in place of a text. */
const OPERATIONS = {
  stored: () => ({ aggregatedReportRequests: { __args: { first: 1 }, totalCount: true } }),
  usage: ({ input }) => ({ aggregatedReport: { __args: { input }, usage: { imei: true, bytesTransferred: true } } }),
  faulty: ({ known, unknown }) => ({
    device: { __args: { imei: known }, imei: true, accountNumber: true },
    sessionsReport: { __args: { input: { imei: unknown } }, txid: true },
  }),
  page: ({ txid, after }) => ({
    aggregatedReportRequest: {
      __args: { txid },
      txid: true,
      usage: {
        __args: { first: 100, after },
        edges: { node: { imei: true, bytesTransferred: true } },
        pageInfo: { hasNextPage: true, endCursor: true },
      },
    },
  }),
};

const TYPED = `import { createClient } from './genql';
export async function typed(): Promise<number | null> {
  const client = createClient();
  const { aggregatedReport } = await client.query({
    aggregatedReport: { __args: { input: { imei: ['1'], startDate: 'LAST_WEEK' } }, usage: { __args: {}, imei: true, bytesTransferred: true } },
  });
  const bytes = aggregatedReport?.usage[0]?.bytesTransferred ?? null;
  // @ts-expect-error SafeInt is not any
  const text: string | null = bytes;
  return text === null ? bytes : null;
}
`;

export async function prepare() {
  const scalars = Object.entries(SCALARS).flatMap(([name, type]) => ['-S', `${name}:${type}`]);
  await runCommand('@genql/cli', ['--schema', SCHEMA, '--output', 'genql', ...scalars], FOLDER);
  await writeFile(path.join(FOLDER, 'genql-typed.ts'), TYPED);
  await writeFile(path.join(FOLDER, 'genql/package.json'), '{ "type": "commonjs" }');
  await compileTypes(FOLDER, ['genql-typed.ts', 'genql/index.ts']);
  return {};
}

export async function createDriver({ url, token }) {
  const { createGenqlClient } = await import(pathToFileURL(path.join(FOLDER, 'genql.js')).href);
  const query = async (name, variables, options) => {
    try {
      const data = await createGenqlClient(url, () => token, options).query(OPERATIONS[name](variables));
      return { data, errors: [] };
    } catch (error) {
      if (!error.errors?.length) throw error;
      return { data: error.data, errors: error.errors };
    }
  };
  return {
    query,
    subscribe: 'has no subscriptions; use graphql-sse beside it',
    persisted: 'sends texts only',
    pages: (txid) => collectPages(query, txid),
    cached: 'has no cache',
    start(name, variables) {
      const controller = new AbortController();
      query(name, variables, { signal: controller.signal }).catch(() => {});
      return () => controller.abort();
    },
  };
}
