import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSubgraphSchema } from '@apollo/subgraph';
import { printSchema } from 'graphql';
import { builder } from './schema/builder.ts';
import { schema } from './schema/index.ts';

const SCALARS = {
  IMEI: 'string',
  AccountNumber: 'string',
  ReportDate: 'string',
  Date: 'string',
  DateTime: 'string',
  SafeInt: 'number',
  _Any: 'Record<string, unknown>',
  link__Import: 'string',
};

const config: CodegenConfig = {
  generates: {
    // The subgraph's schema with its Federation directives, for schema registries.
    'schema/schema.graphql': {
      schema: printSubgraphSchema(schema),
      plugins: ['schema-ast'],
      config: { includeDirectives: true },
    },
    // The schema without Federation, for clients and their tools.
    'schema/api.graphql': {
      schema: printSchema(builder.toSchema()),
      plugins: ['schema-ast'],
    },
    'test/support/graphql/': {
      schema: printSchema(schema),
      documents: 'schema/operations/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: SCALARS,
      },
    },
    // The documents of the terminal commands, as text: what they send needs no parser.
    'src/terminal/documents/': {
      schema: printSchema(builder.toSchema()),
      documents: 'src/terminal/operations/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        onlyOperationTypes: true,
        strictScalars: true,
        scalars: SCALARS,
      },
    },
    // The operations of the overview page, as text: a browser only sends them.
    'web/graphql/': {
      schema: printSchema(builder.toSchema()),
      documents: 'web/operations/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        documentMode: 'string',
        skipTypename: true,
        avoidOptionals: { field: true },
        scalars: SCALARS,
      },
    },
  },
};
export default config;
