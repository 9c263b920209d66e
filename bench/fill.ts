/**
 * The data: made in the database by generate_series, the same every time but for the organizations' ids.
 *
 * A block is 25 orders of 5 line items of 4 pieces, and the 10 runs and 10 builds that make them: 8 print runs of
 * 15 or 16 line items, two of which failed and were printed again, and 2 runs that post-process the fourth and
 * fifth line items. Of the blocks 92 % are complete, 4 % print, 4 % are queued.
 */
import type pg from 'pg';

const ordersPerBlock = 25;

/** How many orders there are at a scale: 50,000 at 1. Whole blocks. */
export function ordersAt(scale: number): number {
  return Math.max(1, Math.round((50_000 * scale) / ordersPerBlock)) * ordersPerBlock;
}

export interface Shop {
  readonly organizationId: string;
  readonly orders: number;
}

/** The tables that are worth building the indexes of afterwards. */
const large = ['Order', 'LineItem', 'Piece', 'Operation', 'Run', 'Build'];

export async function fill(client: pg.Client, shops: readonly Shop[]): Promise<void> {
  await client.query(
    `SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'`,
  );
  // Foreign keys hold by construction; checking them doubles the time. Only a superuser may leave it out.
  await client.query(`SET session_replication_role = replica`).catch(() => undefined);
  const indexes = await dropIndexes(client);
  for (const [place, shop] of shops.entries()) {
    for (const statement of statements(shop, place)) await client.query(statement);
  }
  for (const index of indexes) await client.query(index);
  await client.query('VACUUM ANALYZE');
}

