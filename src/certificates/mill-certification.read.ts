/** What was read in a mill's PDF, as the rows that keep it. */
import { Decimal } from 'decimal.js';
import type { InspectionDocumentType, Prisma, ValueOperator } from '../../prisma/generated/client/client.ts';
import { InvalidInputError } from '../errors.ts';
import { type CertificateData, type CertificateHeat, type CertificateValue, dataOf } from './data.ts';
import type { StoredExtra } from './mill-certification.data.ts';
import { fileNameOf } from './mill-certification.document.ts';
import { merged, tooMuch } from './mill-certification.heats.ts';
import { PropertyKind } from './mill-certification.input.ts';
import type {
  StoredReading,
  WrittenElement,
  WrittenHeat,
  WrittenProperty,
} from './mill-certification.values.ts';
import type { ReadDocument } from './mill-certification.worker.ts';
import type { Operator } from './reading/numbers.ts';
import type { Place, ReadElement, ReadField, ReadFormula, ReadHeat, ReadProperty } from './reading/result.ts';

const operators: Record<Operator, ValueOperator> = {
  '<': 'LESS',
  '<=': 'AT_MOST',
  '>': 'GREATER',
  '>=': 'AT_LEAST',
  '~': 'ABOUT',
};

const types: Record<string, InspectionDocumentType> = {
  '2.1': 'TYPE_2_1',
  '2.2': 'TYPE_2_2',
  '3.1': 'TYPE_3_1',
  '3.2': 'TYPE_3_2',
};

/** To a hundredth: a point is a third of a millimetre. */
const round = (value: number) => Math.round(value * 100) / 100;

/** A place as it is kept. */
export const storedReading = ({ page, box }: Place, text: string, confidence: number): StoredReading => ({
  page,
  x: round(box.x),
  y: round(box.y),
  width: round(box.width),
  height: round(box.height),
  confidence: round(confidence),
  text: text.slice(0, 500),
});

const decimal = (text: string | null): Decimal | null => (text === null ? null : new Decimal(text));
const clip = (text: string | null | undefined, most: number): string | null =>
  text?.trim().slice(0, most) || null;

const element = (read: ReadElement | ReadFormula, isFormula: boolean): WrittenElement => ({
  symbol: read.symbol.slice(0, 20),
  isFormula,
  part: 'part' in read && read.part !== 'TOTAL' ? read.part : null,
  analysis: read.analysis,
  operator: read.operator ? operators[read.operator] : 'EQUAL',
  value: decimal(read.value),
  text: read.text.slice(0, 60),
  unit: read.unit?.slice(0, 20) ?? '%',
  minimum: decimal(read.minimum),
  maximum: decimal(read.maximum),
  reading: storedReading(read, read.text, read.confidence),
});

const property = (
  read: ReadProperty,
): Omit<WrittenProperty, 'heatId' | 'heatNumber' | 'mechanicalPropertyId'> => ({
  kind: PropertyKind[read.kind],
  symbol: clip(read.symbol, 40),
  operator: read.operator ? operators[read.operator] : 'EQUAL',
  value: decimal(read.value),
  text: read.text.slice(0, 60),
  unit: clip(read.unit, 20),
  minimum: decimal(read.minimum),
  maximum: decimal(read.maximum),
  individualValues: read.individualValues.map((value) => new Decimal(value)),
  temperature: celsius(read.temperature),
  direction: clip(read.directionText ?? read.direction, 60),
  location: clip(read.location, 100),
  specimen: clip(read.specimen, 100),
  method: clip(read.method, 100),
  reading: storedReading(read, read.text, read.confidence),
});

/** A temperature in °C, whatever it is printed in. */
function celsius(temperature: { value: string | null; unit: string | null } | null): Decimal | null {
  if (!temperature?.value) return null;
  const value = new Decimal(temperature.value);
  if (temperature.unit === '[degF]') return value.minus(32).times(5).div(9).toDecimalPlaces(4);
  return temperature.unit === 'K' ? value.minus('273.15') : value;
}

