import type { CodegenConfig } from '@graphql-codegen/cli';

// Typed documents for everything of ours that is a client of the API: a change of the schema breaks the type check.
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: ['client/**/*.ts', 'collect/**/*.ts', 'demo/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts', '!**/generated/**'],
  ignoreNoDocuments: true,
  importExtension: '.ts',
  generates: {
    'client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
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
      },
    },
  },
};

export default config;
