/** Which holds ever reached pieces, and what was decided because of them. */
import type { NamedSubject, Reader } from '../materials/genealogy.graph.ts';
import { heldBy, type OpenHold } from '../quality/hold.reach.ts';
import { grouped } from './grouped.ts';

/** A hold, open or closed, that reaches a piece. */
export interface Reached {
  holdId: string;
  /** A way from what is held to the piece, both included. */
  path: readonly NamedSubject[];
  /** What was decided about the piece, or about a batch or a container on the way: ids, in the order of deciding. */
  dispositionIds: readonly string[];
}

// What a machine or a sensor saw after its hold had ended was not held.
const holdsEver = `
  SELECT id::text AS id, number, reason, "lotId"::text AS "lotId", "batchId"::text AS "batchId",
    "containerId"::text AS "containerId", "pieceId"::text AS "pieceId", "workstationId"::text AS "workstationId",
    "sensorId"::text AS "sensorId", "fromAt", coalesce("untilAt", "closedAt") AS "untilAt"
  FROM "Hold" WHERE "organizationId" = $1::uuid AND status IN ('OPEN', 'RELEASED') ORDER BY id`;

interface Decided {
  id: string;
  holdId: string;
  itemId: string;
}

/** The holds that reach pieces or reached them, by piece, oldest first: a bounded number of statements. */
export async function holdsReaching(
  reader: Reader,
  pieceIds: readonly string[],
): Promise<Map<string, Reached[]>> {
  const holds = await reader.query<OpenHold>(holdsEver);
  const held = await heldBy(reader, { pieceIds }, { holds });
  const reached = [...held.values()].flat();
  if (reached.length === 0) return new Map();
  const decided = await reader.query<Decided>(
    `SELECT id::text AS id, "holdId"::text AS "holdId", coalesce("pieceId", "batchId", "containerId")::text AS "itemId"
     FROM "HoldDisposition" WHERE "organizationId" = $1::uuid AND "holdId" = ANY($2::uuid[])
       AND coalesce("pieceId", "batchId", "containerId") = ANY($3::uuid[]) ORDER BY id`,
    [...new Set(reached.map(({ hold }) => hold.id))],
    [...new Set(reached.flatMap(({ path }) => path.map(({ id }) => id)))],
  );
  const byHold = grouped(decided, (row) => row.holdId);
  return new Map(
    [...held].map(([piece, ways]) => [
      piece,
      ways.map(({ hold, path }) => {
        const passed = new Set(path.map(({ id }) => id));
        const dispositionIds = (byHold.get(hold.id) ?? []).flatMap(({ id, itemId }) =>
          passed.has(itemId) ? [id] : [],
        );
        return { holdId: hold.id, path, dispositionIds };
      }),
    ]),
  );
}
