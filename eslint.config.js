import js from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

const UNKNOWN_WORDS = [
  'departure',
  'onGone',
  'untilGone',
  'callOff',
  'keepAside',
  'aside',
  'judge',
  'judged',
  'judgement',
  'flights',
  'tally',
  'latch',
  'rearm',
  'orStale',
  'turnedAway',
  'told',
  'weather',
];

/** @param {string} word */
function capitalize(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export default tseslint.config(
  {
    // The examples in TypeScript need packages of their own; their builds check the types.
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'test/support/graphql/**',
      'src/terminal/documents/**',
      'web/graphql/**',
      'examples/{client,dashboard}/**/*.{ts,tsx}',
    ],
  },
  { files: ['**/*.{js,mjs,ts,tsx}'], ...js.configs.recommended },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Functions in objects come from factories and do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      // This rule overflows the stack on recursive types, and the only classes here are errors.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // Words that nobody outside the project would know; docs/architecture.md has the ones to use.
    files: ['**/*.{js,mjs,ts,tsx}'],
    rules: {
      'id-denylist': ['error', ...UNKNOWN_WORDS],
      'no-restricted-syntax': [
        'error',
        {
          selector: `Identifier[name=/^(${UNKNOWN_WORDS.join('|')})[A-Z0-9]|[a-z0-9](${UNKNOWN_WORDS.map(capitalize).join('|')})([A-Z0-9]|$)/]`,
          message: 'Use a word that an engineer outside the project knows; docs/architecture.md has them.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/fast-check.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'fast-check', message: 'Import fc from test/support/fast-check.ts, which sets the seed.' }],
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'fetch', 'AbortController', 'AbortSignal', 'TextDecoderStream'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    files: ['**/*.browser.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['addEventListener', 'document', 'history', 'localStorage', 'location', 'URLSearchParams'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    // The schema without Federation, because the linter does not know the Federation directives. Both files are generated from one schema.
    files: ['schema/api.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema/api.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      '@graphql-eslint/require-nullable-result-in-root': 'error',
      '@graphql-eslint/no-scalar-result-type-on-mutation': 'error',
      '@graphql-eslint/require-deprecation-date': 'error',
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Identifiers have the names that the platform gives them: imei, txid.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Connections have `nodes` as well as `edges`, and nodes are queried by their own keys, not by a global id.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
);
