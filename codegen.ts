import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSubgraphSchema } from '@apollo/subgraph';
import { printSchema } from 'graphql';
import { schema } from './schema/index.ts';

const config: CodegenConfig = {
  generates: {
    // The contract as a registry of subgraphs takes it.
    'schema/schema.graphql': {
      schema: printSubgraphSchema(schema),
      plugins: ['schema-ast'],
      config: { includeDirectives: true },
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
        scalars: {
          IMEI: 'string',
          AccountNumber: 'string',
          ReportDate: 'string',
          DateTime: 'string',
          SafeInt: 'number',
          _Any: 'Record<string, unknown>',
          link__Import: 'string',
        },
      },
    },
  },
};
export default config;
