import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  // Of the package: node_modules/device-reports-graphql/schema/api.graphql.
  schema: '../../schema/api.graphql',
  documents: 'operations/*.graphql',
  generates: {
    'src/gql/': {
      preset: 'client',
      // The cache needs __typename. Apollo Client would add it only to what it asks for, and not to the text that the server knows.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: {
        fragmentMasking: false,
        // Writes persisted-documents.json for the server, and the id of each document into its __meta__.
        persistedDocuments: { mode: 'embedHashInDocument', hashPropertyName: 'hash', hashAlgorithm: 'sha256' },
      },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
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
