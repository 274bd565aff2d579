import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { choosePlatform } from '../compose/platform.ts';
import { createChoice } from '../compose/choice.ts';
import type { Stored } from '../compose/composition.ts';
import type { Platform } from '../compose/platform.ts';
import { startOtherWork } from '../world/other-work.ts';
import { createAnswers, type PlatformAnswers } from '../world/platform-answers.ts';
import type { SearchWorld } from '../world/search-world.ts';
import { startSearchWorld } from '../world/search-world.ts';
import { post, storeReports } from '../world/stored-reports.ts';
import type { Tenant } from '../world/tenants.ts';
import { warmUp } from '../world/warm-up.ts';
import { createCoreWaits } from './core-waits.ts';
import type { HostileStart } from './hostile-start.ts';
import { runLoad, type LoadResult } from './load.ts';
import { parseOptions, USAGE, type TenantsOptions } from './options.ts';

/** This file is bundled into test/worst-request/dist. */
const SCHEMA = fileURLToPath(new URL('../../../schema/schema.graphql', import.meta.url));
const HOSTILE = fileURLToPath(new URL('./hostile.js', import.meta.url));

/** What docs/security.md recommends if strangers may call. */
const RECOMMENDED = { RATE_LIMIT_PER_MINUTE: '1200', CPU_SHARE_PER_PRINCIPAL: '0.1' };
const MAX_RATIO = 3;
/** The part of the machine that other programs may take in a round. Otherwise its times are theirs. */
const MAX_OTHER_WORK = 0.15;
/** How long the platform takes for a call of the other tenants. */
const LATENCY_MS = 50;
const ORDINARY: Platform = {
  sessions: 20,
  accountDevices: 100,
  refused: 0,
  textLength: 36,
  isEscaped: false,
  uninvited: 0,
  listeners: 1,
};

const ROUNDS = 3;

type Verdict = 'passed' | 'failed' | 'disturbed';

/**
 * Repeats the comparison unless it is passed, because other work on the machine can disturb one. Resolves with `failed` if no round was
 * passed and one was undisturbed, and with `disturbed` if all were.
 */
async function compare({ seconds }: TenantsOptions): Promise<Verdict> {
  let verdict: Verdict = 'disturbed';
  for (let round = 1; round <= ROUNDS; round += 1) {
    const ofRound = await compareOnce(seconds);
    process.stdout.write(`round ${round}: ${ofRound}\n`);
    if (ofRound === 'passed') return ofRound;
    if (ofRound === 'failed') verdict = ofRound;
  }
  return verdict;
}

/** Runs the load of two tenants alone and beside a hostile one. It is passed if nobody but the hostile one noticed. */
async function compareOnce(seconds: number): Promise<Verdict> {
  const world = await startSearchWorld(RECOMMENDED);
  try {
    const others = [await world.addTenant('one', '0844021539-00001'), await world.addTenant('two', '0844021539-00002')];
    const hostile = await world.addTenant('hostile', '0844021539-00003');
    // Another caller, so that the hostile one has its whole share when it begins.
    const storing = await world.addTenant('storing', hostile.account);
    const stored = await storeReports(storing, world.callbackUrl());
    await warmUp(storing, world.platform, stored);
    for (const { account } of others) {
      world.platform.behave(account, { answers: createAnswers(ORDINARY), latencyMs: LATENCY_MS, fails: false });
    }
    const attack = await prepareAttack(world, hostile, stored);
    const readCoreWaits = createCoreWaits([world.server().program.pid, process.pid]);
    let runs = 0;
    const run = (): Promise<LoadResult> => {
      runs += 1;
      const first = runs * 100_000;
      const clients = others.map(({ client }) => client);
      return runLoad(
        clients,
        (tenant, number) => toQuery(others[tenant] as Tenant, first + number),
        seconds,
        readCoreWaits,
      );
    };
    await run();
    const endOtherWork = startOtherWork([world.server().program.pid, process.pid, attack.processId]);
    const alone = await run();
    print('alone', alone);
    attack.start();
    const beside = await run();
    print('beside the hostile tenant', beside);
    const otherWork = endOtherWork();
    process.stdout.write(`the hostile tenant got ${JSON.stringify(await attack.stop())}\n`);
    const ratio = beside.p99Ms / alone.p99Ms;
    process.stdout.write(
      `p99 was ${ratio.toFixed(2)} times its value alone (at most ${MAX_RATIO}); other programs took ${Math.round(otherWork * 100)} % of the machine\n`,
    );
    if (ratio <= MAX_RATIO && alone.failures.length === 0 && beside.failures.length === 0) return 'passed';
    return otherWork > MAX_OTHER_WORK ? 'disturbed' : 'failed';
  } finally {
    await world.close();
  }
}

