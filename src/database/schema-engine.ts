import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PGlite } from '@electric-sql/pglite';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { pgliteAdapter, pgliteExtensions } from './adapters.ts';

/**
 * Prisma's schema engine as WebAssembly: the same engine as the native binary that the `prisma migrate` commands
 * download, from npm. `_prisma_migrations` and its checksums are the standard ones, so that the native engine can
 * take over a database at any time.
 */
type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

/** The little of WebAssembly that is used here: TypeScript keeps its types in the DOM library, which a server has not. */
declare const WebAssembly: {
  compile(binary: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Record<string, object>): Promise<{ exports: Record<string, unknown> }>;
  Module: { imports(module: object): { module: string }[] };
};

let loaded: Promise<EngineModule> | undefined;

async function loadEngine(): Promise<EngineModule> {
  const require = createRequire(import.meta.url);
  const script = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const [glue, binary] = await Promise.all([
    import('@prisma/schema-engine-wasm/schema_engine_bg'),
    readFile(script.replace(/\.js$/, '.wasm')),
  ]);
  // The engine's panic hook calls this global; without it a panic becomes "cannot read set_message of undefined".
  let panic = '';
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      get: () => panic,
      set_message: (text: string) => {
        panic = text;
      },
    },
  });
  const compiled = await WebAssembly.compile(binary);
  // The package is built for bundlers: its .wasm imports the glue script under a relative name.
  const imports: Record<string, object> = {};
  for (const { module } of WebAssembly.Module.imports(compiled)) imports[module] = glue;
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return glue;
}

/**
 * Runs `work` with a schema engine that is freed afterwards. Engines may be nested and may run side by side.
 * @param factory the database that the engine works on; the caller closes it
 */
export async function withSchemaEngine<Result>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  loaded ??= loadEngine();
  const { SchemaEngine } = await loaded;
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/**
 * Runs `work` with an engine that has no database but an empty PGlite in memory, on which it replays migrations
 * to find out what they build. So neither a diff nor `npm run check` needs a server or the right to create
 * databases. Costs about a second.
 */
export async function withScratchEngine<Result>(
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const client = await PGlite.create({ extensions: pgliteExtensions });
  try {
    const factory = pgliteAdapter(client);
    return await withSchemaEngine(
      // The engine asks its main database for the version only, so that one PGlite serves as both.
      { ...factory, connectToShadowDb: async () => hideHandMade(await factory.connect()) },
      work,
    );
  } finally {
    await client.close();
  }
}

/**
 * Makes the engine blind to what the Prisma schema cannot express, which every later diff would otherwise drop:
 * - tables, indexes and constraints whose name begins with `hm_`: they belong to hand-written SQL;
 * - the expression of generated columns, which it takes for a default and would remove.
 *
 * (Functions, triggers, views, CHECK constraints, partial and expression indexes and the partitions of a table it
 * does not see anyway.) They are taken out of the scratch database between the last migration and the first look
 * at the catalog, not filtered out of the finished SQL: otherwise a hand-made index on the columns of an `@@index`
 * could be taken for it and be renamed.
 */
function hideHandMade(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const { executeScript, queryRaw } = adapter;
  let scriptsRan = false;
  adapter.executeScript = async (script) => {
    scriptsRan = true;
    await executeScript.call(adapter, script);
  };
  adapter.queryRaw = async (query) => {
    if (scriptsRan) {
      scriptsRan = false;
      await executeScript.call(adapter, HIDE_HAND_MADE);
    }
    return queryRaw.call(adapter, query);
  };
  return adapter;
}

const HIDE_HAND_MADE = String.raw`
DO $hide$
DECLARE found record;
BEGIN
  FOR found IN SELECT relname AS name FROM pg_class
    WHERE relname LIKE 'hm\_%' AND relkind IN ('r', 'p') AND NOT relispartition
      AND relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', found.name); END LOOP;

  FOR found IN SELECT pg_class.relname AS on_table, conname AS name FROM pg_constraint
    JOIN pg_class ON pg_class.oid = conrelid
    WHERE conname LIKE 'hm\_%' AND conparentid = 0 AND coninhcount = 0 AND NOT relispartition
      AND connamespace = 'public'::regnamespace
  LOOP EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT IF EXISTS %I CASCADE', found.on_table, found.name); END LOOP;

  FOR found IN SELECT relname AS name FROM pg_class
    WHERE relname LIKE 'hm\_%' AND relkind IN ('i', 'I') AND NOT relispartition
      AND relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('DROP INDEX IF EXISTS public.%I CASCADE', found.name); END LOOP;

  FOR found IN SELECT relname AS on_table, attname AS name FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE attgenerated = 's' AND attinhcount = 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I DROP EXPRESSION', found.on_table, found.name); END LOOP;
END
$hide$`;
