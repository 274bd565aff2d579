import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  // Of the package: node_modules/device-reports-graphql/schema/api.graphql.
  schema: '../../schema/api.graphql',
  documents: 'src/*.ts',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Documents are strings with a type, so nothing parses or prints them when the program runs.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.js',
        // Fails for a scalar that is not in the list, instead of calling it unknown.
        strictScalars: true,
        scalars: {
          SafeInt: 'number',
          DateTime: 'string',
          ReportDate: 'string',
          Date: 'string',
          IMEI: 'string',
          AccountNumber: 'string',
        },
      },
    },
  },
};
export default config;
