/** What is made of a mill certification as it is read: its pages in an archive or alone, and its details as CSV. */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { organizationClient } from '../context.ts';
import { zipOf } from '../files/archive.ts';
import { downloadKind } from '../files/downloads.ts';
import type { Runtime } from '../runtime.ts';
import {
  type FullMillCertification,
  fileNameOf,
  fullMillCertification,
  labelOf,
} from './mill-certification.document.ts';

interface Page {
  number: number;
  start: number;
  size: number;
  heatNumbers: string[];
}

/** The PDF of one page, out of the file of all of them. */
const readPage = (
  runtime: Runtime,
  organizationId: string,
  fileId: string,
  { start, size }: Pick<Page, 'start' | 'size'>,
) => runtime.files.read(organizationId, fileId, { start, end: start + size - 1 });

async function pagesOf(runtime: Runtime, organizationId: string, id: string): Promise<Page[]> {
  const client = organizationClient(runtime, organizationId);
  return client.millCertificationPage.findMany({
    where: { organizationId, millCertificationId: id },
    orderBy: { number: 'asc' },
    select: { number: true, start: true, size: true, heatNumbers: true },
  });
}

/** Where a page stands in the archive: once, or once in the folder of each heat that it tells of. */
export function placesOf(
  page: Pick<Page, 'number' | 'heatNumbers'>,
  stem: string,
  byHeat: boolean,
): string[] {
  const name = `${stem}-${page.number}.pdf`;
  if (!byHeat) return [name];
  const heats = [...new Set(page.heatNumbers.map(fileNameOf))];
  return heats.length > 0 ? heats.map((heat) => `heat-${heat}/${name}`) : [`no-heat/${name}`];
}

/** The pages as single PDFs in a ZIP archive. */
export const scansDownload = downloadKind(
  'scans',
  async (runtime, { organizationId, subjectId, options }) => {
    const certification = await fullMillCertification(runtime, organizationId, subjectId);
    const pages = await pagesOf(runtime, organizationId, subjectId);
    const fileId = certification?.pagesFileId;
    if (!certification || !fileId || pages.length === 0) return null;
    const stem = fileNameOf(labelOf(certification).replace(/\.pdf$/i, ''));
    const entries = pages.flatMap((page) =>
      placesOf(page, stem, options.groupBy === 'HEAT').map((path) => ({
        path,
        open: () => readPage(runtime, organizationId, fileId, page),
      })),
    );
    const content = zipOf(entries, { mtime: certification.updatedAt, compress: false });
    return { name: `${stem}.zip`, mediaType: 'application/zip', content };
  },
);

/** One page as a PDF of its own. */
export const pageDownload = downloadKind('page', async (runtime, { organizationId, subjectId }) => {
  const client = organizationClient(runtime, organizationId);
  const [page] = await client.millCertificationPage.findMany({
    where: { organizationId, id: subjectId },
    include: { millCertification: true },
  });
  const fileId = page?.millCertification.pagesFileId;
  if (!page || !fileId) return null;
  const stem = fileNameOf(labelOf(page.millCertification).replace(/\.pdf$/i, ''));
  return {
    name: `${stem}-${page.number}.pdf`,
    mediaType: 'application/pdf',
    content: await readPage(runtime, organizationId, fileId, page),
  };
});

const columns = [
  'certificate',
  'supplier',
  'mill',
  'standard',
  'quality',
  'productionProcess',
  'certificateDate',
  'customerName',
  'heat',
  'section',
  'name',
  'operator',
  'value',
  'text',
  'unit',
  'minimum',
  'maximum',
  'individualValues',
  'temperature',
  'direction',
  'location',
  'specimen',
  'method',
  'page',
] as const;

type Cells = Partial<Record<(typeof columns)[number], string | number | null | undefined>>;

const pageOf = (reading: unknown) => (reading as { page?: number } | null)?.page;

/** The details as rows: one for each element and each property, the document's own fields beside each. */
export function* detailRows(certification: FullMillCertification): Generator<Cells> {
  const document: Cells = {
    certificate: certification.certificateNumber,
    supplier: certification.supplier,
    mill: certification.mill,
    standard: certification.standard,
    quality: certification.quality,
    productionProcess: certification.productionProcess,
    certificateDate: certification.certificateDate?.toISOString().slice(0, 10),
    customerName: certification.customerName,
  };
  if (certification.heats.length === 0) yield { ...document, section: 'document' };
  for (const heat of certification.heats) {
    if (heat.elements.length + heat.properties.length === 0) {
      yield { ...document, heat: heat.number, section: 'heat' };
    }
    for (const element of heat.elements) {
      yield {
        ...document,
        heat: heat.number,
        section: element.isFormula ? 'formula' : 'chemistry',
        name: element.part ? `${element.symbol} ${element.part}` : element.symbol,
        operator: element.operator,
        value: element.value?.toFixed(),
        text: element.text,
        unit: element.unit,
        minimum: element.minimum?.toFixed(),
        maximum: element.maximum?.toFixed(),
        method: element.analysis,
        page: pageOf(element.reading),
      };
    }
    for (const property of heat.properties) {
      yield {
        ...document,
        heat: heat.number,
        section: 'mechanical',
        name: property.symbol ?? property.kind,
        operator: property.operator,
        value: property.value?.toFixed(),
        text: property.text,
        unit: property.unit,
        minimum: property.minimum?.toFixed(),
        maximum: property.maximum?.toFixed(),
        individualValues: property.individualValues.map((value) => value.toFixed()).join(' '),
        temperature: property.temperature?.toFixed(),
        direction: property.direction,
        location: property.location,
        specimen: property.specimen,
        method: property.method,
        page: pageOf(property.reading),
      };
    }
  }
}

/** The details as CSV (RFC 4180, UTF-8 with a mark). What a spreadsheet would take for a formula is marked as text. */
export const csvDownload = downloadKind('csv', async (runtime, { organizationId, subjectId }) => {
  const certification = await fullMillCertification(runtime, organizationId, subjectId);
  if (!certification) return null;
  const rows = stringify({ header: true, columns: [...columns], bom: true, escape_formulas: true });
  const content = Readable.from(detailRows(certification)).pipe(rows);
  return {
    name: `${fileNameOf(labelOf(certification).replace(/\.pdf$/i, ''))}.csv`,
    mediaType: 'text/csv; charset=utf-8',
    content,
  };
});
