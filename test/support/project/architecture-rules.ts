import type { Module } from './module-graph.ts';

/** Which folder may import which others. A file directly in src counts as a folder. An import that is not listed is a violation. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/reset-sign-in.ts': ['src/async-reports/store', 'src/config', 'src/domain', 'src/thingspace/sign-in'],
  'src/erase-device.ts': ['src/app', 'src/async-reports/store', 'src/config', 'src/domain', 'src/log.ts'],
  'src/backup.ts': ['src/async-reports/store', 'src/config'],
  'src/check-config.ts': ['src/app', 'src/config', 'src/domain', 'src/log.ts'],
  // The programs of the published package, and what it exports.
  'src/bin.ts': [
    'src/backup.ts',
    'src/check-config.ts',
    'src/domain',
    'src/erase-device.ts',
    'src/main.ts',
    'src/reset-sign-in.ts',
    'src/simulator',
    'src/terminal',
  ],
  'src/terminal': ['src/app', 'src/domain', 'src/terminal/documents'],
  'src/terminal/documents': [],
  'src/index.ts': ['schema', 'src/app', 'src/config', 'src/domain', 'src/graphql/graphiql', 'src/http', 'src/log.ts'],
  'src/main.ts': [
    'src/app',
    'src/async-reports/store',
    'src/config',
    'src/domain',
    'src/graphql',
    'src/graphql/graphiql',
    'src/http',
    'src/log.ts',
    'src/simulator',
  ],
  'src/app': [
    'src/async-reports',
    'src/async-reports/callbacks',
    'src/async-reports/device-lists',
    'src/async-reports/downloads',
    'src/async-reports/fleets',
    'src/async-reports/live',
    'src/async-reports/reads',
    'src/async-reports/store',
    'src/config',
    'src/context.ts',
    'src/domain',
    'src/graphql',
    'src/graphql/execution',
    'src/graphql/graphiql',
    'src/graphql/mcp',
    'src/graphql/transports',
    'src/http',
    'src/http/auth',
    'src/log.ts',
    'src/overview',
    'src/record',
    'src/reports',
    'src/reports/batching',
    'src/simulator',
    'src/telemetry',
    'src/thingspace',
    'src/thingspace/resilience',
    'src/thingspace/sign-in',
    'src/usage-over-time',
    'src/turns',
  ],
  'src/record': [
    'src/async-reports',
    'src/async-reports/downloads',
    'src/async-reports/reads',
    'src/async-reports/store',
    'src/domain',
    'src/reports',
    'src/reports/batching',
    'src/usage-over-time',
  ],
  'src/simulator': [],
  'src/graphql': [
    'schema',
    'src/async-reports/store',
    'src/config',
    'src/context.ts',
    'src/domain',
    'src/graphql/execution',
    'src/graphql/graphiql',
    'src/graphql/limits',
    'src/graphql/persisted',
    'src/graphql/plugins',
    'src/graphql/tracing',
    'src/http',
    'src/telemetry',
    'src/turns',
  ],
  'src/graphql/tracing': ['src/context.ts', 'src/domain', 'src/graphql/execution'],
  'src/graphql/persisted': ['src/config', 'src/domain', 'src/graphql', 'src/graphql/execution'],
  'src/graphql/plugins': [
    'src/context.ts',
    'src/domain',
    'src/graphql',
    'src/graphql/execution',
    'src/graphql/limits',
    'src/graphql/persisted',
    'src/http',
  ],
  'src/graphql/graphiql': ['src/domain', 'src/http', 'src/http/pages'],
  'src/graphql/mcp': ['schema', 'src/context.ts', 'src/domain', 'src/graphql', 'src/http'],
  'src/graphql/transports': [
    'src/context.ts',
    'src/domain',
    'src/graphql',
    'src/graphql/persisted',
    'src/http',
    'src/http/auth',
    'src/turns',
  ],
  'src/graphql/execution': [
    'schema/rules',
    'src/context.ts',
    'src/domain',
    'src/graphql',
    'src/graphql/limits',
    'src/reports',
    'src/turns',
  ],
  'src/graphql/limits': ['src/config', 'src/domain', 'src/graphql', 'src/turns'],
  'src/async-reports/downloads': [
    'src/async-reports',
    'src/async-reports/reads',
    'src/async-reports/store',
    'src/domain',
    'src/http',
    'src/turns',
  ],
  'src/async-reports/device-lists': [
    'src/async-reports',
    'src/async-reports/store',
    'src/domain',
    'src/http',
    'src/turns',
  ],
  'src/async-reports/fleets': [
    'src/async-reports',
    'src/async-reports/device-lists',
    'src/async-reports/reads',
    'src/async-reports/store',
    'src/domain',
  ],
  'src/async-reports/callbacks': [
    'src/async-reports',
    'src/async-reports/store',
    'src/config',
    'src/http',
    'src/log.ts',
    'src/reports',
  ],
  'src/http': ['src/config', 'src/domain', 'src/http/auth', 'src/log.ts', 'src/turns'],
  'src/http/auth': ['src/config', 'src/domain', 'src/log.ts'],
  'src/http/pages': ['src/http'],
  'src/overview': ['src/http', 'src/http/pages'],
  'src/log.ts': [],
  'src/config': ['src/domain'],
  schema: [
    'schema/rules',
    'src/async-reports',
    'src/async-reports/downloads',
    'src/async-reports/fleets',
    'src/async-reports/live',
    'src/async-reports/reads',
    'src/async-reports/store',
    'src/context.ts',
    'src/domain',
    'src/reports',
    'src/usage-over-time',
    'src/turns',
  ],
  'schema/rules': ['src/context.ts', 'src/domain', 'src/reports'],
  'src/context.ts': [
    'src/async-reports',
    'src/async-reports/downloads',
    'src/async-reports/fleets',
    'src/async-reports/live',
    'src/async-reports/reads',
    'src/domain',
    'src/reports',
    'src/reports/batching',
    'src/usage-over-time',
  ],
  'src/usage-over-time': ['src/domain', 'src/reports', 'src/reports/batching', 'src/turns'],
  'src/reports': ['src/domain', 'src/telemetry', 'src/thingspace', 'src/turns'],
  'src/thingspace': ['src/domain', 'src/telemetry', 'src/thingspace/resilience', 'src/thingspace/sign-in'],
  'src/thingspace/sign-in': ['src/domain', 'src/thingspace', 'src/thingspace/resilience'],
  'src/thingspace/resilience': ['src/domain', 'src/thingspace'],
  'src/reports/batching': ['src/domain', 'src/reports', 'src/turns'],
  'src/async-reports/live': ['src/async-reports', 'src/async-reports/reads', 'src/async-reports/store', 'src/domain'],
  'src/async-reports/reads': [
    'src/async-reports',
    'src/async-reports/store',
    'src/domain',
    'src/telemetry',
    'src/turns',
  ],
  'src/async-reports': ['src/async-reports/store', 'src/domain', 'src/telemetry', 'src/turns'],
  'src/async-reports/store': ['src/async-reports', 'src/domain', 'src/turns'],
  'src/telemetry': ['src/domain'],
  'src/turns': ['src/domain'],
  'src/domain': [],
};

/** Which layers may use a package, so that replacing it touches one folder. Other packages may not be used. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@modelcontextprotocol/sdk/server/index.js': ['src/graphql/mcp'],
  '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js': ['src/graphql/mcp'],
  '@modelcontextprotocol/sdk/types.js': ['src/graphql/mcp'],
  '@modelcontextprotocol/sdk/validation/types.js': ['src/graphql/mcp'],
  '@opentelemetry/api': ['src/telemetry'],
  '@opentelemetry/exporter-trace-otlp-proto': ['src/telemetry'],
  '@opentelemetry/resources': ['src/telemetry'],
  '@opentelemetry/sdk-trace': ['src/telemetry'],
  '@graphql-typed-document-node/core': ['src/terminal/documents'],
  '@graphql-tools/utils': ['src/graphql/tracing'],
  '@graphql-yoga/render-graphiql/graphiql': ['src/graphql/graphiql'],
  '@pothos/core': ['schema'],
  '@pothos/plugin-directives': ['schema'],
  '@pothos/plugin-federation': ['schema'],
  dataloader: ['src/reports/batching'],
  graphql: [
    'schema',
    'schema/rules',
    'src/graphql',
    'src/graphql/execution',
    'src/graphql/limits',
    'src/graphql/mcp',
    'src/graphql/persisted',
    'src/graphql/plugins',
    'src/graphql/tracing',
    'src/graphql/transports',
    'src/index.ts',
  ],
  'graphql-jit': ['src/graphql/execution'],
  'graphql-ws': ['src/graphql/transports'],
  'graphql-yoga': ['src/graphql', 'src/graphql/plugins'],
  jose: ['src/http/auth'],
  kysely: ['src/async-reports/store'],
  libsql: ['src/async-reports/store'],
  'lru-cache': [
    'src/app',
    'src/async-reports/reads',
    'src/graphql/execution',
    'src/http',
    'src/reports/batching',
    'src/thingspace/sign-in',
  ],
  'http-proxy-agent': ['src/thingspace'],
  'hyparquet-writer': ['src/async-reports/downloads'],
  'https-proxy-agent': ['src/thingspace'],
  'node-fetch': ['src/thingspace'],
  // For the version.
  'package.json': ['src/domain'],
  pg: ['src/async-reports/store'],
  pino: ['src/log.ts'],
  'prom-client': ['src/telemetry'],
  ws: ['src/graphql/transports'],
  zod: ['src/config', 'src/thingspace/sign-in'],
};

/** Layers without access to files, sockets or the process. */
const WITHOUT_BUILT_INS = [
  'src/domain',
  'schema',
  'src/reports',
  'src/usage-over-time',
  'src/record',
  'src/context.ts',
  'src/log.ts',
];
const PROCESS_FILES = [
  'src/backup.ts',
  'src/bin.ts',
  'src/check-config.ts',
  'src/erase-device.ts',
  'src/index.ts',
  'src/main.ts',
  'src/reset-sign-in.ts',
  'src/simulator/main.ts',
  'src/terminal/main.ts',
];
/** The simulator posts its messages, and the terminal is a client of the API. */
const CLIENTS = ['src/simulator', 'src/terminal'];
const SERVES = ['createServer', 'Server', 'IncomingMessage', 'ServerResponse'];

