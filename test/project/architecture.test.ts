import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { findViolations, MAY_IMPORT } from '../support/project/architecture-rules.ts';
import { parseModule, readModules, type Module } from '../support/project/module-graph.ts';

describe('the architecture', () => {
  let modules: Module[];
  /** All but what `npm run codegen` writes. */
  let written: Module[];

  beforeAll(async () => {
    modules = await readModules(['src', 'schema']);
    written = modules.filter(({ file }) => !file.startsWith('src/terminal/documents/'));
  });

  test('allows every import of the code', () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(findViolations(modules)).toEqual([]);
  });

  test('lists only layers that exist', () => {
    for (const layer of Object.keys(MAY_IMPORT)) {
      expect(modules.some(({ file }) => file === layer || file.startsWith(`${layer}/`))).toBe(true);
    }
  });

  test('has no file of more than 200 lines', () => {
    const long = written.filter(({ lines }) => lines > 200);
    expect(long.map(({ file }) => file)).toEqual([]);
  });

  test('says in the first line of a file under 20 lines why it is a file of its own', () => {
    const short = written.filter(({ lines, reason }) => lines < 20 && reason === null);
    expect(short.map(({ file }) => file)).toEqual([]);
  });

  test('holds in src only the programs, what the package exports, the context and the log, beside folders', () => {
    const loose = modules.filter(({ file }) => /^src\/[^/]+$/.test(file)).map(({ file }) => file);
    expect(loose.sort()).toEqual([
      'src/backup.ts',
      'src/bin.ts',
      'src/check-config.ts',
      'src/context.ts',
      'src/erase-device.ts',
      'src/index.ts',
      'src/log.ts',
      'src/main.ts',
      'src/reset-sign-in.ts',
    ]);
  });

  test('has no file in test/support that registers hooks on import, because only the first test file of a process would get them', async () => {
    const folder = new URL('../support/', import.meta.url);
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
    expect(texts.length).toBeGreaterThan(30);
    expect(files.filter((_, at) => /^(?:before|after)(?:Each|All)\(/m.test(texts[at] ?? ''))).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    [
      'a lower layer that imports a higher one',
      'src/domain/imei.ts',
      `import { schema } from '../../schema/index.ts';`,
      'src/domain/imei.ts may not import schema/index.ts',
    ],
    [
      'a lower layer that imports a type of a higher one',
      'src/thingspace/resilience/fair-semaphore.ts',
      `import type { Config } from '../../config/config.ts';`,
      'src/thingspace/resilience/fair-semaphore.ts may not import src/config/config.ts',
    ],
    [
      'a schema that bypasses the reports',
      'schema/device.ts',
      `import { createThingspaceClient } from '../src/thingspace/client.ts';`,
      'schema/device.ts may not import src/thingspace/client.ts',
    ],
    [
      'a store that knows reports',
      'src/async-reports/store/idempotency-keys.ts',
      `import type { Caller } from '../../reports/operation.ts';`,
      'src/async-reports/store/idempotency-keys.ts may not import src/reports/operation.ts',
    ],
    [
      'a simulator that imports our code',
      'src/simulator/platform.ts',
      `import { isImei } from '../domain/imei.ts';`,
      'src/simulator/platform.ts may not import src/domain/imei.ts',
    ],
    [
      'a server that starts the simulator',
      'src/graphql/yoga.ts',
      `import { startSimulator } from '../simulator/index.ts';`,
      'src/graphql/yoga.ts may not import src/simulator/index.ts',
    ],
    [
      'a dynamic import',
      'src/domain/imei.ts',
      `export const late = () => import('../log.ts');`,
      'src/domain/imei.ts may not import src/log.ts',
    ],
    [
      'a re-export',
      'src/domain/imei.ts',
      `export { createLog } from '../log.ts';`,
      'src/domain/imei.ts may not import src/log.ts',
    ],
    [
      'an import of a file that does not exist',
      'src/reports/wire.ts',
      `import { x } from '../domain/nothing.ts';`,
      'src/reports/wire.ts imports src/domain/nothing.ts, which is not there',
    ],
    ['a file in an unknown layer', 'src/utils/strings.ts', '', 'src/utils/strings.ts is in no layer that is known'],
    [
      'node-fetch outside of thingspace',
      'src/reports/wire.ts',
      `import fetch from 'node-fetch';`,
      'src/reports/wire.ts may not use node-fetch',
    ],
    [
      'Pothos outside of the schema',
      'src/graphql/yoga.ts',
      `import SchemaBuilder from '@pothos/core';`,
      'src/graphql/yoga.ts may not use @pothos/core',
    ],
    [
      'Yoga outside of its layer',
      'schema/builder.ts',
      `import { createYoga } from 'graphql-yoga';`,
      'schema/builder.ts may not use graphql-yoga',
    ],
    [
      'SQL outside of the store',
      'src/graphql/yoga.ts',
      `import type { Kysely } from 'kysely';`,
      'src/graphql/yoga.ts may not use kysely',
    ],
    [
      'a package that nobody may use',
      'src/domain/imei.ts',
      `import _ from 'lodash';`,
      'src/domain/imei.ts may not use lodash',
    ],
    [
      'file access in the domain',
      'src/domain/imei.ts',
      `import { readFile } from 'node:fs/promises';`,
      'src/domain/imei.ts may not import node:fs/promises',
    ],
    [
      'an HTTP client in the server',
      'src/graphql/yoga.ts',
      `import { createServer, request } from 'node:http';`,
      'src/graphql/yoga.ts may not call out by node:http',
    ],
    [
      'a call of the built-in fetch',
      'src/graphql/yoga.ts',
      `export const call = () => fetch('http://example.com');`,
      'src/graphql/yoga.ts may not call out by fetch',
    ],
    [
      'access to the process',
      'src/config/config.ts',
      `export const port = process.env['PORT'];`,
      'src/config/config.ts may not touch process',
    ],
    [
      'access to the process through globalThis',
      'src/log.ts',
      `export const { env } = globalThis.process;`,
      'src/log.ts may not touch process',
    ],
    [
      'an import of the process module',
      'src/app/app.ts',
      `import process from 'node:process';`,
      'src/app/app.ts may not import node:process',
    ],
    [
      'a path of the platform in the schema',
      'schema/device.ts',
      `const PATH = '/hyper-precise/v1/report/sessions';`,
      'schema/device.ts may not know /hyper-precise/v1/report/sessions',
    ],
    [
      'a path of sign-in in the reports',
      'src/reports/wire.ts',
      `const PATH = '/m2m/v1/session/login';`,
      'src/reports/wire.ts may not know /m2m/v1/session/login',
    ],
    [
      'a report that imports another',
      'src/reports/sessions-report.ts',
      `import { toOutcomes } from './aggregated-report.ts'; const PATH = '/hyper-precise/v1/report/sessions';`,
      'src/reports/sessions-report.ts may not reach the report src/reports/aggregated-report.ts',
    ],
    [
      'an import cycle',
      'src/domain/errors.ts',
      `import type { Imei } from './imei.ts';`,
      'src/domain/errors.ts imports itself by others',
    ],
  ])('rejects %s', (_, file, text, violation) => {
    const others = modules.filter((module) => module.file !== file);
    expect(findViolations([...others, parseModule(file, text)])).toContain(violation);
  });

  test.each<[string, string, string]>([
    ['a type of an HTTP request', 'src/http/routes.ts', `import type { IncomingMessage } from 'node:http';`],
    [
      'a property that is called process',
      'src/domain/imei.ts',
      `export const step = { process: 1 }; export const one = step.process;`,
    ],
    [
      'a variable that is called fetch',
      'src/app/app.ts',
      `const fetch = { now: 1 }; export const report = { fetch, now: fetch.now };`,
    ],
  ])('allows %s', (_, file, text) => {
    const found = findViolations([...modules.filter((module) => module.file !== file), parseModule(file, text)]);
    expect(found.filter((violation) => violation.startsWith(`${file} `))).toEqual([]);
  });
});
