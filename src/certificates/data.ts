import type { ElementPart } from './reading/elements.ts';
import type { Operator } from './reading/numbers.ts';
import type { PropertyKind } from './reading/properties.ts';
import type {
  Analysis,
  InspectionDocumentType,
  Measured,
  ReadCertificate,
  ReadParty,
} from './reading/result.ts';

/**
 * What a certificate says, without where it was read: what a person edits, what is checked for plausibility, and
 * what EN 10168 carries. Numbers are exact decimals in the unit beside them.
 */
export interface CertificateData {
  languages: string[];
  documentType: InspectionDocumentType | null;
  /** As printed, `Mill Certificate EN 10204 3.1`. */
  documentTypeText: string | null;
  certificateNumber: string | null;
  /** ISO 8601 date. */
  certificateDate: string | null;
  mill: CertificateParty | null;
  supplier: CertificateParty | null;
  customer: CertificateParty | null;
  consignee: CertificateParty | null;
  recipient: CertificateParty | null;
  originator: string | null;
  standards: string[];
  qualities: string[];
  product: string | null;
  process: string | null;
  deliveryCondition: string | null;
  /** Those who sign: the inspection representatives. */
  inspectors: string[];
  department: string | null;
  /** A third party or the purchaser's representative, for 3.2. */
  inspectionBody: string | null;
  statement: string | null;
  /** Texts of EN 10168 fields A07 to B13 and others by their code, `{ A07: '0334/2019' }`. */
  codes: Record<string, string>;
  heats: CertificateHeat[];
  otherTests: CertificateTest[];
}

export interface CertificateParty {
  name: string;
  street: string[];
  postalCode: string | null;
  city: string | null;
  country: string | null;
  email: string | null;
}

/** A value of an analysis or a test. */
export interface CertificateValue {
  value: string | null;
  operator: Operator | null;
  /** As printed; the digits after the point tell how exact it is. */
  text: string;
  unit: string | null;
  minimum: string | null;
  maximum: string | null;
}

export interface CertificateElement extends CertificateValue {
  symbol: string;
  part: ElementPart;
  analysis: Analysis | null;
}

export interface CertificateFormula extends CertificateValue {
  symbol: string;
  analysis: Analysis | null;
}

export interface CertificateProperty extends CertificateValue {
  kind: PropertyKind;
  symbol: string | null;
  individualValues: string[];
  temperature: { value: string | null; unit: string | null; text: string } | null;
  direction: string | null;
  directionText: string | null;
  location: string | null;
  specimen: string | null;
  specimenWidth: string | null;
  method: string | null;
}

export interface CertificateHeat {
  number: string | null;
  process: string | null;
  elements: CertificateElement[];
  formulas: CertificateFormula[];
  properties: CertificateProperty[];
  /** Texts of C01 to C09 by their code. */
  codes: Record<string, string>;
}

export interface CertificateTest {
  code: string | null;
  name: string;
  value: string | null;
  unit: string | null;
  interpretation: string | null;
}

/** What was read, without places and confidences. */
export function dataOf(read: ReadCertificate): CertificateData {
  return {
    languages: read.languages,
    documentType: read.documentType?.value ?? null,
    documentTypeText: read.documentType?.text ?? null,
    certificateNumber: read.certificateNumber?.value ?? null,
    certificateDate: read.certificateDate?.value ?? null,
    mill: partyOf(read.mill),
    supplier: partyOf(read.supplier),
    customer: partyOf(read.customer),
    consignee: partyOf(read.consignee),
    recipient: partyOf(read.recipient),
    originator: read.originator?.value ?? null,
    standards: read.standards.flatMap(({ value }) => value ?? []),
    qualities: read.qualities.flatMap(({ value }) => value ?? []),
    product: read.product?.value ?? null,
    process: read.process?.value ?? null,
    deliveryCondition: read.deliveryCondition?.value ?? null,
    inspectors: read.inspectors.flatMap(({ value }) => value ?? []),
    department: read.department?.value ?? null,
    inspectionBody: read.inspectionBody?.value ?? null,
    statement: read.statement?.value ?? null,
    codes: byCode(read.codes.filter(({ code }) => !code?.startsWith('C'))),
    heats: read.heats.map((heat) => ({
      number: heat.number?.value ?? null,
      process: heat.process?.value ?? null,
      elements: heat.elements.map(({ symbol, part, analysis, ...rest }) => ({
        ...valuePart(rest),
        symbol,
        part,
        analysis,
      })),
      formulas: heat.formulas.map(({ symbol, analysis, ...rest }) => ({
        ...valuePart(rest),
        symbol,
        analysis,
      })),
      properties: heat.properties.map((property) => ({
        ...valuePart(property),
        kind: property.kind,
        symbol: property.symbol,
        individualValues: property.individualValues,
        temperature: property.temperature,
        direction: property.direction,
        directionText: property.directionText,
        location: property.location,
        specimen: property.specimen,
        specimenWidth: property.specimenWidth,
        method: property.method,
      })),
      codes: byCode(heat.codes.filter(({ code }) => /^C0[1-9]$/u.test(code ?? ''))),
    })),
    otherTests: read.otherTests.map(({ code, name, value, unit, interpretation }) => ({
      code,
      name,
      value,
      unit,
      interpretation,
    })),
  };
}

function valuePart({
  value,
  operator,
  text,
  unit,
  minimum,
  maximum,
}: Omit<Measured, 'symbol'>): CertificateValue {
  return { value, operator, text, unit, minimum, maximum };
}

function partyOf(party: ReadParty | null): CertificateParty | null {
  if (!party) return null;
  const { name, street, postalCode, city, country, email } = party;
  return { name, street, postalCode, city, country, email };
}

function byCode(codes: readonly { code: string | null; text: string }[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { code, text } of codes) if (code && !(code in texts)) texts[code] = text;
  return texts;
}
