import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { catalog, catalogWithBefore } from './servers/catalog.mjs';
import { requireBuilt } from './servers/this-server.mjs';
import { workloads } from './workloads/index.mjs';

export const usage = `node run.mjs [options]
  --only 1,2        run only these workloads (${workloads.map(({ number }) => number).join(', ')})
  --servers a,b     measure only these servers (${Object.keys(catalog).join(', ')}); bare is always included
  --before FOLDER   also measure this server as built in FOLDER, another checkout, in the same rounds
  --rounds N        number of rounds per workload
  --seconds S       duration of one sample under load
  --quick           two short rounds per workload, to see that everything works
  --json FILE       write the results of all rounds to FILE
  --markdown        print the tables as Markdown`;

/** @param {string | undefined} text */
const list = (text) => text?.split(',').map((item) => item.trim());

/**
 * @param {string | undefined} text
 * @param {string} name
 */
function positive(text, name) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a positive number, not ${text}`);
  return value;
}

/** @param {string[]} args */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      servers: { type: 'string' },
      before: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = list(values.only)?.map(Number);
  const named = list(values.servers);
  const unknown = [
    ...(named ?? []).filter((name) => !(name in catalog)),
    ...(only ?? []).filter((number) => !workloads.some((workload) => workload.number === number)),
  ];
  if (unknown.length > 0) throw new Error(`unknown workload or server: ${unknown.join(', ')}\n${usage}`);
  // npm runs this in the folder of the benchmarks, but the path is from where the user is.
  const before = values.before && resolve(process.env.INIT_CWD ?? '.', values.before);
  if (before) requireBuilt(before);

  const entries = before ? catalogWithBefore(before) : catalog;
  const always = ['bare', 'before'];
  return {
    workloads: workloads.filter(({ number }) => only?.includes(number) ?? true),
    catalog: entries,
    servers: Object.keys(entries).filter((name) => always.includes(name) || (named?.includes(name) ?? true)),
    rounds: positive(values.rounds, 'rounds'),
    seconds: positive(values.seconds, 'seconds'),
    quick: values.quick,
    json: values.json,
    markdown: values.markdown,
    help: values.help,
  };
}
