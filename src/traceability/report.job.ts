/** Makes reports in the background. */
import { Readable } from 'node:stream';
import type { Prisma, TraceabilityReport } from '../../prisma/generated/client/client.ts';
import { type Part, runApart } from '../apart/apart.ts';
import type { CommandContext } from '../commands/context.ts';
import { runAsSystem } from '../commands/runner.ts';
import { encodeCursor } from '../events/cursor.ts';
import { encodeId } from '../ids.ts';
import { type JobKind, JobRefusedError, jobKind } from '../jobs/job.ts';
import type { Runtime } from '../runtime.ts';
import { makeReport } from './report.document.ts';
import type { EventGroup } from './report.groups.ts';
import { pdfPart, type ReportPaper, type ReportRow } from './report.pdf.ts';
import type { ReportSubject } from './report.scope.ts';

/** The row of a report, locked, gets these columns, and the log says so. */
async function write(
  context: CommandContext,
  id: string,
  data: Prisma.TraceabilityReportUncheckedUpdateInput,
): Promise<TraceabilityReport> {
  await context.lock({ TraceabilityReport: [id] });
  const where = context.key(id);
  const before = await context.tx.traceabilityReport.findUniqueOrThrow({ where });
  const after = await context.tx.traceabilityReport.update({
    where,
    data: { ...data, ...context.touched() },
  });
  context.record('TraceabilityReportStatusChanged', 'TraceabilityReport', before, after, {
    reason: after.error,
  });
  return after;
}

function subjectOf({
  organizationId,
  pieceId,
  batchId,
  orderId,
  position,
}: TraceabilityReport): ReportSubject {
  const at = { organizationId, position: Number(position) };
  if (pieceId) return { ...at, noun: 'Piece', id: pieceId };
  if (batchId) return { ...at, noun: 'MaterialBatch', id: batchId };
  if (orderId) return { ...at, noun: 'Order', id: orderId };
  throw new JobRefusedError('The report is of nothing.');
}

/** How people call the subject, and who gives the report out. */
async function labelsOf(
  runtime: Runtime,
  { organizationId, noun, id }: ReportSubject,
): Promise<{ label: string; organization: string }> {
  const column = { Piece: 'serial', MaterialBatch: 'name', Order: 'number' }[noun];
  const [row] = await runtime.database.query<{ label: string; organization: string }>(
    `SELECT t.${column} AS label, o.name AS organization FROM "${noun}" t JOIN "Organization" o ON o.id = t."organizationId"
     WHERE t."organizationId" = $1 AND t.id = $2`,
    [organizationId, id],
  );
  if (!row) throw new JobRefusedError('What the report is of is not there.');
  return row;
}

const limits = { ms: 10 * 60_000, memory: 1_024, answer: 256 * 1_024 * 1_024 };

/** The PDF. @throws ApartError where drawing it takes more than it may */
async function drawn(
  about: ReportPaper,
  rows: readonly ReportRow[],
  signal: AbortSignal,
): Promise<Uint8Array> {
  let pdf: Uint8Array | null = null;
  const keep = async ({ name, content }: Part) => {
    if (name === pdfPart) pdf = content;
  };
  const module = new URL('./report.pdf.ts', import.meta.url);
  await runApart(module, about, Buffer.from(JSON.stringify(rows), 'utf8'), limits, keep, signal);
  if (!pdf) throw new Error('A report was drawn without a PDF.');
  return pdf;
}

const making: JobKind = {
  lease: 15 * 60_000,
  async work(runtime, { organizationId, subjectId, signal }) {
    const report = await runAsSystem(runtime, organizationId, (context) =>
      write(context, subjectId, { status: 'PROCESSING', error: null }),
    );
    const subject = subjectOf(report);
    const groups = report.groups as EventGroup[];
    const { label, organization } = await labelsOf(runtime, subject);
    const made = await makeReport(runtime.database, subject, groups, signal);
    const { epoch } = await runtime.events.head(organizationId);
    const about: ReportPaper = {
      label,
      organization,
      subjectId: encodeId(subject.noun, subject.id),
      position: subject.position,
      asOf: encodeCursor({ epoch, position: subject.position }),
      groups,
      sha256: made.sha256,
      state: made.state,
      totals: made.totals,
      count: made.count,
      at: report.createdAt.toISOString(),
    };
    const pdf = await drawn(about, made.rows, signal);
    const name = `Traceability ${label}`;
    const keepPdf = await runtime.files.write(
      organizationId,
      { name: `${name}.pdf`, mediaType: 'application/pdf' },
      pdf,
    );
    const keepData = await runtime.files.write(
      organizationId,
      { name: `${name}.json`, mediaType: 'application/json' },
      Readable.from(made.data),
    );
    return async (context) => {
      await context.lock({ TraceabilityReport: [subjectId] });
      const file = await keepPdf(context);
      const dataFile = await keepData(context);
      const where = context.key(subjectId);
      const before = await context.tx.traceabilityReport.findUniqueOrThrow({ where });
      const after = await context.tx.traceabilityReport.update({
        where,
        data: {
          status: 'COMPLETE',
          fileId: file.id,
          dataFileId: dataFile.id,
          sha256: made.sha256,
          ...context.touched(),
        },
      });
      context.record('TraceabilityReportStatusChanged', 'TraceabilityReport', before, after);
    };
  },
  failed: async (context, subjectId, reason) => {
    await write(context, subjectId, { status: 'ERROR', error: reason });
  },
};

export const reportJob = jobKind('MAKE_TRACEABILITY_REPORT', making);