/** Describes everything that a module does but may not do. */
export function findViolations(modules: readonly Module[]): string[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  return [
    ...modules.flatMap((module) => check(module, byFile)),
    ...findCycles(modules),
    ...findReportsInReports(byFile),
  ];
}

function check({ file, imports, globals, platformPaths }: Module, byFile: ReadonlyMap<string, Module>): string[] {
  const layer = toLayer(file);
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return [`${file} is in no layer that is known`];
  const violations: string[] = [];
  for (const { from, values } of imports) {
    if (from.startsWith('node:')) {
      if (WITHOUT_BUILT_INS.some((folder) => isWithin(layer, folder)))
        violations.push(`${file} may not import ${from}`);
      if (from === 'node:process') violations.push(`${file} may not import ${from}`);
      const isClient =
        /^node:(?:https?|http2|net|tls|dgram)$/.test(from) &&
        values.some((name) => !SERVES.includes(name) && name !== 'isIP' && name !== 'BlockList');
      if (isClient && !isWithin(layer, 'src/thingspace') && layer !== 'src/simulator')
        violations.push(`${file} may not call out by ${from}`);
    } else if (from.startsWith('src/') || from.startsWith('schema/')) {
      const target = toLayer(from);
      if (!byFile.has(from)) violations.push(`${file} imports ${from}, which is not there`);
      else if (target !== layer && !allowed.includes(target)) violations.push(`${file} may not import ${from}`);
    } else if (PACKAGES[from]?.includes(layer) !== true) violations.push(`${file} may not use ${from}`);
  }
  if (globals.includes('process') && !PROCESS_FILES.includes(file)) violations.push(`${file} may not touch process`);
  if (globals.includes('fetch') && !CLIENTS.includes(layer)) violations.push(`${file} may not call out by fetch`);
  for (const path of platformPaths) {
    const owner = path.startsWith('/hyper-precise/') ? 'src/reports' : 'src/thingspace';
    if (!isWithin(layer, owner) && layer !== 'src/simulator') violations.push(`${file} may not know ${path}`);
  }
  return violations;
}

/** Finds modules that import themselves through others, types included: such files cannot be understood one by one. */
function findCycles(modules: readonly Module[]): string[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  return modules
    .filter(({ file }) => reach(file, byFile).has(file))
    .map(({ file }) => `${file} imports itself by others`);
}

/** A report is a file with one of the platform's paths. No report may reach another. */
function findReportsInReports(byFile: ReadonlyMap<string, Module>): string[] {
  const reports = [...byFile.values()].filter(
    ({ file, platformPaths }) => isWithin(file, 'src/reports') && platformPaths.length > 0,
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

/** src/domain for src/domain/imei.ts, the file itself if it is directly in src, and src/simulator for everything in it. */
function toLayer(file: string): string {
  if (isWithin(file, 'src/simulator')) return 'src/simulator';
  const folder = file.slice(0, file.lastIndexOf('/'));
  return folder === 'src' ? file : folder;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
