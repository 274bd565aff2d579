import { readFile } from 'node:fs/promises';
import { generate, type CodegenConfig } from '@graphql-codegen/cli';
import { buildSchema, isScalarType, isSpecifiedScalarType } from 'graphql';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

describe('the configuration for GraphQL Code Generator in docs/clients.md', () => {
  let config: CodegenConfig;
  let scalars: string[];

  beforeAll(async () => {
    const page = await readFile(new URL('docs/clients.md', ROOT), 'utf8');
    const block = /^```ts\n(import type \{ CodegenConfig \}[^]*?)^```$/m.exec(page)?.[1] ?? '';
    config = await load(block);
    const schema = buildSchema(await readFile(new URL('schema/api.graphql', ROOT), 'utf8'));
    scalars = Object.values(schema.getTypeMap()).flatMap((type) =>
      isScalarType(type) && !isSpecifiedScalarType(type) ? [type.name] : [],
    );
  });

  test('gives every scalar of the API a type, and big integers the type number', async () => {
    expect(config.schema).toBe('schema/api.graphql');
    const types = toScalarTypes(await run(config));
    expect(scalars.length).toBeGreaterThan(4);
    expect(scalars.filter((name) => types.get(name) === undefined)).toEqual([]);
    expect([...types].filter(([, type]) => /any|unknown/.test(type))).toEqual([]);
    expect(types.get('SafeInt')).toBe('number');
    expect(types.get('IMEI')).toBe('string');
  });

  test('is complete: without any one of its scalars, nothing is generated', async () => {
    for (const name of scalars) {
      // As text: a line of the map is its scalar.
      const text = JSON.stringify(config, null, 2).replace(new RegExp(`^ *"${name}": .*\n`, 'm'), '');
      const incomplete = JSON.parse(text.replaceAll(/,(\s*\})/g, '$1')) as CodegenConfig;
      await expect(run(incomplete)).rejects.toThrow(name);
    }
  });
});

/** Evaluates a configuration that is written in TypeScript. */
async function load(text: string): Promise<CodegenConfig> {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext } });
  const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`)) as {
    default: CodegenConfig;
  };
  return module.default;
}

/** Generates the types for the sample operations; returns the generated text. */
async function run(config: CodegenConfig): Promise<string> {
  const files = (await generate(
    {
      ...config,
      cwd: ROOT.pathname,
      documents: 'schema/operations/*.graphql',
      silent: true,
      errorsOnly: true,
    },
    false,
  )) as { filename: string; content: string }[];
  return files.find(({ filename }) => filename.endsWith('graphql.ts'))?.content ?? '';
}

/** The output types of the scalars in generated code. */
function toScalarTypes(code: string): Map<string, string> {
  return new Map(
    [...code.matchAll(/^ {2}(\w+): \{ input: [^;]+; output: ([^;]+); \}$/gm)].map(([, name = '', type = '']) => [
      name,
      type,
    ]),
  );
}
