import type { Module } from './module-graph.ts';

/** Who may import whom: a layer is a folder, or a file beside them. Whatever is not here may not be. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': [
    'app',
    'config',
    'domain',
    'log',
    'requests',
    'server',
    'simulator',
    'start-memory',
    'start-text',
    'thingspace',
  ].map(toLayerName),
  'src/rearm-sign-in.ts': ['config', 'requests', 'thingspace'].map(toLayerName),
  'src/app.ts': [
    'async-reports',
    'config',
    'context',
    'domain',
    'log',
    'platform-reports',
    'reports',
    'requests',
    'server',
    'thingspace',
  ].map(toLayerName),
  'src/platform-reports.ts': ['config', 'domain', 'reports', 'thingspace'].map(toLayerName),
  'src/async-reports.ts': ['config', 'domain', 'log', 'requests', 'server', 'thingspace'].map(toLayerName),
  'src/config.ts': [
    'auth-config',
    'callback-config',
    'config-values',
    'domain',
    'limits-config',
    'secret-files',
    'thingspace',
  ].map(toLayerName),
  'src/auth-config.ts': ['config-values', 'domain'].map(toLayerName),
  'src/callback-config.ts': ['config-values'].map(toLayerName),
  'src/limits-config.ts': ['config-values'].map(toLayerName),
  'src/config-values.ts': [],
  'src/secret-files.ts': [],
  'src/context.ts': ['domain', 'reports', 'requests'].map(toLayerName),
  'src/log.ts': [],
  'src/start-memory.ts': [],
  'src/start-text.ts': ['config', 'simulator'].map(toLayerName),
  'src/server': [
    'auth-config',
    'callback-config',
    'limits-config',
    'context',
    'domain',
    'log',
    'reports',
    'requests',
    'schema',
    'thingspace',
  ].map(toLayerName),
  schema: ['context', 'domain', 'reports', 'requests'].map(toLayerName),
  'src/reports': ['domain', 'thingspace'].map(toLayerName),
  'src/requests': ['domain'].map(toLayerName),
  'src/thingspace': ['domain'].map(toLayerName),
  'src/domain': [],
  'src/simulator': [],
};

/** Which layers may use a package, so that swapping it touches one folder. Whatever is not here may not be used. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node-fetch': ['src/thingspace'],
  '@pothos/core': ['schema'],
  '@pothos/plugin-directives': ['schema'],
  '@pothos/plugin-federation': ['schema'],
  graphql: ['schema', 'src/server'],
  'graphql-yoga': ['src/server'],
  'graphql-jit': ['src/server'],
  '@graphql-yoga/render-graphiql': ['src/server'],
  dataloader: ['src/reports', 'src/requests'],
  jose: ['src/server'],
  'lru-cache': ['src/platform-reports.ts', 'src/reports', 'src/server'],
  kysely: ['src/requests'],
  libsql: ['src/requests'],
  pg: ['src/requests'],
  pino: ['src/log.ts'],
  zod: [
    'src/config.ts',
    'src/auth-config.ts',
    'src/callback-config.ts',
    'src/limits-config.ts',
    'src/config-values.ts',
    'src/thingspace',
  ],
};

/** Layers that know neither files, nor sockets, nor the process. */
const WITHOUT_BUILT_INS = ['src/domain', 'schema', 'src/reports', 'src/context.ts', 'src/log.ts'];
const PROCESS_FILES = ['src/main.ts', 'src/rearm-sign-in.ts', 'src/simulator/main.ts'];
const SERVES = ['createServer'];

/** What each module does that it may not, in words. */
export function findViolations(modules: readonly Module[]): string[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  return [
    ...modules.flatMap((module) => judge(module, byFile)),
    ...findCycles(modules),
    ...findReportsInReports(byFile),
  ];
}

function judge({ file, imports, globals, platformPaths }: Module, byFile: ReadonlyMap<string, Module>): string[] {
  const layer = toLayer(file);
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return [`${file} is in no layer that is known`];
  const violations: string[] = [];
  for (const { from, values } of imports) {
    if (from.startsWith('node:')) {
      if (WITHOUT_BUILT_INS.includes(layer)) violations.push(`${file} may not import ${from}`);
      if (from === 'node:process') violations.push(`${file} may not import ${from}`);
      const isClient =
        /^node:(?:https?|http2|net|tls|dgram)$/.test(from) &&
        values.some((name) => !SERVES.includes(name) && name !== 'isIP' && name !== 'BlockList');
      if (isClient && layer !== 'src/thingspace' && layer !== 'src/simulator')
        violations.push(`${file} may not call out by ${from}`);
    } else if (from.startsWith('src/') || from.startsWith('schema/')) {
      const target = toLayer(from);
      if (!byFile.has(from)) violations.push(`${file} imports ${from}, which is not there`);
      else if (target !== layer && !allowed.includes(target)) violations.push(`${file} may not import ${from}`);
    } else if (PACKAGES[from]?.includes(layer) !== true) violations.push(`${file} may not use ${from}`);
  }
  if (globals.includes('process') && !PROCESS_FILES.includes(file)) violations.push(`${file} may not touch process`);
  if (globals.includes('fetch') && layer !== 'src/simulator') violations.push(`${file} may not call out by fetch`);
  for (const path of platformPaths) {
    const owner = path.startsWith('/hyper-precise/') ? 'src/reports' : 'src/thingspace';
    if (layer !== owner && layer !== 'src/simulator') violations.push(`${file} may not know ${path}`);
  }
  return violations;
}

/** A module that reaches itself, types included: such files cannot be understood one by one. */
function findCycles(modules: readonly Module[]): string[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  return modules
    .filter(({ file }) => reach(file, byFile).has(file))
    .map(({ file }) => `${file} imports itself by others`);
}

/** A report is a file that knows one of the platform's paths; none reaches another. */
function findReportsInReports(byFile: ReadonlyMap<string, Module>): string[] {
  const reports = [...byFile.values()].filter(
    ({ file, platformPaths }) => toLayer(file) === 'src/reports' && platformPaths.length > 0,
  );
  return reports.flatMap(({ file }) => {
    const reached = reach(file, byFile);
    return reports
      .filter((other) => other.file !== file && reached.has(other.file))
      .map((other) => `${file} may not reach the report ${other.file}`);
  });
}

function reach(file: string, byFile: ReadonlyMap<string, Module>): Set<string> {
  const reached = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { from } of byFile.get(next)?.imports ?? []) {
      if (reached.has(from) || !byFile.has(from)) continue;
      reached.add(from);
      waiting.push(from);
    }
  }
  return reached;
}

/** src/domain for src/domain/imei.ts, schema for what is there, and the file itself for one beside the folders. */
function toLayer(file: string): string {
  const [top = '', folder = '', ...rest] = file.split('/');
  if (top === 'schema') return top;
  return rest.length === 0 ? file : `${top}/${folder}`;
}

function toLayerName(name: string): string {
  if (name === 'schema') return name;
  return ['domain', 'reports', 'requests', 'server', 'simulator', 'thingspace'].includes(name)
    ? `src/${name}`
    : `src/${name}.ts`;
}
