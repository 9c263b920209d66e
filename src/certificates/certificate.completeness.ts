/**
 * Which certificates pieces need, and which of them they have: derived by one statement whenever it is asked, and
 * copied nowhere, so that a certificate that is superseded or detached is missing at once.
 */
import type { CertificateType } from '../../prisma/generated/client/client.ts';
import type { Reader } from '../materials/genealogy.graph.ts';

/** How a piece stands with one certificate that a step of its routing demands. */
export type RequiredCertificateStatus = 'PRESENT' | 'MISSING' | 'EXPIRED' | 'SUPERSEDED' | 'NOT_YET_DUE';

/** How a certificate stands that is, or was, attached to a piece at a step. */
export type CertificateAttachmentStatus = 'VALID' | 'EXPIRED' | 'SUPERSEDED' | 'VOIDED';

/** One cell of the matrix: a piece, and a certificate that one of its steps demands. */
export interface RequiredCertificate {
  pieceId: string;
  serial: string;
  requirementId: string;
  processStepId: string;
  stepName: string;
  /** The step's place in the routing, and the place of its last step, both from 1. */
  position: number;
  lastPosition: number;
  type: CertificateType;
  kind: string | null;
  status: RequiredCertificateStatus;
  /** The attachment that decides the status; null where there is none. */
  attachmentId: string | null;
  certificateName: string | null;
}

/**
 * Whether another certificate supersedes `c`, and whether `c` had expired when its step was done on the piece: at the
 * end of the latest attempt `o` where that is complete, and now ($2) where it is not.
 */
const superseded = `EXISTS (SELECT 1 FROM "Certificate" newer
  WHERE newer."organizationId" = c."organizationId" AND newer."supersedesId" = c.id)`;
const expired = `coalesce(c."expiresAt" <= CASE WHEN o.status = 'COMPLETE' THEN o."endedAt" ELSE $2::timestamptz END, false)`;

/** The latest attempt at a step: `o`, of the piece and the place in its routing that these name. */
const latestAttempt = (piece: string, position: string) => `LEFT JOIN LATERAL (
    SELECT o.status, o."endedAt" FROM "Operation" o
    WHERE o."organizationId" = $1::uuid AND o."pieceId" = ${piece} AND o."position" = ${position}
    ORDER BY o.attempt DESC LIMIT 1
  ) o ON true`;

/** The cells of the pieces `p` for which a condition holds, but for those that are given up or cancelled. */
const cells = (pieces: string) => `
  SELECT p.id::text AS "pieceId", p.serial, p."orderId"::text AS "orderId", r.id::text AS "requirementId",
    s.id::text AS "processStepId", s.name AS "stepName", s."position",
    (SELECT max(last."position") FROM "ProcessStep" last
     WHERE last."organizationId" = $1::uuid AND last."workflowId" = p."workflowId") AS "lastPosition",
    r.type::text AS type, r.kind,
    CASE WHEN NOT best.superseded AND NOT best.expired THEN 'PRESENT'
      WHEN NOT best.superseded THEN 'EXPIRED'
      WHEN best.superseded THEN 'SUPERSEDED'
      WHEN s."position" > p."stepPosition" THEN 'NOT_YET_DUE'
      ELSE 'MISSING' END AS status,
    best.id::text AS "attachmentId", best.name AS "certificateName"
  FROM "Piece" p
  JOIN "ProcessStep" s ON s."organizationId" = $1::uuid AND s."workflowId" = p."workflowId"
  JOIN "CertificateRequirement" r ON r."organizationId" = $1::uuid AND r."processStepId" = s.id
  ${latestAttempt('p.id', 's."position"')}
  LEFT JOIN LATERAL (
    SELECT a.id, c.name, ${superseded} AS superseded, ${expired} AS expired
    FROM "CertificateAttachment" a
    JOIN "Certificate" c ON c."organizationId" = $1::uuid AND c.id = a."certificateId"
    WHERE a."organizationId" = $1::uuid AND a."pieceId" = p.id AND a."processStepId" = s.id AND a."voidedAt" IS NULL
      AND c.type = r.type AND (r.kind IS NULL OR c.kind = r.kind)
    ORDER BY superseded, expired, a.id DESC LIMIT 1
  ) best ON true
  WHERE p."organizationId" = $1::uuid AND p.status NOT IN ('INCOMPLETE', 'CANCELLED') AND ${pieces}`;

/**
 * The certificates that these pieces need, by piece and then in the order of the steps: one statement, whatever their
 * number. Nothing for pieces that are given up or cancelled, and none for those whose routing demands none.
 */
export function requiredCertificates(
  reader: Reader,
  pieceIds: readonly string[],
  now: Date,
): Promise<RequiredCertificate[]> {
  return reader.query<RequiredCertificate>(
    `SELECT * FROM (${cells('p.id = ANY($3::uuid[])')}) cell
     ORDER BY "pieceId", "position", type, kind NULLS FIRST`,
    now.toISOString(),
    [...pieceIds],
  );
}

/** How many cells of an order's matrix have a status. */
export interface RequiredCertificateCount {
  orderId: string;
  status: RequiredCertificateStatus;
  count: number;
}

/** The matrices of these orders, counted: one statement, whatever the number of orders and pieces. */
export function countRequiredCertificates(
  reader: Reader,
  orderIds: readonly string[],
  now: Date,
): Promise<RequiredCertificateCount[]> {
  return reader.query<RequiredCertificateCount>(
    `SELECT "orderId", status, count(*)::int AS count FROM (${cells('p."orderId" = ANY($3::uuid[])')}) cell
     GROUP BY "orderId", status`,
    now.toISOString(),
    [...orderIds],
  );
}

/** The status of each of these attachments, by its uuid: one statement. */
export async function attachmentStatuses(
  reader: Reader,
  attachmentIds: readonly string[],
  now: Date,
): Promise<Map<string, CertificateAttachmentStatus>> {
  const rows = await reader.query<{ id: string; status: CertificateAttachmentStatus }>(
    `SELECT a.id::text AS id, CASE WHEN a."voidedAt" IS NOT NULL THEN 'VOIDED'
       WHEN ${superseded} THEN 'SUPERSEDED' WHEN ${expired} THEN 'EXPIRED' ELSE 'VALID' END AS status
     FROM "CertificateAttachment" a
     JOIN "Certificate" c ON c."organizationId" = $1::uuid AND c.id = a."certificateId"
     JOIN "ProcessStep" s ON s."organizationId" = $1::uuid AND s.id = a."processStepId"
     ${latestAttempt('a."pieceId"', 's."position"')}
     WHERE a."organizationId" = $1::uuid AND a.id = ANY($3::uuid[])`,
    now.toISOString(),
    [...attachmentIds],
  );
  return new Map(rows.map((row) => [row.id, row.status]));
}

/** How a demand is called: `PROCESS certificate of the kind "heat treatment record"`. */
export const demandOf = ({ type, kind }: Pick<RequiredCertificate, 'type' | 'kind'>): string =>
  `${type} certificate${kind === null ? '' : ` of the kind "${kind}"`}`;