/** What a dashboard asks for: never the same, because the cache would answer without the platform. */
function toQuery({ account }: Tenant, number: number): string {
  const imei = `35${String(number * 7).padStart(13, '0')}`;
  const accountNumber = `accountNumber: "${account}"`;
  return [
    `{ device(${accountNumber}, imei: "${imei}") { usage { bytesTransferred } } }`,
    `{ sessionsReport(input: { ${accountNumber}, imei: "${imei}" }) { totals { numBytes } daily { date numBytes } } }`,
    `{ aggregatedReport(input: { ${accountNumber}, imei: ["${imei}"], dataPlan: "${number}" }) { totals { bytesTransferred } usage { imei bytesTransferred } } }`,
    `{ aggregatedReportRequests(${accountNumber}) { nodes { txid status } totalCount } }`,
  ][number % 4] as string;
}

/** What the hostile tenant does, in a process of its own and by how the platform treats its account. */
interface Attack {
  readonly processId: number;
  start(): void;
  /** Stops it, and resolves with what it got. */
  stop(): Promise<unknown>;
}

/** Between two messages of the hostile tenant's reports, and two changes of how the platform treats its account. */
const CHANGE_MS = 1_000;
const PLATFORMS = 8;

/** Prepares everything that takes CPU time, so that little besides the server's work disturbs the load. */
async function prepareAttack(world: SearchWorld, { token, account }: Tenant, stored: Stored): Promise<Attack> {
  const start: HostileStart = { url: world.server().url, token, account, stored, seed: 1, schemaPath: SCHEMA };
  const child: ChildProcess = fork(HOSTILE, { env: { ...process.env, HOSTILE_START: JSON.stringify(start) } });
  await once(child, 'message');
  if (child.pid === undefined) throw new Error('The process of the hostile tenant has no id.');
  const platforms = Array.from({ length: PLATFORMS }, (_, at) => createAnswers(choosePlatform(createChoice(at))));
  for (const answers of platforms) {
    answers.sessions();
    answers.wholeAccount();
    answers.devices([]);
    answers.listeners();
  }
  const errors = [{ imei: null, errorMessage: 'x'.repeat(1_000_000) }];
  let changes = 0;
  const change = (): void => {
    changes += 1;
    const answers = platforms[changes % PLATFORMS] as PlatformAnswers;
    world.platform.behave(account, { answers, latencyMs: 0, fails: changes % 2 === 0 });
    // Every subscription of the report gets an event. Refused messages are the hostile tenant's own.
    const imei = String(350_000_000_000_000 + changes);
    const usage = [{ imei, numberOfSessions: 1, bytesTransferred: changes }];
    post(world.callbackUrl(), { txid: stored.txids[2], usage }).catch(() => null);
    post(world.callbackUrl(), { txid: `unknown-${changes}`, usage, errors }).catch(() => null);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    processId: child.pid,
    start() {
      child.send('start');
      timer = setInterval(change, CHANGE_MS);
      change();
    },
    async stop() {
      clearInterval(timer);
      child.send('report');
      const [codes] = (await once(child, 'message')) as [unknown];
      child.kill('SIGKILL');
      return codes;
    },
  };
}

function print(title: string, { requests, medianMs, p99Ms, wallP99Ms, failures }: LoadResult): void {
  process.stdout.write(
    `${title}: ${requests} requests, median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${wallP99Ms.toFixed(1)} ms with waits for a core), ${failures.length} kinds of failures\n`,
  );
  for (const failure of failures) process.stdout.write(`  FAILED: ${failure}\n`);
}

function readOptions(): TenantsOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return null;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const options = readOptions();
const verdict = options === null ? 'failed' : await compare(options);
if (verdict !== 'passed') process.exitCode = 1;
if (verdict === 'disturbed')
  process.stdout.write('UNDECIDED: other programs took too much of the machine in each round\n');
// Requests of the hostile tenant may still be open.
process.exit();
