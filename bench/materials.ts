/**
 * `npm run --prefix bench materials -- [reads] [writes] [storage] [--batches 1000000] [--keep NAME] [--rounds 3] [--seconds 2]`
 * What it measures, and how to read it: docs/benchmarks.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { numberOf } from './arguments.ts';
import { onServer } from './database.ts';
import { openPowderDatabase, type PowderDatabase } from './materials.database.ts';
import { ancestriesOf, measureMaterialReads } from './materials.reads.ts';
import { holdTable, networkTable, readTable, storageTable, writeTable } from './materials.report.ts';
import { measureStorage } from './materials.storage.ts';
import { measureHolds, measureMaterialWrites } from './materials.writes.ts';
import type { Plan } from './reads.ts';
import { machine } from './report.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));
const parts = ['reads', 'writes', 'storage'];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      batches: { type: 'string', default: '1000000' },
      keep: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
    },
  });
  const batches = numberOf('batches', values.batches, 1_000);
  const plan: Plan = {
    rounds: numberOf('rounds', values.rounds, 1),
    roundMs: numberOf('seconds', values.seconds, 0.1) * 1_000,
  };
  for (const part of positionals) {
    if (!parts.includes(part)) throw new Error(`"${part}": there are ${parts.join(', ')}.`);
  }
  const wants = (part: string) => positionals.length === 0 || positionals.includes(part);
  const server = process.env.DATABASE_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
  const begin = performance.now();
  // Progress on stderr: stdout is the report.
  const say = (line: string) =>
    console.error(`${((performance.now() - begin) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const version = await onServer(server, (client) =>
    client.query<{ server_version: string }>('SHOW server_version'),
  );
  const where = machine(version.rows[0]?.server_version ?? '?');
  const date = new Date().toISOString();

  const databases: PowderDatabase[] = [];
  const close = async () => {
    for (const database of databases) await database.close();
  };
  // Ctrl-C drops the databases too. The measured process ends as this one disconnects.
  const interrupted = async () => {
    await close();
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const smaller = wants('writes') ? [1_000, 100_000].filter((size) => size < batches) : [];
    for (const size of [...smaller, batches]) {
      databases.push(await openPowderDatabase(server, size, values.keep, say));
      say(`There are ${size} batches.`);
    }
    const largest = databases.at(-1) as PowderDatabase;
    const ancestries = await ancestriesOf(largest);
    const hundred = ancestries.find(({ least }) => least === 61)?.roots ?? [];
    const storage = wants('storage')
      ? await measureStorage(
          largest,
          hundred.map(({ id }) => id),
          plan,
          say,
        )
      : null;
    const reads = wants('reads') ? await measureMaterialReads(largest, ancestries, plan, say) : null;
    const holds = wants('writes') ? await measureHolds(largest, hundred, plan, say) : null;
    const writes = wants('writes') ? await measureMaterialWrites(databases, plan, say) : null;
    console.log(
      `${date.slice(0, 10)}: ${where.cores} cores (${where.cpu}), PostgreSQL ${where.postgres}, Node ${where.node}; load average before the run ${where.loadBefore.toFixed(1)}. Medians of ${plan.rounds} rounds of ${plan.roundMs / 1_000} s.\n`,
    );
    console.log(`${networkTable(databases)}\n`);
    if (reads) console.log(`${readTable(reads)}\n`);
    if (writes) console.log(`${writeTable(writes)}\n`);
    if (holds) console.log(`${holdTable(holds)}\n`);
    if (storage) console.log(`${storageTable(storage)}\n`);
    await mkdir(results, { recursive: true });
    const file = `${results}materials-${date.replaceAll(/[:.]/g, '-')}.json`;
    const networks = databases.map(({ token: _, ...network }) => network);
    await writeFile(
      file,
      JSON.stringify({ date, plan, machine: where, networks, reads, writes, holds, storage }, null, 2),
    );
    say(`All figures: ${file}`);
  } finally {
    await close();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
