/** A whole inspection case, as its documents show it. */
import type { Database } from '../database/open.ts';
import type { ItemRow } from './evidence.ts';

export interface RecordedItem extends ItemRow {
  readonly leafHash: string;
  readonly imageId: string | null;
  readonly imageType: string | null;
  /** bytes */
  readonly imageSize: number | null;
}

export interface RecordedCase {
  readonly id: string;
  readonly number: string;
  readonly frame: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly merkleRoot: string | null;
  readonly documentId: string | null;
  readonly organization: string;
  readonly reportReference: string;
  readonly reportTitle: string | null;
  readonly pieceSerial: string | null;
  /** The number of the case that it completes. */
  readonly continues: string | null;
  readonly timestampStatus: 'PENDING' | 'VALID' | 'FAILED' | null;
  readonly stampedAt: Date | null;
  readonly authority: string | null;
  readonly subject: string | null;
  readonly serialNumber: string | null;
  readonly policy: string | null;
  readonly tokenHash: string | null;
  readonly reason: string | null;
  readonly token: Uint8Array | null;
  readonly items: readonly RecordedItem[];
}

/** A case with its items in their order, by two statements; null where there is none in that organization. */
export async function readCase(
  database: Database,
  organizationId: string,
  caseId: string,
): Promise<RecordedCase | null> {
  const key = [organizationId, caseId];
  const [found] = await database.query<Omit<RecordedCase, 'items'>>(
    `SELECT c.id::text AS id, c.number, c.frame, c.status::text AS status, c."createdAt", c."closedAt", c."merkleRoot",
       c."documentId"::text AS "documentId", o.name AS organization, r.reference AS "reportReference", r.title AS "reportTitle",
       p.serial AS "pieceSerial", earlier.number AS continues, t.status::text AS "timestampStatus", t."stampedAt", t.authority,
       t.subject, t."serialNumber", t.policy, t."tokenHash", t.reason, t.token
     FROM "InspectionCase" c
     JOIN "Organization" o ON o.id = c."organizationId"
     JOIN "InspectionReport" r ON r."organizationId" = c."organizationId" AND r.id = c."reportId"
     LEFT JOIN "Piece" p ON p."organizationId" = c."organizationId" AND p.id = c."pieceId"
     LEFT JOIN "InspectionCase" earlier ON earlier."organizationId" = c."organizationId" AND earlier.id = c."continuesId"
     LEFT JOIN "Timestamp" t ON t."organizationId" = c."organizationId" AND t.id = c."timestampId"
     WHERE c."organizationId" = $1 AND c.id = $2`,
    key,
  );
  if (!found) return null;
  const items = await database.query<RecordedItem>(
    `SELECT i.position, i.reference, i.description, i."stepAction", i."stepTitle", i."stepDescription", i.data,
       i.latitude::text AS latitude, i.longitude::text AS longitude, i.accuracy::text AS accuracy, i."takenAt", i."imageHash",
       i."leafHash", i."createdAt", i."imageId"::text AS "imageId", f."mediaType" AS "imageType", f.size::float8 AS "imageSize"
     FROM "InspectionItem" i
     LEFT JOIN "File" f ON f."organizationId" = i."organizationId" AND f.id = i."imageId"
     WHERE i."organizationId" = $1 AND i."caseId" = $2 ORDER BY i.position`,
    key,
  );
  return { ...found, items };
}
