import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLoad } from './load/control.mjs';
import { measure } from './measure.mjs';
import { parseOptions, usage } from './options.mjs';
import { createProcesses } from './processes.mjs';
import { describeMachine, machineLine } from './report/machine.mjs';
import { asMarkdown } from './report/markdown.mjs';
import { legend } from './report/table.mjs';
import { asText } from './report/text.mjs';
import { ensureBuilt } from './servers/build.mjs';
import { Unavailable } from './unavailable.mjs';
import { startUpstream } from './upstream/control.mjs';
import { createWindows } from './windows.mjs';

/** @param {string} text */
const progress = (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);

/**
 * @param {ReturnType<typeof parseOptions>} options
 * @param {ReturnType<typeof createProcesses>} processes
 * @param {string} folder
 */
async function bench(options, processes, folder) {
  if (options.servers.includes('server')) ensureBuilt();
  const now = new Date();
  const machine = describeMachine(now);
  /** @type {Set<string>} */
  const notes = new Set();
  const means = {
    ...options,
    processes,
    folder,
    progress,
    note: (/** @type {string} */ text) => void notes.add(text),
    windows: createWindows(now.getTime()),
    upstream: await startUpstream(processes),
    load: startLoad(processes),
  };

  console.log(`${machineLine(machine)}.\n${legend}\n`);
  const measured = [];
  for (const workload of options.workloads) {
    try {
      const result = await measure(workload, means);
      measured.push(result);
      if (process.stderr.isTTY) progress('');
      console.log(options.markdown ? asMarkdown(result) : asText(result));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      means.note(`${workload.number} was not measured. ${error.message}`);
    }
  }
  for (const text of notes) console.log(text);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, workloads: measured }, null, 2)}\n`);
}

/** Returns null if the options are wrong. */
function optionsOrNull() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return null;
  }
}

const options = optionsOrNull();
if (options?.help) {
  console.log(usage);
} else if (options) {
  const processes = createProcesses();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  let interrupted = false;
  const cleanUp = async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      interrupted = true;
      await cleanUp();
      process.exit(130);
    });
  }
  try {
    await bench(options, processes, folder);
  } catch (error) {
    if (!interrupted) console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await cleanUp();
  }
}
