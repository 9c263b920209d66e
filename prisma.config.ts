import { defineConfig } from 'prisma/config';

// `prisma generate` looks for the native schema engine, which needs a download that many plants' networks
// refuse. It never runs that binary, it only wants an executable to be there: Node's own will do.
// Migrations go through the WebAssembly build of the same engine: src/database/schema-engine.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
});
