/** What is in an archive of documents. */
import type { CommandContext } from '../commands/context.ts';
import { Paths } from './zip-file.paths.ts';

/** One content of an archive. */
export interface ZipEntry {
  readonly path: string;
  readonly documentId: string;
  readonly fileId: string;
  /** bytes */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Where the archive says what is in it. */
export const manifestPath = 'manifest.json';

/** A document that is chosen, with what stands of its content. */
export interface ChosenDocument {
  readonly id: string;
  readonly name: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly status: string;
  readonly size: bigint | null;
  readonly sha256: string | null;
  /** What it is filed below: a design or a serial; null for the root. */
  readonly folder: string | null;
}

/** What documents are chosen by. */
export interface Choice {
  readonly orderId: string | null;
  /** None: all line items of the order. */
  readonly lineItemIds: readonly string[];
  readonly documentIds: readonly string[];
  /** Objects of any kind. */
  readonly subjectIds: readonly string[];
}

/**
 * The documents that an archive gets, each once, in the order of what they are filed below: those in use that are linked
 * to the order, its line items and their pieces (with line items named, to those and their pieces only) or to the
 * objects, and those that are named.
 *
 * @param most how many are read at most
 */
export async function chooseDocuments(
  { tx, organizationId }: CommandContext,
  { orderId, lineItemIds, documentIds, subjectIds }: Choice,
  most: number,
): Promise<ChosenDocument[]> {
  return tx.$queryRawUnsafe<ChosenDocument[]>(
    `WITH items AS (
       SELECT id, "designName" FROM "LineItem"
       WHERE "organizationId" = $1::uuid AND CASE WHEN $3 = '' THEN "orderId" = $2::uuid
                                             ELSE id = ANY(string_to_array($3, ',')::uuid[]) END
     ), subjects AS (
       SELECT $2::uuid AS id, NULL AS folder, 1 AS rank WHERE $3 = ''
       UNION ALL SELECT id, "designName", 2 FROM items
       UNION ALL SELECT p.id, p.serial, 3 FROM "Piece" p JOIN items i ON i.id = p."lineItemId" WHERE p."organizationId" = $1::uuid
       UNION ALL SELECT named.id::uuid, NULL, 1 FROM unnest(string_to_array($5, ',')) AS named(id)
     ), chosen AS (
       SELECT d.id, s.folder, s.rank FROM subjects s
       JOIN "DocumentLink" l ON l."organizationId" = $1::uuid AND l."subjectId" = s.id
       JOIN "Document" d ON d."organizationId" = $1::uuid AND d.id = l."documentId" AND d."archivedAt" IS NULL
       UNION ALL
       SELECT d.id, NULL, 0 FROM "Document" d
       WHERE d."organizationId" = $1::uuid AND d.id = ANY(string_to_array($4, ',')::uuid[])
     ), placed AS (
       SELECT DISTINCT ON (id) id, folder, rank FROM chosen ORDER BY id, rank, folder
     )
     SELECT d.id::text AS id, d.name, d."fileId"::text AS "fileId", f.name AS "fileName", f.status::text AS status,
            f.size, f.sha256, c.folder
     FROM placed c
     JOIN "Document" d ON d."organizationId" = $1::uuid AND d.id = c.id
     JOIN "File" f ON f."organizationId" = $1::uuid AND f.id = d."fileId"
     ORDER BY c.rank, c.folder, d.id LIMIT $6::int`,
    organizationId,
    orderId,
    lineItemIds.join(','),
    documentIds.join(','),
    subjectIds.join(','),
    most,
  );
}

/** What an archive of these documents has, in their order. Their contents must be stored. */
export function entriesOf(documents: readonly ChosenDocument[]): ZipEntry[] {
  const paths = new Paths([manifestPath]);
  return documents.map(({ id, name, fileId, fileName, folder, size, sha256 }) => ({
    path: paths.give(folder, name, fileName),
    documentId: id,
    fileId,
    size: Number(size),
    sha256: sha256 ?? '',
  }));
}
