/** A stored mill certification as the plain data that plausibility and EN 10168 know. */
import type {
  HeatElement,
  InspectionDocumentType,
  MechanicalProperty,
  MillCertification,
  ValueOperator,
} from '../../prisma/generated/client/client.ts';
import type {
  CertificateData,
  CertificateElement,
  CertificateHeat,
  CertificateParty,
  CertificateProperty,
} from './data.ts';
import type { FullMillCertification } from './mill-certification.document.ts';
import type { ElementPart } from './reading/elements.ts';
import type { Operator } from './reading/numbers.ts';
import type { PropertyKind } from './reading/properties.ts';

/** What a document says besides what has columns: kept as it was read or imported. */
export interface StoredExtra {
  /** The EN 10168 document that was imported. */
  readonly imported?: Readonly<Record<string, unknown>>;
  /** What was read that no column keeps. */
  readonly read?: Partial<
    Pick<
      CertificateData,
      | 'languages'
      | 'documentTypeText'
      | 'mill'
      | 'supplier'
      | 'customer'
      | 'consignee'
      | 'recipient'
      | 'statement'
      | 'inspectionBody'
      | 'codes'
      | 'otherTests'
    >
  >;
}

const operators: Record<ValueOperator, Operator | null> = {
  EQUAL: null,
  LESS: '<',
  AT_MOST: '<=',
  GREATER: '>',
  AT_LEAST: '>=',
  ABOUT: '~',
};

const types: Record<InspectionDocumentType, NonNullable<CertificateData['documentType']>> = {
  TYPE_2_1: '2.1',
  TYPE_2_2: '2.2',
  TYPE_3_1: '3.1',
  TYPE_3_2: '3.2',
};

/** A number as Prisma has it, or as the text that the database writes: without zeros at its end. */
type Exact = string | { toFixed(): string };

interface StoredValue<Number extends Exact> {
  value: Number | null;
  operator: ValueOperator;
  text: string;
  unit: string | null;
  minimum: Number | null;
  maximum: Number | null;
}

interface StoredElement<Number extends Exact>
  extends StoredValue<Number>,
    Pick<HeatElement, 'symbol' | 'isFormula' | 'part' | 'analysis'> {}

interface StoredProperty<Number extends Exact>
  extends StoredValue<Number>,
    Pick<MechanicalProperty, 'kind' | 'symbol' | 'direction' | 'location' | 'specimen' | 'method'> {
  individualValues: Number[];
  temperature: Number | null;
}

/** What a heat says. */
export interface HeatValues<Number extends Exact = Exact> {
  number: string | null;
  process: string | null;
  elements: StoredElement<Number>[];
  properties: StoredProperty<Number>[];
}

const fixed = (number: Exact): string => (typeof number === 'string' ? number : number.toFixed());
const fixedOrNull = (number: Exact | null): string | null => (number === null ? null : fixed(number));

/** A printed number without its operator and unit: its digits tell how exact it is. */
const digits = (text: string): string | null =>
  /^[^\d+-]*([+-]?\d+(?:[.,]\d+)?)[^\d]*$/.exec(text)?.[1]?.replace(',', '.') ?? null;

/** The value with the digits that are printed, where these say the same. */
function printed({ value, text }: StoredValue<Exact>): string | null {
  const shown = digits(text);
  const exact = fixedOrNull(value);
  return shown !== null && exact !== null && Number(shown) === Number(exact) ? shown : exact;
}

// Member by member: an object that is made by spreading others takes kilobytes, and a document has thousands.

/** An element as plausibility compares it. */
export const elementData = (element: StoredElement<Exact>): CertificateElement => ({
  value: printed(element),
  operator: operators[element.operator],
  text: element.text,
  unit: element.unit,
  minimum: fixedOrNull(element.minimum),
  maximum: fixedOrNull(element.maximum),
  symbol: element.symbol,
  part: element.part as ElementPart,
  analysis: element.analysis,
});

const propertyData = (property: StoredProperty<Exact>): CertificateProperty => ({
  value: printed(property),
  operator: operators[property.operator],
  text: property.text,
  unit: property.unit,
  minimum: fixedOrNull(property.minimum),
  maximum: fixedOrNull(property.maximum),
  kind: property.kind as PropertyKind,
  symbol: property.symbol,
  individualValues: property.individualValues.map(fixed),
  temperature:
    property.temperature === null
      ? null
      : { value: fixed(property.temperature), unit: 'Cel', text: `${fixed(property.temperature)} °C` },
  direction: null,
  directionText: property.direction,
  location: property.location,
  specimen: property.specimen,
  specimenWidth: null,
  method: property.method,
});

/** A heat as plausibility looks at it. */
export const heatData = ({ number, process, elements, properties }: HeatValues): CertificateHeat => ({
  number,
  process,
  elements: elements.filter(({ isFormula }) => !isFormula).map(elementData),
  formulas: elements
    .filter(({ isFormula }) => isFormula)
    .map(elementData)
    .map(({ part: _, ...formula }) => formula),
  properties: properties.map(propertyData),
  codes: {},
});

/** A party by its name now; with the address that was read, while it is the same. */
const party = (
  name: string | null,
  read: CertificateParty | null | undefined,
  address: string | null = null,
): CertificateParty | null =>
  name === null
    ? null
    : read?.name === name
      ? read
      : {
          name,
          street: address?.split('\n') ?? [],
          postalCode: null,
          city: null,
          country: null,
          email: null,
        };

const list = (text: string | null): string[] => text?.split(/,\s*/).filter(Boolean) ?? [];

/** The whole document as data. */
export const dataOfRow = (row: FullMillCertification): CertificateData =>
  dataWith(row, row.heats.map(heatData));

/** A document with those heats as data. */
export function dataWith(row: MillCertification, heats: CertificateHeat[]): CertificateData {
  const { read = {} } = (row.en10168 ?? {}) as StoredExtra;
  return {
    languages: read.languages ?? [],
    documentType: row.documentType ? types[row.documentType] : null,
    documentTypeText: read.documentTypeText ?? null,
    certificateNumber: row.certificateNumber,
    certificateDate: row.certificateDate?.toISOString().slice(0, 10) ?? null,
    mill: party(row.mill, read.mill),
    supplier: party(row.supplier, read.supplier),
    customer: party(row.customerName, read.customer, row.customerAddress),
    consignee: read.consignee ?? null,
    recipient: read.recipient ?? null,
    originator: row.department,
    standards: list(row.standard),
    qualities: list(row.quality),
    product: row.product,
    process: row.productionProcess,
    deliveryCondition: row.deliveryCondition,
    inspectors: [row.inspector, row.inspectorTwo].flatMap((name) => name ?? []),
    department: row.department,
    inspectionBody: read.inspectionBody ?? null,
    statement: read.statement ?? null,
    codes: read.codes ?? {},
    heats,
    otherTests: read.otherTests ?? [],
  };
}
