/**
 * `npm run --prefix bench ingest -- [writes] [series] [--readings 10000000] [--sensors 10] [--rounds 3] [--seconds 2]`
 * What it measures, and how to read it: docs/benchmarks.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { numberOf } from './arguments.ts';
import { onServer } from './database.ts';
import { openIngestDatabase } from './ingest.database.ts';
import { measureSeries } from './ingest.series.ts';
import { measureIngest } from './ingest.writes.ts';

import type { Plan } from './reads.ts';
import { machine, table } from './report.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      readings: { type: 'string', default: '10000000' },
      sensors: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
    },
  });
  for (const part of positionals) {
    if (part !== 'writes' && part !== 'series') throw new Error(`"${part}": there are writes and series.`);
  }
  const wants = (part: string) => positionals.length === 0 || positionals.includes(part);
  const plan: Plan = {
    rounds: numberOf('rounds', values.rounds, 1),
    roundMs: numberOf('seconds', values.seconds, 0.1) * 1_000,
  };
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
  const database = await openIngestDatabase(server, numberOf('sensors', values.sensors, 1));
  // Ctrl-C drops the database too. The measured process ends as this one disconnects.
  const interrupted = async () => {
    await database.close();
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    // Seven hours of each sensor, so that every window is full.
    const readings = numberOf('readings', values.readings, 25_200 * database.sensors.length);
    const series = wants('series') ? await measureSeries(database, readings, plan, say) : null;
    const writes = wants('writes') ? await measureIngest(database, plan, say) : null;
    console.log(
      `${date.slice(0, 10)}: ${where.cores} cores (${where.cpu}), PostgreSQL ${where.postgres}, Node ${where.node}; load average before the run ${where.loadBefore.toFixed(1)}. Medians of ${plan.rounds} rounds of ${plan.roundMs / 1_000} s. ${database.sensors.length} sensors.\n`,
    );
    const whole = (value: number) => Math.round(value).toLocaleString('en');
    const percent = (value: number) => `${(value * 100).toFixed(0)} %`;
    if (writes) {
      const head = [
        'readings a message',
        'API',
        'service',
        'bare unnest',
        'COPY',
        'API / COPY',
        'API / unnest',
        'SQL',
      ];
      const rows = writes.map((each) => [
        whole(each.size),
        whole(each.api),
        whole(each.service),
        whole(each.unnest),
        whole(each.copy),
        percent(each.api / each.copy),
        percent(each.api / each.unnest),
        String(each.statements),
      ]);
      console.log(`${table(head, rows)}\n`);
    }
    if (series) {
      const head = [
        'series',
        'buckets',
        'API ms',
        'bare SQL ms',
        'ratio',
        'over raw rows ms',
        'rollup / raw',
        'SQL',
      ];
      const rows = series.map((each) => [
        each.name,
        String(each.buckets),
        each.api.toFixed(1),
        each.bare.toFixed(2),
        `${(each.api / each.bare).toFixed(1)}×`,
        each.raw.toFixed(1),
        `1/${(each.raw / each.bare).toFixed(0)}`,
        String(each.statements),
      ]);
      console.log(`${table(head, rows)}\n`);
    }
    await mkdir(results, { recursive: true });
    const file = `${results}ingest-${date.replaceAll(/[:.]/g, '-')}.json`;
    await writeFile(file, JSON.stringify({ date, plan, machine: where, readings, writes, series }, null, 2));
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
