/** Writes a powder network into a database: by COPY, with indexes built and foreign keys checked afterwards. */
import type pg from 'pg';
import { type Cell, columns, copyLine, type Table } from './powder.rows.ts';
import { PowderNetwork, type PowderOptions, type PowderSummary } from './powder.ts';

/** Where to and how: the same options without the sink. */
export type Target = Omit<PowderOptions, 'sink'>;

export interface Loaded {
  readonly summary: PowderSummary;
  /** Seconds: rows made and copied, indexes built, statistics taken. */
  readonly seconds: { readonly rows: number; readonly indexes: number; readonly analyze: number };
}

const tables = Object.keys(columns) as Table[];
const flushAt = 8 * 1024 * 1024;

export async function loadPowder(
  client: pg.Client,
  target: Target,
  say: (line: string) => void,
): Promise<Loaded> {
  const begin = performance.now();
  await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '512MB'`);
  // Foreign keys hold by construction, and danglingReferences tells. Only a superuser may leave the checks out.
  await client.query('SET session_replication_role = replica');
  const indexes = await dropIndexes(client);
  const waiting = new Map<Table, { lines: string[]; size: number }>(
    tables.map((table) => [table, { lines: [], size: 0 }]),
  );
  let size = 0;
  const sink = (table: Table, row: readonly Cell[]) => {
    const line = copyLine(row);
    const lines = waiting.get(table);
    lines?.lines.push(line);
    size += line.length;
  };
  const flush = async () => {
    for (const [table, each] of waiting) {
      if (each.lines.length > 0) await copy(client, table, each.lines);
      each.lines = [];
    }
    size = 0;
  };
  const network = new PowderNetwork({ ...target, sink });
  let steps = 0;
  while (network.step()) {
    if (size > flushAt) await flush();
    if (++steps % 200_000 === 0) say(`${steps} steps of the powder network.`);
  }
  await flush();
  const copied = performance.now();
  say(`The rows are there: ${JSON.stringify(network.summary)}.`);
  for (const index of indexes) await client.query(index);
  const indexed = performance.now();
  await client.query('SET session_replication_role = origin');
  await client.query('VACUUM ANALYZE');
  const seconds = {
    rows: (copied - begin) / 1_000,
    indexes: (indexed - copied) / 1_000,
    analyze: (performance.now() - indexed) / 1_000,
  };
  return { summary: network.summary, seconds };
}

/** Drops the indexes that are worth building afterwards, and answers how. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relname = ANY($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** COPY FROM STDIN, as much of it as is needed: pg leaves the text of the data to others. */
class CopyIn {
  readonly #text: string;
  readonly #data: Buffer;
  readonly #done: (error: Error | null) => void;
  #failed = false;

  constructor(text: string, data: Buffer, done: (error: Error | null) => void) {
    this.#text = text;
    this.#data = data;
    this.#done = done;
  }
  submit(connection: { query(text: string): void }): void {
    connection.query(this.#text);
  }
  handleCopyInResponse(connection: { sendCopyFromChunk(data: Buffer): void; endCopyFrom(): void }): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    if (!this.#failed) this.#done(null);
  }
  handleError(error: Error): void {
    this.#failed = true;
    this.#done(error);
  }
}

function copy(client: pg.Client, table: Table, lines: readonly string[]): Promise<void> {
  const names = columns[table].map((column) => `"${column}"`).join(', ');
  return new Promise((resolve, reject) => {
    const copyIn = new CopyIn(
      `COPY "${table}" (${names}) FROM STDIN`,
      Buffer.from(lines.join('')),
      (error) => (error ? reject(error) : resolve()),
    );
    client.query(copyIn as unknown as pg.Submittable);
  });
}

/** Foreign keys of these tables that some row breaks: there must be none. */
export async function danglingReferences(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; query: string }>(
    `SELECT c.conname AS name, format('SELECT 1 FROM %s x WHERE %s AND NOT EXISTS (SELECT 1 FROM %s y WHERE %s) LIMIT 1',
       c.conrelid::regclass,
       (SELECT string_agg(format('x.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(c.conkey) k
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k),
       c.confrelid::regclass,
       (SELECT string_agg(format('y.%I = x.%I', f.attname, a.attname), ' AND ')
          FROM unnest(c.conkey, c.confkey) AS k(own, other)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
          JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.other)) AS query
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
     WHERE c.contype = 'f' AND t.relname = ANY($1)`,
    [tables],
  );
  const broken: string[] = [];
  for (const { name, query } of rows) {
    if ((await client.query(query)).rowCount) broken.push(name);
  }
  return broken;
}