async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relname = ANY($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [large],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

// 2024-01-01 in ms since 1970, and the two years over which the orders came in.
const begin = 1_704_067_200_000;
const span = 63_072_000_000;

function statements({ organizationId, orders }: Shop, place: number): string[] {
  const org = `'${organizationId}'::uuid`;
  const blocks = orders / ordersPerBlock;
  const step = Math.floor(span / orders);
  // The organizations' orders come in at the same times: neighbours in every index that begins with an id.
  const orderMs = (order: string) => `(${begin + place} + (${order}) * ${step}::bigint)`;
  const runMs = (block: string) => `(${orderMs(`((${block}) + 1) * ${ordersPerBlock}`)})`;
  const instant = (ms: string) => `to_timestamp((${ms}) / 1000.0)`;
  /** A UUIDv7: its time, what it is and whose, and its number. */
  const id = (tag: string, ms: string, n: string) =>
    `(lpad(to_hex((${ms})::bigint), 12, '0') || '7${tag}8${place.toString(16).padStart(3, '0')}' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
  const master = (tag: string, n: string) => id(tag, `${begin + place}`, n);
  const stamps = `1, ${instant(`${begin}`)}, ${instant(`${begin}`)}`;
  const stamped = (ms: string) => `1, ${instant(ms)}, ${instant(`${ms} + 86400000`)}`;

  const orderId = (order: string) => id('0a1', orderMs(order), order);
  const itemId = (item: string) => id('0a2', orderMs(`((${item}) - 1) / 5 + 1`), item);
  const pieceId = (piece: string) => id('0a3', orderMs(`((${piece}) - 1) / 20 + 1`), piece);
  const runId = (block: string, k: string) => id('0a5', runMs(block), `(${block}) * 10 + (${k}) + 1`);

  /** Which of three a block is in: done, being printed, queued. */
  const stage = (block: string, done: string, printing: string, queued: string) =>
    `CASE WHEN ${block} < ${Math.floor(blocks * 0.92)} THEN ${done} WHEN ${block} < ${Math.floor(blocks * 0.96)} THEN ${printing} ELSE ${queued} END`;
  const orderBlock = '((o - 1) / 25)';
  const itemBlock = '((i - 1) / 125)';
  const pieceItem = '((p - 1) / 4 + 1)';
  const pieceBlock = '((p - 1) / 500)';
  const cancelled = (item: string) => `(${item}) % 97 = 0`;
  const printRun = (block: string, item: string) => runId(block, `(${item}) % 8`);
  const postRun = (block: string, item: string) => runId(block, `8 + (((${item}) - 1) % 125) / 63`);

  return [
    `INSERT INTO "User" ("organizationId", id, name, email, role, version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b1', 'n')}, 'Person ' || n, 'person' || n || '@example.com', 'OPERATOR', ${stamps}
     FROM generate_series(1, 20) n`,
    `INSERT INTO "Location" ("organizationId", id, name, "countriesServed", version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b2', 'n')}, 'Site ' || n, '{}', ${stamps} FROM generate_series(1, 3) n`,
    `INSERT INTO "Material" ("organizationId", id, name, type, family, unit, version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b3', 'n')}, 'Alloy ' || n, 'BASE', 'METAL', 'kg', ${stamps} FROM generate_series(1, 10) n`,
    `INSERT INTO "WorkstationType" ("organizationId", id, kind, name, version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b4', 'n')}, (ARRAY['PRINTER', 'POST_PROCESSOR'])[n]::"WorkstationKind", 'Type ' || n, ${stamps}
     FROM generate_series(1, 2) n`,
    `INSERT INTO "Workstation" ("organizationId", id, name, "workstationTypeId", "locationId", version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b5', 'n')}, 'Workstation ' || n, ${master('0b4', 'CASE WHEN n <= 30 THEN 1 ELSE 2 END')},
       ${master('0b2', '1 + n % 3')}, ${stamps} FROM generate_series(1, 40) n`,
    `INSERT INTO "Machine" ("organizationId", id, name, "workstationId", status, version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b6', 'n')}, 'Machine ' || n, ${master('0b5', 'n')}, 'IDLE', ${stamps}
     FROM generate_series(1, 40) n`,
    `INSERT INTO "Workflow" ("organizationId", id, name, version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b7', 'n')}, 'Workflow ' || n, ${stamps} FROM generate_series(1, 2) n`,
    // Workflow 1 prints; workflow 2 prints and post-processes.
    `INSERT INTO "ProcessStep" ("organizationId", id, "workflowId", position, name, "workstationTypeId", version, "createdAt", "updatedAt")
     SELECT ${org}, ${master('0b8', 'n')}, ${master('0b7', 'CASE WHEN n = 1 THEN 1 ELSE 2 END')},
       CASE WHEN n = 3 THEN 2 ELSE 1 END, 'Step ' || n, ${master('0b4', 'CASE WHEN n = 3 THEN 2 ELSE 1 END')}, ${stamps}
     FROM generate_series(1, 3) n`,
    `INSERT INTO "Order" ("organizationId", id, number, name, status, type, "customerName", "dueDate", priority,
       "locationId", "ownerId", version, "createdAt", "updatedAt")
     SELECT ${org}, ${orderId('o')}, 'O-' || lpad(o::text, 6, '0'), 'Brackets and housings ' || o,
       (${stage(orderBlock, `'COMPLETE'`, `'PRINTING'`, `'CONFIRMED'`)})::"OrderStatus", 'COMMERCIAL',
       'Customer ' || (o * 7919) % 500, ${instant(`${orderMs('o')} + 1814400000`)}, 10 * (1 + (o * 31) % 9),
       ${master('0b2', '1 + o % 3')}, ${master('0b1', '1 + o % 20')}, ${stamped(orderMs('o'))}
     FROM generate_series(1, ${orders}) o`,
    `INSERT INTO "LineItem" ("organizationId", id, "orderId", position, "designName", status, "materialId", "workflowId",
       quantity, priority, "layerThickness", version, "createdAt", "updatedAt")
     SELECT ${org}, ${itemId('i')}, ${orderId('(i - 1) / 5 + 1')}, (i - 1) % 5 + 1, 'bracket-' || i || '.3mf',
       (CASE WHEN ${cancelled('i')} THEN 'CANCELLED' ELSE ${stage(itemBlock, `'COMPLETE'`, `'PRINTING'`, `'CONFIRMED'`)} END)::"LineItemStatus",
       ${master('0b3', '1 + i % 10')}, ${master('0b7', 'CASE WHEN (i - 1) % 5 < 3 THEN 1 ELSE 2 END')},
       4, 50, 0.05, ${stamped(orderMs('(i - 1) / 5 + 1'))}
     FROM generate_series(1, ${orders * 5}) i`,
    `INSERT INTO "Piece" ("organizationId", id, serial, "orderId", "lineItemId", "workflowId", copy, status,
       "stepPosition", "stepKind", version, "createdAt", "updatedAt")
     SELECT ${org}, ${pieceId('p')},
       'O-' || lpad(((p - 1) / 20 + 1)::text, 6, '0') || '-' || ((p - 1) / 4) % 5 + 1 || '-' || (p - 1) % 4 + 1,
       ${orderId('(p - 1) / 20 + 1')}, ${itemId(pieceItem)},
       ${master('0b7', 'CASE WHEN ((p - 1) / 4) % 5 < 3 THEN 1 ELSE 2 END')}, (p - 1) % 4 + 1,
       (CASE WHEN ${cancelled(pieceItem)} THEN 'CANCELLED' ELSE ${stage(pieceBlock, `'COMPLETE'`, `'IN_PROGRESS'`, `'QUEUED'`)} END)::"PieceStatus",
       ${stage(pieceBlock, 'CASE WHEN ((p - 1) / 4) % 5 < 3 THEN 1 ELSE 2 END', '1', '1')},
       (${stage(pieceBlock, `CASE WHEN ((p - 1) / 4) % 5 < 3 THEN 'PRINTER' ELSE 'POST_PROCESSOR' END`, `'PRINTER'`, `'PRINTER'`)})::"WorkstationKind",
       ${stamped(orderMs('(p - 1) / 20 + 1'))}
     FROM generate_series(1, ${orders * 20}) p`,
    `INSERT INTO "Run" ("organizationId", id, number, status, kind, "workstationId", priority, "queueRank", "startedAt",
       "endedAt", version, "createdAt", "updatedAt")
     SELECT ${org}, ${runId('b', 'k')}, 'R-' || lpad((b * 10 + k + 1)::text, 6, '0'),
       (${stage('b', `'COMPLETE'`, `CASE WHEN k < 8 THEN 'IN_PROGRESS' ELSE 'CALCULATED' END`, `CASE WHEN k < 8 THEN 'QUEUED' ELSE 'CALCULATED' END`)})::"RunStatus",
       (CASE WHEN k < 8 THEN 'PRINTER' ELSE 'POST_PROCESSOR' END)::"WorkstationKind",
       ${master('0b5', 'CASE WHEN k < 8 THEN 1 + (b * 8 + k) % 30 ELSE 31 + (b * 2 + k) % 10 END')}, 50,
       ${stage('b', 'NULL', 'NULL', 'CASE WHEN k < 8 THEN b * 10 + k END')},
       ${stage('b', 'at', 'CASE WHEN k < 8 THEN at END', 'NULL')},
       ${stage('b', `at + interval '9 hours'`, 'NULL', 'NULL')}, ${stamped(runMs('b'))}
     FROM generate_series(0, ${blocks - 1}) b, generate_series(0, 9) k, LATERAL (SELECT ${instant(`${runMs('b')} + 3600000`)} AS at) started`,
    // Operations of step 1, and of step 2 for the line items of workflow 2.
    `INSERT INTO "Operation" ("organizationId", id, "pieceId", "processStepId", position, kind, status, "runId",
       "startedAt", "endedAt", version, "createdAt", "updatedAt")
     SELECT ${org}, ${id('0a4', orderMs('(p - 1) / 20 + 1'), 'p * 2 + s')}, ${pieceId('p')},
       ${master('0b8', 'CASE WHEN ((p - 1) / 4) % 5 < 3 THEN 1 ELSE 1 + s END')}, s,
       (CASE WHEN s = 1 THEN 'PRINTER' ELSE 'POST_PROCESSOR' END)::"WorkstationKind",
       (CASE WHEN ${cancelled(pieceItem)} THEN 'CANCELLED' ELSE
         ${stage(pieceBlock, `'COMPLETE'`, `CASE WHEN s = 1 THEN 'IN_PROGRESS' ELSE 'CREATED' END`, `CASE WHEN s = 1 THEN 'QUEUED' ELSE 'CREATED' END`)} END)::"OperationStatus",
       CASE WHEN s = 1 THEN ${printRun(pieceBlock, pieceItem)} ELSE ${postRun(pieceBlock, pieceItem)} END,
       ${stage(pieceBlock, 'at', 'CASE WHEN s = 1 THEN at END', 'NULL')},
       ${stage(pieceBlock, `at + interval '9 hours'`, 'NULL', 'NULL')}, ${stamped(orderMs('(p - 1) / 20 + 1'))}
     FROM generate_series(1, ${orders * 20}) p, generate_series(1, 2) s,
       LATERAL (SELECT ${instant(`${runMs(pieceBlock)} + 3600000`)} AS at) started
     WHERE s = 1 OR ((p - 1) / 4) % 5 >= 3`,
    // Every print run has a build; two of each block have a second one, as the first failed.
    `INSERT INTO "Build" ("organizationId", id, "machineId", "runId", name, attempt, status, layers, "currentLayer",
       "estimatedTime", "startedAt", "endedAt", "reportedAt", version, "createdAt", "updatedAt")
     SELECT ${org}, ${id('0a6', runMs('b'), 'b * 10 + k + 1')}, ${master('0b6', '1 + (b * 8 + k % 8) % 30')}, ${runId('b', 'k % 8')},
       'R-' || lpad((b * 10 + k % 8 + 1)::text, 6, '0'), 1 + k / 8,
       (CASE WHEN k < 2 AND b < ${Math.floor(blocks * 0.96)} THEN 'FAILED' ELSE ${stage('b', `'COMPLETE'`, `'PROCESSING'`, `'NEW'`)} END)::"BuildStatus",
       2400, ${stage('b', '2400', '700 + k * 100', '0')}, 32400, ${stage('b', 'at', 'at', 'NULL')},
       ${stage('b', `at + interval '9 hours'`, 'NULL', 'NULL')}, at, ${stamped(runMs('b'))}
     FROM generate_series(0, ${blocks - 1}) b, generate_series(0, 9) k, LATERAL (SELECT ${instant(`${runMs('b')} + 3600000`)} AS at) started`,
  ];
}
