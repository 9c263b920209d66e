import type { CodegenConfig } from '@graphql-codegen/cli';

// What the types of every client have in common.
const types = {
  useTypeImports: true,
  enumsAsTypes: true,
  strictScalars: true,
  scalars: {
    DateTime: 'string',
    Date: 'string',
    Decimal: 'string',
    Duration: 'string',
    Unit: 'string',
    Cursor: 'string',
    JSON: 'unknown',
  },
};

// Typed documents for everything of ours that is a client of the API: a change of the schema breaks the type check.
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  ignoreNoDocuments: true,
  importExtension: '.ts',
  generates: {
    'client/generated/': {
      documents: [
        'client/**/*.ts',
        'collect/**/*.ts',
        'demo/**/*.ts',
        'scripts/**/*.ts',
        'test/**/*.ts',
        '!**/generated/**',
      ],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: types,
    },
    // Texts instead of syntax trees: the page needs neither the trees nor what prints them.
    'display/generated/': {
      documents: ['display/**/*.ts', '!**/generated/**'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { ...types, documentMode: 'string' },
    },
  },
};

export default config;