/** A heat as it is written, with its properties. */
export type HeatRows = WrittenHeat & {
  properties: Omit<WrittenProperty, 'heatId' | 'heatNumber' | 'mechanicalPropertyId'>[];
};

/** A heat that was read, as rows. */
export const rowsOfHeat = (
  { number, process, elements, formulas, properties }: ReadHeat,
  product: string | null,
): HeatRows => ({
  number: clip(number?.value, 100),
  process: clip(process?.value, 200),
  product,
  elements: [...elements.map((each) => element(each, false)), ...formulas.map((each) => element(each, true))],
  ...(number ? { reading: storedReading(number, number.text, number.confidence) } : {}),
  properties: properties.map(property),
});

/** What each of its heats is made into. */
export const productOf = (read: ReadDocument): string | null => clip(read.product?.value, 500);

/** The document's own fields, and where they were read. */
export function documentOf(read: ReadDocument): Prisma.MillCertificationUncheckedUpdateInput {
  const readings: ({ field: string } & StoredReading)[] = [];
  const note = <T extends Place & { text: string; confidence: number }>(field: string, place: T | null) => {
    if (place) readings.push({ field, ...storedReading(place, place.text, place.confidence) });
    return place;
  };
  const value = (field: string, from: ReadField | null | undefined, most = 200) =>
    clip(note(field, from ?? null)?.value, most);
  const all = (field: string, from: readonly ReadField[], most = 500) => {
    for (const each of from) note(field, each);
    return clip(from.flatMap((each) => each.value ?? []).join(', '), most);
  };
  const number = (kind: string) => read.numbers.find((each) => each.kind === kind);
  const customer = note('customerName', read.customer);
  const date = read.certificateDate?.value ? new Date(`${read.certificateDate.value}T00:00:00Z`) : null;
  note('certificateDate', read.certificateDate);
  const documentType = note('documentType', read.documentType)?.value;
  const mill = clip(note('mill', read.mill)?.name, 300);
  return {
    pageCount: read.pages.length,
    hasTextLayer: read.pages.every(({ source }) => source === 'TEXT_LAYER'),
    documentType: documentType ? (types[documentType] ?? null) : null,
    certificateNumber: value('certificateNumber', read.certificateNumber),
    supplier: clip(note('supplier', read.supplier)?.name, 300) ?? mill,
    mill,
    standard: all('standard', read.standards),
    quality: all('quality', read.qualities),
    product: value('product', read.product, 500),
    productionProcess: value('productionProcess', read.process, 300),
    deliveryCondition: value('deliveryCondition', read.deliveryCondition, 300),
    caresQR: value('caresQR', read.caresQr, 500),
    certificateDate: date && !Number.isNaN(date.getTime()) ? date : null,
    customerName: clip(customer?.name, 300),
    customerAddress: clip(customer?.address.join('\n'), 1_000),
    orderNumber: value('orderNumber', number('PURCHASE_ORDER')),
    deliveryNumber: value('deliveryNumber', number('DELIVERY_NOTE')),
    inspector: value('inspector', read.inspectors[0], 300),
    inspectorTwo: value('inspectorTwo', read.inspectors[1], 300),
    department: value('department', read.department ?? read.originator, 300),
    readings: readings as unknown as Prisma.InputJsonArray,
    en10168: {
      read: extraOfData(dataOf({ ...read, heats: [], items: [] })),
    } as unknown as Prisma.InputJsonObject,
  };
}

/** What a document says that no column keeps. */
const extraOfData = ({
  languages,
  documentTypeText,
  mill,
  supplier,
  customer,
  consignee,
  recipient,
  statement,
  inspectionBody,
  codes,
  otherTests,
}: CertificateData): NonNullable<StoredExtra['read']> => ({
  languages,
  documentTypeText,
  mill,
  supplier,
  customer,
  consignee,
  recipient,
  statement,
  inspectionBody,
  codes,
  otherTests,
});

