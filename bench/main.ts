/**
 * `npm run bench -- [reads] [commands] [--scale 1] [--keep NAME] [--rounds 3] [--seconds 2]`
 * What it measures, and how to read it: docs/benchmarks.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { numberOf } from './arguments.ts';
import { measureCommands } from './commands.ts';
import { onServer, openBenchDatabase } from './database.ts';
import { measureReads, type Plan } from './reads.ts';
import { commandTable, conditions, machine, readTable } from './report.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      scale: { type: 'string', default: '1' },
      keep: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
    },
  });
  const scale = numberOf('scale', values.scale, 0.01);
  const plan: Plan = {
    rounds: numberOf('rounds', values.rounds, 1),
    roundMs: numberOf('seconds', values.seconds, 0.1) * 1_000,
  };
  for (const part of positionals) {
    if (part !== 'reads' && part !== 'commands') throw new Error(`"${part}": there are reads and commands.`);
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
  const database = await openBenchDatabase(server, scale, values.keep);
  say(`The data are there: scale ${scale}.`);
  // Ctrl-C drops the database too. The measured processes end as this one disconnects.
  const interrupted = async () => {
    await database.close();
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const reads = wants('reads') ? await measureReads(database, plan, say) : null;
    const commands = wants('commands') ? await measureCommands(database, plan, say) : null;
    console.log(`${conditions(where, database, plan, date.slice(0, 10))}\n`);
    if (reads) console.log(`${readTable(reads)}\n`);
    if (commands) console.log(`${commandTable(commands)}\n`);
    await mkdir(results, { recursive: true });
    const file = `${results}${date.replaceAll(/[:.]/g, '-')}.json`;
    const { counts } = database;
    await writeFile(
      file,
      JSON.stringify({ date, scale, plan, machine: where, counts, reads, commands }, null, 2),
    );
    say(`All figures: ${file}`);
  } finally {
    await database.close();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
