// Runs every client against the server, and compares the table in docs/clients.md with what happened; --write writes it.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as prettier from 'prettier';
import { CHECKS } from './checks.mjs';
import { readPackage } from './compile.mjs';
import { checkDocumented, FOLDER, PAGE, writeDocumented } from './documented.mjs';
import { startServer } from './world.mjs';

/** Each is a file in drivers/, and a row of the table. */
const CLIENTS = {
  'apollo-client-4': 'Apollo Client 4',
  'apollo-client-3': 'Apollo Client 3',
  urql: 'urql, with Graphcache',
  relay: 'Relay',
  'graphql-request': 'graphql-request',
  codegen: 'codegen client preset, with graphql-request',
  'gql-tada': 'gql.tada, with urql',
  genql: 'genql',
  'graphql-ws': 'graphql-ws',
  'graphql-sse': 'graphql-sse',
};
const MAX_CHECK_MS = 20_000;
const [START, END] = ['<!-- table: begin -->', '<!-- table: end -->'];

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true });
const names = await writeDocumented();
const sources = await Promise.all(
  Object.keys(CLIENTS).map((name) => readFile(new URL(`drivers/${name}.mjs`, import.meta.url), 'utf8')),
);
await checkDocumented(names, { drivers: sources.join('\n') });
const selected = Object.keys(CLIENTS).filter((name) => positionals.length === 0 || positionals.includes(name));
const drivers = new Map(await Promise.all(selected.map(async (name) => [name, await import(`./drivers/${name}.mjs`)])));
const trusted = path.join(FOLDER, 'trusted-documents.json');
await writeFile(trusted, JSON.stringify(await prepareDocuments()));
// One with the default settings, and one that knows documents by their ids.
const [world, registering] = await Promise.all([
  startServer(),
  startServer({ APQ: 'true', TRUSTED_DOCUMENTS: trusted }),
]);
Object.assign(world, { registering, ...createReports(world) });
const failures = [];
const rows = [];
try {
  for (const [name, driver] of drivers) rows.push(await runClient(CLIENTS[name], driver));
} finally {
  await Promise.all([world.close(), registering.close()]);
}
if (failures.length > 0) process.exit(1);
if (positionals.length === 0) await compareTable(await toTable(rows));
process.exit(0);

/** Some clients compile their documents. Returns the texts of these by their ids. */
async function prepareDocuments() {
  const documents = {};
  for (const { prepare } of drivers.values()) Object.assign(documents, await prepare?.());
  return documents;
}

async function runClient(title, { createDriver, packages }) {
  const driver = await createDriver(world);
  const cells = [];
  for (const [check, run] of Object.entries(CHECKS)) {
    const reason = toReason(check, driver);
    const started = Date.now();
    try {
      if (reason === null) await withinTime(run(driver, world));
      console.log(`${title}: ${check} ${reason ?? `yes (${Date.now() - started} ms)`}`);
    } catch (error) {
      failures.push(title);
      console.error(`${title}: ${check} failed:`, error);
    }
    cells.push(reason === null ? 'yes' : reason);
  }
  await driver.close?.();
  return { title: `${title} (${(await Promise.all(packages.map(versionOf))).join(', ')})`, cells };
}

/** Which part of a driver a check needs. If that is a text, it says why the client cannot do it. */
function toReason(check, driver) {
  const needed = {
    persisted: 'persisted',
    subscription: 'subscribe',
    paging: 'pages',
    cache: 'cached',
    cancel: 'start',
  };
  const part = driver[needed[check] ?? 'query'];
  return typeof part === 'string' ? part : null;
}

function withinTime(work) {
  return Promise.race([
    work,
    sleep(MAX_CHECK_MS, null, { ref: false }).then(() => {
      throw new Error(`not finished after ${MAX_CHECK_MS} ms`);
    }),
  ]);
}

async function versionOf(name) {
  const { version } = await readPackage(name);
  return `${name.replace('@apollo/client-3', '@apollo/client')} ${version}`;
}

/** Reports to follow and to page through, requested without the clients. */
function createReports({ ask }) {
  const run = async (query, variables) => {
    const { data, errors } = await ask(query, variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const startReport = async (imei) => {
    const query = 'mutation ($imei: [IMEI!]) { requestAggregatedReport(input: { imei: $imei }) { txid } }';
    return (await run(query, { imei })).requestAggregatedReport.txid;
  };
  const listDevices = async () => {
    const query = '{ aggregatedReport(input: { imei: [], allDevices: true }) { usage(orderBy: BYTES_DESC) { imei } } }';
    return (await run(query)).aggregatedReport.usage.map(({ imei }) => imei);
  };
  const finishReport = async () => {
    const imeis = await devices();
    const txid = await startReport(imeis);
    const query = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { status } }';
    while ((await run(query, { txid })).aggregatedReportRequest.status !== 'COMPLETED') await sleep(100);
    return { txid, imeis: imeis.toSorted() };
  };
  let listed = null;
  let finished = null;
  const devices = () => (listed ??= listDevices());
  return { startReport, devices, finishedReport: () => (finished ??= finishReport()) };
}

async function toTable(clients) {
  const head = ['client', ...Object.keys(CHECKS)];
  const notes = [...new Set(clients.flatMap(({ cells }) => cells.filter((cell) => cell !== 'yes')))];
  const lines = [
    head,
    head.map(() => '---'),
    ...clients.map(({ title, cells }) => [
      title,
      ...cells.map((cell) => (cell === 'yes' ? 'yes' : `no (${notes.indexOf(cell) + 1})`)),
    ]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const text = [...lines, '', ...notes.map((note, at) => `${at + 1}. It ${note}.`)].join('\n');
  return (await prettier.format(text, { parser: 'markdown', printWidth: 120 })).trim();
}

async function compareTable(table) {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest] = page.split(START);
  const [now, after] = rest.split(END);
  if (now.trim() === table) return;
  if (!values.write) {
    console.error(
      `The table in docs/clients.md is out of date. Run "npm run table" in test/clients. It should be:\n\n${table}`,
    );
    process.exit(1);
  }
  await writeFile(PAGE, `${before}${START}\n\n${table}\n\n${END}${after}`);
}
