import { parseArgs } from 'node:util';
import { catalog } from './servers/catalog.mjs';
import { workloads } from './workloads/index.mjs';

export const usage = `node run.mjs [options]
  --only 1,2        run only these workloads (${workloads.map(({ number }) => number).join(', ')})
  --servers a,b     measure only these servers (${Object.keys(catalog).join(', ')}); bare is always included
  --rounds N        number of rounds per workload
  --seconds S       duration of one sample under load
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
      rounds: { type: 'string' },
      seconds: { type: 'string' },
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

  return {
    workloads: workloads.filter(({ number }) => only?.includes(number) ?? true),
    servers: Object.keys(catalog).filter((name) => name === 'bare' || (named?.includes(name) ?? true)),
    rounds: positive(values.rounds, 'rounds'),
    seconds: positive(values.seconds, 'seconds'),
    json: values.json,
    markdown: values.markdown,
    help: values.help,
  };
}
