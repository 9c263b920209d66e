/** The organization's own material test certificates, made of mill certifications. */
import { buffer } from 'node:stream/consumers';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf } from '../commands/input.ts';
import { NotFoundError, TransitionError } from '../errors.ts';
import { type Column, instantText, Paper } from '../pdf/paper.ts';
import { documentTypeText } from './heat.service.ts';
import {
  type FullHeat,
  type FullMillCertification,
  fileNameOf,
  fullMillCertifications,
  labelOf,
} from './mill-certification.document.ts';
import { millCertificationStates } from './mill-certification.state.ts';

/** What stands around the data. */
export interface MadeBy {
  readonly name: string;
  readonly address: string | null;
  readonly footer: string | null;
  readonly logo: Uint8Array | null;
  readonly reviewer: string | null;
  readonly at: Date;
}

const day = (instant: Date | null): string | null => instant?.toISOString().slice(0, 10) ?? null;

/** Elements that a page is wide enough for. */
const widest = 16;

/** The symbols of heats in the order in which they are met. */
const symbolsOf = (heats: readonly FullHeat[], formulas: boolean): string[] => [
  ...new Set(
    heats.flatMap(({ elements }) =>
      elements.filter(({ isFormula }) => isFormula === formulas).map(({ symbol }) => symbol),
    ),
  ),
];

/** The composition of all heats: a column for each element, as many tables as it takes. */
function writeChemistry(paper: Paper, heats: readonly FullHeat[]): void {
  const symbols = [...symbolsOf(heats, false), ...symbolsOf(heats, true)];
  if (symbols.length === 0) return;
  paper.section('Chemical composition');
  const perTable = Math.ceil(symbols.length / Math.ceil(symbols.length / widest));
  for (let first = 0; first < symbols.length; first += perTable) {
    const shown = symbols.slice(first, first + perTable);
    paper.table(
      [{ title: 'Heat', weight: 2 }, ...shown.map((symbol) => ({ title: symbol, align: 'right' as const }))],
      heats.map(({ number, elements }) => [
        number ?? '–',
        ...shown.map((symbol) =>
          elements
            .filter((element) => element.symbol === symbol)
            .map(({ text, unit }) => (unit === '%' ? text : `${text} ${unit}`))
            .join(' / '),
        ),
      ]),
    );
  }
  paper.text('Contents by mass in %, unless another unit stands there.', { color: '#666666' });
}

/** A printed value beside a column for its unit. */
const withoutUnit = (text: string, unit: string | null): string =>
  unit && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text;

const propertyTable: readonly Column[] = [
  { title: 'Heat', weight: 2 },
  { title: 'Property', weight: 1.6 },
  { title: 'Value', align: 'right', weight: 1.3 },
  { title: 'Unit' },
  { title: 'Min', align: 'right' },
  { title: 'Max', align: 'right' },
  { title: 'Single values', weight: 2 },
  { title: 'Temperature', weight: 1.4 },
  { title: 'Direction, place', weight: 1.8 },
  { title: 'Specimen', weight: 1.5 },
  { title: 'Method', weight: 1.8 },
];

function writeProperties(paper: Paper, heats: readonly FullHeat[]): void {
  const rows = heats.flatMap(({ number, properties }) =>
    properties.map((property) => [
      number ?? '–',
      property.symbol ?? property.kind.replaceAll('_', ' ').toLowerCase(),
      withoutUnit(property.text, property.unit),
      property.unit ?? '',
      property.minimum?.toFixed() ?? '',
      property.maximum?.toFixed() ?? '',
      property.individualValues.map((value) => value.toFixed()).join(', '),
      property.temperature ? `${property.temperature.toFixed()} °C` : '',
      [property.direction, property.location].filter(Boolean).join(', '),
      property.specimen ?? '',
      property.method ?? '',
    ]),
  );
  if (rows.length === 0) return;
  paper.section('Mechanical properties');
  // A column that says nothing of any of them takes room from the others.
  const isUsed = (_: unknown, place: number) => rows.some((row) => row[place] !== '');
  paper.table(
    propertyTable.filter(isUsed),
    rows.map((row) => row.filter(isUsed)),
  );
}