/** How the file of a document is called that was read: by supplier, heats and date. */
export function newFileName(
  document: Pick<
    Prisma.MillCertificationUncheckedUpdateInput,
    'supplier' | 'certificateNumber' | 'certificateDate'
  >,
  heats: readonly { number?: string | null | undefined }[],
): string {
  const numbers = heats.flatMap(({ number }) => number ?? []);
  const date =
    document.certificateDate instanceof Date ? document.certificateDate.toISOString().slice(0, 10) : null;
  const parts = [document.supplier, numbers.slice(0, 3).join('+'), document.certificateNumber, date];
  return `${fileNameOf(parts.filter(Boolean).join('_'))}.pdf`;
}

const sign = (operator: Operator | null): ValueOperator => (operator ? operators[operator] : 'EQUAL');

/** A value of plain data as it is written; one that cannot be computed with keeps its text. */
const plainValue = (from: CertificateValue) => ({
  operator: sign(from.operator),
  value: decimal(from.value),
  text: from.text.slice(0, 60) || null,
  minimum: decimal(from.minimum),
  maximum: decimal(from.maximum),
});

/**
 * Plain data, such as an imported EN 10168 document, as rows.
 *
 * @throws InvalidInputError for more than is kept of one document
 */
export function rowsOfData(data: CertificateData): {
  heats: HeatRows[];
  document: Prisma.MillCertificationUncheckedUpdateInput;
} {
  const read = extraOfData(data);
  const numberOf = ({ number }: CertificateHeat) => number;
  const heats = merged(data.heats, numberOf);
  const refusal = tooMuch(heats, numberOf);
  if (refusal) throw InvalidInputError.at('document', `cannot be taken: ${refusal}`);
  return {
    heats: heats.map((heat) => ({
      number: clip(heat.number, 100),
      process: clip(heat.process, 200),
      product: clip(data.product, 500),
      elements: [
        ...heat.elements.map((element) => ({ ...element, isFormula: false })),
        ...heat.formulas.map((formula) => ({ ...formula, part: null, isFormula: true })),
      ].map(({ symbol, isFormula, part, analysis, unit, ...value }) => ({
        ...plainValue(value as CertificateValue),
        symbol: symbol.slice(0, 20),
        isFormula,
        part,
        analysis,
        unit: unit?.slice(0, 20) ?? '%',
      })),
      properties: heat.properties.map((property) => ({
        ...plainValue(property),
        kind: PropertyKind[property.kind],
        symbol: clip(property.symbol, 40),
        unit: clip(property.unit, 20),
        individualValues: property.individualValues.map((value) => new Decimal(value)),
        temperature: celsius(property.temperature),
        direction: clip(property.directionText ?? property.direction, 60),
        location: clip(property.location, 100),
        specimen: clip(property.specimen, 100),
        method: clip(property.method, 100),
      })),
    })),
    document: {
      documentType: data.documentType ? (types[data.documentType] ?? null) : null,
      certificateNumber: clip(data.certificateNumber, 200),
      supplier: clip(data.supplier?.name ?? data.mill?.name, 300),
      mill: clip(data.mill?.name, 300),
      standard: clip(data.standards.join(', '), 500),
      quality: clip(data.qualities.join(', '), 500),
      product: clip(data.product, 500),
      productionProcess: clip(data.process, 300),
      deliveryCondition: clip(data.deliveryCondition, 300),
      certificateDate: data.certificateDate ? new Date(`${data.certificateDate}T00:00:00Z`) : null,
      customerName: clip(data.customer?.name, 300),
      customerAddress: clip(
        data.customer &&
          [
            ...data.customer.street,
            [data.customer.postalCode, data.customer.city].filter(Boolean).join(' '),
            data.customer.country ?? '',
          ]
            .filter(Boolean)
            .join('\n'),
        1_000,
      ),
      orderNumber: clip(data.codes.A07, 200),
      deliveryNumber: clip(data.codes.A98, 200),
      inspector: clip(data.inspectors[0], 300),
      inspectorTwo: clip(data.inspectors[1], 300),
      department: clip(data.department ?? data.originator, 300),
      en10168: { read } as unknown as Prisma.InputJsonObject,
    },
  };
}
