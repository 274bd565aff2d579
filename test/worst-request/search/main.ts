import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { createComposer } from '../compose/compose.ts';
import type { Composition } from '../compose/composition.ts';
import { startSearchWorld } from '../world/search-world.ts';
import { storeReports } from '../world/stored-reports.ts';
import { BOUNDS, findExceeded, MEASURES, type Cost } from './bounds.ts';
import { measureSlowness, REFERENCE_MS } from './machine.ts';
import { parseOptions, USAGE, type SearchOptions } from './options.ts';
import { createRunner, type Run } from './runner.ts';

/** This file is bundled into test/worst-request/dist. */
const SCHEMA = fileURLToPath(new URL('../../../schema/schema.graphql', import.meta.url));
const ACCOUNT = '0844021539-00001';

interface Found {
  readonly number: number;
  readonly composition: Composition;
  readonly run: Run;
}

/** Runs the compositions one by one. Resolves with whether all of them were within the bounds. */
async function search({ compositions, seed, from, out }: SearchOptions): Promise<boolean> {
  const slowness = measureSlowness();
  process.stdout.write(
    `this machine: ${slowness.toFixed(2)} times the time of the reference (${REFERENCE_MS} ms for a fixed piece of work)\nat most, on the machine of reference: ${describeCost(BOUNDS)}\n`,
  );
  const schema = buildSchema(await readFile(SCHEMA, 'utf8'), { assumeValidSDL: true });
  const world = await startSearchWorld();
  const all: Found[] = [];
  const tooMuch: Found[] = [];
  try {
    const tenant = await world.addTenant('dashboard', ACCOUNT);
    const stored = await storeReports(tenant, world.callbackUrl());
    const run = await createRunner(world, tenant, stored, slowness);
    const compose = createComposer(schema, stored, seed, tenant.account);
    process.stdout.write(`${compositions} compositions, seed ${seed}\n`);
    for (let number = from; number < from + compositions; number += 1) {
      const composition = compose(number);
      const found = { number, composition, run: await run(composition) };
      all.push(found);
      if (findExceeded(found.run.cost).length === 0) continue;
      tooMuch.push(found);
      process.stdout.write(`TOO MUCH: ${describe(found)}\n`);
    }
  } finally {
    await world.close();
  }
  for (const measure of MEASURES) {
    const [worst] = all.toSorted((one, other) => other.run.cost[measure] - one.run.cost[measure]);
    if (worst !== undefined) process.stdout.write(`most ${measure} (at most ${BOUNDS[measure]}): ${describe(worst)}\n`);
  }
  process.stdout.write(`answers: ${toCounts(all)}\n`);
  if (out !== null) await writeFile(out, JSON.stringify(tooMuch, null, 2));
  return tooMuch.length === 0;
}

function describe({ number, composition, run: { cost, answer, calls } }: Found): string {
  const platform = JSON.stringify(composition.platform);
  const query = composition.query.trim().replace(/\s+/g, ' ').slice(0, 300);
  return `--from ${number}: ${describeCost(cost)}; ${composition.title}; ${platform}; ${calls} calls, ${answer.status}, ${answer.bytes} bytes\n  ${query}`;
}

function describeCost({ cpuMs, blockMs, memoryMiB }: Cost): string {
  return `${Math.round(cpuMs)} ms CPU, ${Math.round(blockMs)} ms blocked, ${Math.round(memoryMiB)} MiB`;
}

/** How many answers had data, and the codes of the first errors of the others. */
function toCounts(all: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const { run } of all) {
    const { status, text } = run.answer;
    const kind = text.startsWith('{"data":{') ? 'data' : (/"code":"(\w+)"/.exec(text)?.[1] ?? String(status));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

function readOptions(): SearchOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return null;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const options = readOptions();
if (options === null || !(await search(options))) process.exitCode = 1;
