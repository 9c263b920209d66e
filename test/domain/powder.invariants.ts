/** What holds of the powder of an organization after any history. */
import type { PrismaClient } from '../../prisma/generated/client/client.ts';
import type { Database } from '../../src/database/open.ts';
import { type BatchRow, contentsOf } from '../../src/materials/batch.row.ts';
import { applyAction, type Contents } from '../../src/materials/ledger.ts';
import { fromJson, quanta, quantityOf, totalOf } from '../../src/materials/mixture.ts';
import { historyOf } from '../../src/materials/recompute.ts';

/** Where the rows break the rules: one sentence each. */
export async function powderViolations(
  { prisma, database }: { prisma: PrismaClient; database: Database },
  organizationId: string,
): Promise<string[]> {
  const rows: BatchRow[] = await prisma.materialBatch.findMany({
    where: { organizationId },
    include: { exposures: { select: { workstationTypeId: true } } },
  });
  return [
    ...sums(rows),
    ...(await replay(prisma, organizationId, rows)),
    ...(await books(prisma, organizationId, rows)),
    ...(await masses(prisma, organizationId, rows)),
    ...(await cycles(database, organizationId)),
  ];
}

function sums(rows: readonly BatchRow[]): string[] {
  return rows.flatMap((row) => {
    const { available, reserved, mixed } = contentsOf(row);
    const found: string[] = [];
    if (quantityOf(available) + quantityOf(reserved) !== quanta(row.quantity))
      found.push(`The shares of ${row.name} are not its quantity.`);
    if (quantityOf(reserved) !== quanta(row.reserved))
      found.push(`The reserved shares of ${row.name} are not what is reserved.`);
    for (const each of [available, reserved, mixed])
      if (totalOf(each.lots) !== totalOf(each.cycles)) found.push(`${row.name}: lots and cycles differ.`);
    if ((row.status === 'DONE') !== row.quantity.isZero())
      found.push(`${row.name} is ${row.status} with ${row.quantity}.`);
    return found;
  });
}

/** Every batch is what its whole history, applied from nothing, makes of it. */
async function replay(
  prisma: PrismaClient,
  organizationId: string,
  rows: readonly BatchRow[],
): Promise<string[]> {
  const { actions } = await historyOf(
    { tx: prisma as never, organizationId },
    rows.map((row) => row.id),
  );
  const again = new Map<string, Contents>();
  for (const action of actions) applyAction(again, action, () => 'carry');
  const plain = (contents: Contents | undefined) =>
    JSON.stringify(contents ?? null, (_, value: unknown) =>
      value instanceof Map
        ? [...value].sort().map(([key, each]) => [key, String(each)])
        : value instanceof Set
          ? [...value].sort()
          : value,
    );
  return rows.flatMap((row) => {
    const replayed = again.get(row.id);
    // All that made it was undone.
    if (!replayed?.nodeId) return row.quantity.isZero() ? [] : [`${row.name} has no history.`];
    return plain(replayed) === plain(contentsOf(row))
      ? []
      : [`${row.name} is not what its history makes of it:\n${plain(contentsOf(row))}\n${plain(replayed)}`];
  });
}

async function books(
  prisma: PrismaClient,
  organizationId: string,
  rows: readonly BatchRow[],
): Promise<string[]> {
  const postings = await prisma.materialPosting.groupBy({
    by: ['batchId'],
    where: { organizationId },
    _sum: { change: true, reservedChange: true },
  });
  const containers = await prisma.materialContainer.groupBy({
    by: ['batchId'],
    where: { organizationId, batchId: { not: null } },
    _sum: { quantity: true },
  });
  return rows.flatMap((row) => {
    const posted = postings.find((each) => each.batchId === row.id)?._sum;
    const held = containers.find((each) => each.batchId === row.id)?._sum.quantity;
    const found: string[] = [];
    if (!posted?.change?.eq(row.quantity) || !posted.reservedChange?.eq(row.reserved))
      found.push(`The postings of ${row.name} add up to ${posted?.change}, and it has ${row.quantity}.`);
    // What a deferred build set aside is still in its module.
    if (held?.gt(row.quantity)) found.push(`The containers of ${row.name} hold more than there is of it.`);
    return found;
  });
}

/** What came in of each lot is in batches, pieces, or out: to the last quantum. */
async function masses(
  prisma: PrismaClient,
  organizationId: string,
  rows: readonly BatchRow[],
): Promise<string[]> {
  const links = await prisma.materialLink.findMany({
    where: { organizationId, action: { type: { not: 'REVERSE' }, reversedBy: { none: {} } } },
  });
  const balance = new Map<string, bigint>();
  const count = (lots: unknown, sign: bigint) => {
    for (const [lot, value] of fromJson(lots)) balance.set(lot, (balance.get(lot) ?? 0n) + sign * value);
  };
  const inside = ['BATCH', 'LOADED'];
  for (const link of links) {
    if (inside.includes(link.fromPlace) && inside.includes(link.toPlace)) continue;
    if (inside.includes(link.toPlace)) count(link.lots, 1n);
    if (inside.includes(link.fromPlace)) count(link.lots, -1n);
  }
  for (const row of rows) {
    count(row.lots, -1n);
    count(row.reservedLots, -1n);
  }
  return [...balance]
    .filter(([, value]) => value !== 0n)
    .map(([lot, value]) => `Lot ${lot} is off by ${value} quanta.`);
}

async function cycles(database: Database, organizationId: string): Promise<string[]> {
  const rows = await database.query<{ node: string }>(
    `WITH RECURSIVE walk(start, node) AS (
       SELECT "fromNode", "toNode" FROM "MaterialLink"
         WHERE "organizationId" = $1 AND "fromNode" IS NOT NULL AND "toNode" IS NOT NULL
       UNION
       SELECT w.start, l."toNode" FROM walk w JOIN "MaterialLink" l
         ON l."organizationId" = $1 AND l."fromNode" = w.node AND l."toNode" IS NOT NULL)
     SELECT DISTINCT start::text AS node FROM walk WHERE start = node`,
    [organizationId],
  );
  return rows.map(({ node }) => `The node ${node} descends from itself.`);
}
