/** What anybody reads of a report who has its token: metadata, without an account. */
import { sha256 } from '../canonical.ts';
import type { Database } from '../database/open.ts';
import { reportTokenForm } from './inspection-report.service.ts';

/** A report as its token shows it: no ids, no files, nobody's name but the organization's. */
export interface PublicReport {
  readonly organizationId: string;
  readonly id: string;
  readonly reference: string;
  readonly title: string | null;
  readonly organizationName: string;
  readonly createdAt: Date;
}

export interface PublicCase {
  readonly id: string;
  readonly number: string;
  readonly frame: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly merkleRoot: string | null;
  readonly continues: string | null;
  readonly timestampStatus: 'PENDING' | 'VALID' | 'FAILED' | null;
  readonly stampedAt: Date | null;
  readonly authority: string | null;
  readonly tokenHash: string | null;
  readonly token: Uint8Array | null;
  readonly items: readonly PublicItem[];
}

export interface PublicItem {
  readonly caseId: string;
  readonly position: number;
  readonly reference: string;
  readonly description: string | null;
  readonly stepAction: string;
  readonly stepTitle: string | null;
  readonly stepDescription: string | null;
  readonly data: string | null;
  readonly latitude: string | null;
  readonly longitude: string | null;
  readonly accuracy: string | null;
  readonly takenAt: Date | null;
  readonly imageHash: string | null;
  readonly leafHash: string;
  readonly createdAt: Date;
}

/**
 * The report that a token opens. Null for a token that is malformed, unknown, expired or revoked: one look-up by its
 * hash for all of them, so that neither the answer nor its time tells them apart.
 */
export async function publicReport(
  database: Database,
  token: string,
  now: Date,
): Promise<PublicReport | null> {
  const [found] = await database.query<PublicReport>(
    `SELECT r."organizationId"::text AS "organizationId", r.id::text AS id, r.reference, r.title, r."createdAt",
       o.name AS "organizationName"
     FROM "InspectionReport" r JOIN "Organization" o ON o.id = r."organizationId"
     WHERE r."tokenHash" = $1 AND r."revokedAt" IS NULL AND (r."expiresAt" IS NULL OR r."expiresAt" > $2)`,
    [sha256(reportTokenForm.test(token) ? token : ''), now],
  );
  return found ?? null;
}

/** The cases of a report with their items, the oldest first, behind the one of that number: two statements. */
export async function publicCases(
  database: Database,
  { organizationId, id }: PublicReport,
  { first, after }: { first: number; after: string | null },
): Promise<PublicCase[]> {
  const cases = await database.query<Omit<PublicCase, 'items'>>(
    `SELECT c.id::text AS id, c.number, c.frame, c.status::text AS status, c."createdAt", c."closedAt", c."merkleRoot",
       earlier.number AS continues, t.status::text AS "timestampStatus", t."stampedAt", t.subject AS authority,
       t."tokenHash", t.token
     FROM "InspectionCase" c
     LEFT JOIN "InspectionCase" earlier ON earlier."organizationId" = c."organizationId" AND earlier.id = c."continuesId"
     LEFT JOIN "Timestamp" t ON t."organizationId" = c."organizationId" AND t.id = c."timestampId"
     WHERE c."organizationId" = $1 AND c."reportId" = $2
       AND ($3::text IS NULL OR c.id > (SELECT b.id FROM "InspectionCase" b
         WHERE b."organizationId" = $1 AND b."reportId" = $2 AND b.number = $3))
     ORDER BY c.id LIMIT $4::int`,
    [organizationId, id, after, first],
  );
  const items = await database.query<PublicItem>(
    `SELECT "caseId"::text AS "caseId", position, reference, description, "stepAction", "stepTitle", "stepDescription", data,
       latitude::text AS latitude, longitude::text AS longitude, accuracy::text AS accuracy, "takenAt", "imageHash",
       "leafHash", "createdAt"
     FROM "InspectionItem" WHERE "organizationId" = $1 AND "caseId" = ANY(string_to_array($2, ',')::uuid[])
     ORDER BY "caseId", position`,
    [organizationId, cases.map((each) => each.id).join(',')],
  );
  const byCase = new Map<string, PublicItem[]>(cases.map((each) => [each.id, []]));
  for (const item of items) byCase.get(item.caseId)?.push(item);
  return cases.map((each) => ({ ...each, items: byCase.get(each.id) ?? [] }));
}
