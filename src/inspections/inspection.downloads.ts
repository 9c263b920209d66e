/** What is read of reports by HTTP: the PDF of one case, and an archive of the PDFs of all. */
import { Readable } from 'node:stream';
import { zipOf } from '../files/archive.ts';
import { type Download, type DownloadRequest, downloadKind } from '../files/downloads.ts';
import type { Runtime } from '../runtime.ts';
import { renderCase } from './inspection.pdf.ts';
import { readCase } from './inspection.record.ts';

interface NamedCase {
  readonly id: string;
  readonly number: string;
  readonly documentId: string | null;
}

/** The PDF of a case: the one that was made when it was closed; of one that has none yet, one of what it is now. */
async function pdfOf(
  runtime: Runtime,
  organizationId: string,
  { id, documentId }: NamedCase,
): Promise<Readable> {
  if (documentId) return runtime.files.read(organizationId, documentId);
  const found = await readCase(runtime.database, organizationId, id);
  if (!found) throw new Error(`The case ${id} is gone.`);
  return Readable.from([await renderCase(runtime, organizationId, found)]);
}

export const casePdf = downloadKind('inspection-case', async (runtime, request): Promise<Download | null> => {
  const { organizationId, subjectId } = request;
  const [found] = await runtime.database.query<NamedCase>(
    `SELECT id::text AS id, number, "documentId"::text AS "documentId" FROM "InspectionCase"
     WHERE "organizationId" = $1 AND id = $2`,
    [organizationId, subjectId],
  );
  if (!found) return null;
  const content = await pdfOf(runtime, organizationId, found);
  return { name: `${found.number}.pdf`, mediaType: 'application/pdf', content };
});

/** How many cases are given at once; the newest are. */
export const mostCases = 1_000;

/** The cases of a report that were opened since an instant, the oldest first; of more than a thousand, the newest. */
export async function casesOf(
  runtime: Runtime,
  organizationId: string,
  reportId: string,
  since: Date | null,
): Promise<NamedCase[]> {
  const rows = await runtime.database.query<NamedCase>(
    `SELECT id::text AS id, number, "documentId"::text AS "documentId" FROM "InspectionCase"
     WHERE "organizationId" = $1 AND "reportId" = $2 AND ($3::timestamptz IS NULL OR "createdAt" >= $3)
     ORDER BY id DESC LIMIT ${mostCases}`,
    [organizationId, reportId, since],
  );
  return rows.reverse();
}

export const reportArchive = downloadKind('inspection-report', (runtime, request) =>
  archiveOf(runtime, request),
);

async function archiveOf(
  runtime: Runtime,
  { organizationId, subjectId, options }: DownloadRequest,
): Promise<Download | null> {
  const [report] = await runtime.database.query<{ reference: string }>(
    `SELECT reference FROM "InspectionReport" WHERE "organizationId" = $1 AND id = $2`,
    [organizationId, subjectId],
  );
  if (!report) return null;
  const since = options.since ? new Date(options.since) : null;
  const cases = await casesOf(runtime, organizationId, subjectId, since);
  const content = zipOf(
    cases.map((found) => ({
      path: `${found.number}.pdf`,
      open: () => pdfOf(runtime, organizationId, found),
    })),
  );
  return { name: `${report.reference}.zip`, mediaType: 'application/zip', content };
}
