import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FAULTS } from './faults/index.ts';
import { findFailures } from './checks/verdict.ts';
import { parseOptions, USAGE, type SoakOptions } from './options.ts';
import { toChart } from './report/chart.ts';
import { toSummary, type Summary } from './report/summary.ts';
import { toTables } from './report/table.ts';
import { runFault } from './run-fault.ts';
import type { Sample } from './world/sampler.ts';

/** This file is bundled into test/soak/dist, the product into dist. */
const BUILT_FOLDER = fileURLToPath(new URL('../../../dist/', import.meta.url));

async function soak({ seconds, only, rate, out, chart }: SoakOptions): Promise<boolean> {
  const summaries: Summary[] = [];
  let samples: readonly Sample[] = [];
  for (const fault of FAULTS) {
    if (only !== null && !only.includes(fault.name)) continue;
    process.stdout.write(`${fault.name}: ${fault.title}, for ${seconds} s\n`);
    const record = await runFault(fault, {
      builtFolder: BUILT_FOLDER,
      seconds,
      rate,
      isSampled: chart !== null,
    });
    const failures = findFailures(record);
    const summary = toSummary(record, failures);
    summaries.push(summary);
    samples = record.samples;
    process.stdout.write(
      `  ${summary.right} % right, ${summary.partly} % partly right, ${summary.failed} % failed, ${summary.stale} stale, ${JSON.stringify(summary.codes)}, ` +
        `longest response ${summary.maxMs} ms, recovered after ${summary.recoverySeconds ?? '?'} s\n`,
    );
    for (const failure of failures) process.stdout.write(`  FAILED: ${failure}\n`);
  }
  process.stdout.write(`\n${toTables(summaries)}\n`);
  if (out !== null) await writeFile(out, JSON.stringify(summaries, null, 2));
  if (chart !== null && samples.length > 0) await writeFile(chart, toChart(samples));
  return summaries.every(({ failures }) => failures.length === 0);
}

function readOptions(): SoakOptions | null {
  try {
    return parseOptions(
      process.argv.slice(2),
      FAULTS.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return null;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const options = readOptions();
if (options === null || !(await soak(options))) process.exitCode = 1;