/** The certificate as a PDF: landscape A4, and DRAFT across every page unless the data are approved. */
export function materialTestCertificate(certification: FullMillCertification, by: MadeBy): Promise<Buffer> {
  const isDraft = certification.reviewStatus !== 'APPROVED';
  const paper = new Paper({
    title: 'Material test certificate',
    subtitle: [
      certification.certificateNumber,
      certification.documentType && `EN 10204 ${documentTypeText(certification.documentType)}`,
    ]
      .filter(Boolean)
      .join(' · '),
    author: [by.name, ...(by.address?.split('\n') ?? [])].join(', '),
    logo: by.logo,
    footer: by.footer ?? `${by.name} · revision ${certification.revision}`,
    watermark: isDraft ? 'DRAFT' : null,
    landscape: true,
    at: by.at,
  });
  paper.section('Document');
  paper.facts([
    ['Supplier', certification.supplier],
    ['Mill', certification.mill],
    ['Certificate number', certification.certificateNumber],
    ['Certificate date', day(certification.certificateDate)],
    ['Product', certification.product],
    ['Standard', certification.standard],
    ['Grade', certification.quality],
    ['Production process', certification.productionProcess],
    ['Delivery condition', certification.deliveryCondition],
    ['Customer', certification.customerName],
    ['Customer address', certification.customerAddress],
    ['Order', certification.orderNumber],
    ['Delivery', certification.deliveryNumber],
    ['CARES', certification.caresQR],
    ['Inspector', [certification.inspector, certification.department].filter(Boolean).join(', ')],
    ['Second inspector', certification.inspectorTwo],
  ]);
  writeChemistry(paper, certification.heats);
  writeProperties(paper, certification.heats);
  paper.section('Release');
  paper.facts([
    ['State', isDraft ? 'Draft: the data are not approved' : 'Approved'],
    ['Reviewed by', by.reviewer],
    ['Reviewed at', instantText(certification.reviewedAt)],
    ['Comment', certification.reviewComment],
    ['Revision of the data', String(certification.revision)],
    ['Made at', instantText(by.at)],
  ]);
  return paper.finish();
}

/** The content of the organization's logo; null where there is none. */
async function logoOf(
  context: CommandContext,
  logoId: string | null | undefined,
): Promise<Uint8Array | null> {
  if (!logoId) return null;
  const file = await context.tx.file.findUniqueOrThrow({ where: context.key(logoId) });
  return buffer(await context.files.readRow(file));
}

export const createMaterialTestCertificate = command('createMaterialTestCertificate', {
  description:
    "Makes the organization's own material test certificate of a mill certification, as a PDF: with its logo, in landscape A4, and DRAFT across it until the data are approved. Each is kept with its hash.",
  right: 'work',
  input: { millCertificationId: idOf('MillCertification').describe('The MillCertification.') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { millCertificationId: id }) => {
    const { organizationId, tx } = context;
    await context.lock({ MillCertification: [id] });
    const [certification] = await fullMillCertifications(tx as never, organizationId, [id]);
    if (!certification) throw new NotFoundError('MillCertification', id);
    millCertificationStates.require(certification.status, 'CREATE_MATERIAL_TEST_CERTIFICATE');
    const organization = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
    const [branding] = await tx.branding.findMany({ where: { organizationId } });
    const reviewer = certification.reviewedById
      ? await tx.apiToken.findUnique({
          where: context.key(certification.reviewedById),
          include: { user: { select: { name: true } } },
        })
      : null;
    const content = await materialTestCertificate(certification, {
      name: organization.name,
      address: branding?.address ?? null,
      footer: branding?.footer ?? null,
      logo: await logoOf(context, branding?.logoId),
      reviewer: reviewer ? (reviewer.user?.name ?? reviewer.name) : null,
      at: context.now,
    });
    const file = await context.files.store(
      context,
      { name: `${fileNameOf(`MTC ${labelOf(certification)}`)}.pdf`, mediaType: 'application/pdf' },
      content,
    );
    const { sha256 } = await tx.file.findUniqueOrThrow({ where: context.key(file) });
    const made = await tx.materialTestCertificate.create({
      data: {
        ...context.fresh(),
        millCertificationId: id,
        revision: certification.revision,
        isDraft: certification.reviewStatus !== 'APPROVED',
        fileId: file,
        sha256: sha256 ?? '',
        createdById: context.caller.tokenId,
      },
    });
    context.record('MaterialTestCertificateCreated', 'MaterialTestCertificate', null, made);
    return { id: made.id };
  },
});
