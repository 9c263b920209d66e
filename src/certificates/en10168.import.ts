import { Decimal } from 'decimal.js';
import type {
  CertificateData,
  CertificateElement,
  CertificateFormula,
  CertificateHeat,
  CertificateParty,
  CertificateProperty,
  CertificateTest,
} from './data.ts';
import { measuredCodes, productTextCodes, textCodes } from './en10168.codes.ts';
import {
  type En10168Company,
  type En10168Document,
  type En10168Element,
  type En10168Inspection,
  type En10168KeyValue,
  type En10168Measurement,
  parseEn10168,
} from './en10168.schema.ts';
import { documentTypeIn } from './reading/document-type.ts';
import { parseElementLabel } from './reading/elements.ts';
import { parseNumber } from './reading/numbers.ts';
import { directionOf, type PropertyKind, parsePropertyLabel, temperatureIn } from './reading/properties.ts';

/**
 * What an EN 10168 document says, as certificate data. Inspections of one heat number are put together to one heat.
 * @throws En10168InvalidError
 */
export function fromEn10168(json: unknown): CertificateData {
  const { Certificate: certificate } = parseEn10168(json);
  const transaction = certificate.CommercialTransaction;
  const product = certificate.ProductDescription ?? {};
  const validation = certificate.Validation;
  const norms = typeof product.B02 === 'object' ? product.B02 : {};
  return {
    languages: certificate.CertificateLanguages ?? [],
    documentType: documentTypeIn(transaction.A02)?.type ?? null,
    documentTypeText: transaction.A02,
    certificateNumber: transaction.A03,
    certificateDate: validation.Z02?.slice(0, 10) ?? null,
    mill: partyOf(transaction.A01),
    supplier: null,
    customer: partyOf(transaction.A06 ?? transaction['A06.1']),
    consignee: partyOf(transaction['A06.2']),
    recipient: partyOf(transaction['A06.3']),
    originator: transaction.A05 ?? null,
    standards: [...(norms.ProductNorm ?? []), ...(norms.MassNorm ?? []), ...(norms.MaterialNorm ?? [])],
    qualities: typeof product.B02 === 'string' ? [product.B02] : (norms.SteelDesignation ?? []),
    product: product.B01 ?? null,
    process: processOf(certificate.Inspection),
    deliveryCondition: product.B04 ?? null,
    inspectors: validation.Z03 ? [validation.Z03] : [],
    department: null,
    inspectionBody: null,
    statement: validation.Z01 ?? null,
    codes: codesOf(certificate),
    heats: heatsOf(inspectionsOf(certificate.Inspection)),
    otherTests: testsOf(certificate),
  };
}

type Certificate = En10168Document['Certificate'];

/** The inspections, one or many. */
export function inspectionsOf(inspection: Certificate['Inspection']): En10168Inspection[] {
  if (inspection === undefined) return [];
  return Array.isArray(inspection) ? inspection : [inspection];
}

function processOf(inspection: Certificate['Inspection']): string | null {
  for (const each of inspectionsOf(inspection)) {
    if (each.ChemicalComposition?.C70) return each.ChemicalComposition.C70;
  }
  return null;
}

function partyOf(company: En10168Company | undefined): CertificateParty | null {
  if (!company) return null;
  return {
    name: company.CompanyName ?? company.Name ?? '',
    street:
      company.Street === undefined ? [] : Array.isArray(company.Street) ? company.Street : [company.Street],
    postalCode: company.ZipCode ?? null,
    city: company.City ?? null,
    country: company.Country ?? null,
    email: company.Email ?? null,
  };
}

function codesOf(certificate: Certificate): Record<string, string> {
  const codes: Record<string, string> = {};
  const put = (code: string, value: unknown) => {
    if (typeof value === 'string') codes[code] = value;
    else if (typeof value === 'number') codes[code] = exact(value);
  };
  const {
    CommercialTransaction: transaction,
    ProductDescription: product = {},
    Validation: validation,
  } = certificate;
  for (const code of textCodes) put(code, transaction[code]);
  for (const code of productTextCodes) put(code, product[code]);
  put('B08', product.B08);
  for (const code of measuredCodes) {
    const value = product[code] as En10168Measurement | undefined;
    if (value) codes[code] = [exact(value.Value), value.Unit].filter(Boolean).join(' ');
  }
  put('D01', certificate.OtherTests?.D01);
  for (const list of [transaction, product, validation]) {
    for (const [code, { Value, Unit }] of Object.entries(list.SupplementaryInformation ?? {})) {
      if (Value !== undefined) codes[code] = [Value, Unit].filter(Boolean).join(' ');
    }
  }
  return codes;
}

/** Numbers of the JSON as decimals, without exponents. */
function exact(value: number): string {
  return new Decimal(value).toFixed();
}

/** The heats of inspections, in order of their first. */
export function heatsOf(inspections: readonly En10168Inspection[]): CertificateHeat[] {
  const heats: CertificateHeat[] = [];
  for (const inspection of inspections) {
    const number = inspection.C00 ?? null;
    let heat = heats.find((each) => each.number === number);
    if (!heat) {
      heat = { number, process: null, elements: [], formulas: [], properties: [], codes: {} };
      heats.push(heat);
    }
    addInspection(heat, inspection);
  }
  return heats;
}

function addInspection(heat: CertificateHeat, inspection: En10168Inspection): void {
  const supplementary = inspection.SupplementaryInformation ?? {};
  for (const code of ['C01', 'C02', 'C03'] as const) {
    const text = inspection[code];
    if (text !== undefined) heat.codes[code] ??= text;
  }
  for (const [code, { Value }] of Object.entries(supplementary))
    if (Value !== undefined) heat.codes[code] ??= Value;
  const stated = Object.values(supplementary).find(({ Key }) => Key === 'Analysis')?.Value;
  const analysis = stated === 'LADLE' || stated === 'PRODUCT' ? stated : null;
  const composition = inspection.ChemicalComposition ?? {};
  heat.process ??= typeof composition.C70 === 'string' ? composition.C70 : null;
  for (const [code, value] of Object.entries(composition)) {
    if (!/^C(?:7[1-9]|[89]\d|10\d)$/u.test(code)) continue;
    const read = shareOf(value as En10168Element, analysis);
    if ('part' in read) heat.elements.push(read);
    else heat.formulas.push(read);
  }
  heat.properties.push(...propertiesOf(inspection));
}

function shareOf(
  element: En10168Element,
  analysis: CertificateElement['analysis'],
): CertificateElement | CertificateFormula {
  const label = parseElementLabel(element.Symbol);
  const parsed = parseNumber(element.Actual, '.');
  const limit = (text: string | undefined) =>
    text === undefined ? null : (parseNumber(text, '.')?.value ?? null);
  const base = {
    value: parsed?.value ?? null,
    operator: parsed?.operator ?? null,
    text: element.Actual,
    minimum: limit(element.Minimum),
    maximum: limit(element.Maximum),
    analysis,
  };
  if (label?.type === 'ELEMENT') return { ...base, unit: '%', symbol: label.symbol, part: label.part };
  return { ...base, unit: '%', symbol: label?.symbol ?? element.Symbol };
}

function propertiesOf(inspection: En10168Inspection): CertificateProperty[] {
  const { TensileTest: tensile, HardnessTest: hardness, NotchedBarImpactTest: impact } = inspection;
  const hasImpact = impact !== undefined;
  const temperature = temperatureIn(inspection.C03 ?? '');
  const common = {
    directionText: inspection.C02 ?? null,
    direction: inspection.C02 ? directionOf(inspection.C02) : null,
    location: inspection.C01 ?? null,
  };
  const properties: CertificateProperty[] = [];
  const add = (kind: PropertyKind, part: Partial<CertificateProperty>) =>
    properties.push({
      value: null,
      operator: null,
      text: '',
      unit: null,
      minimum: null,
      maximum: null,
      kind,
      symbol: null,
      individualValues: [],
      // One temperature over a tensile and an impact test is that of the impact test.
      temperature: kind === 'IMPACT_ENERGY' || !hasImpact ? temperature : null,
      specimen: null,
      specimenWidth: null,
      method: null,
      ...common,
      ...part,
    });
  for (const [code, fallback] of [
    ['C11', 'YIELD_STRENGTH'],
    ['C12', 'TENSILE_STRENGTH'],
    ['C13', 'ELONGATION'],
  ] as const) {
    const value = tensile?.[code];
    if (!value) continue;
    const label = parsePropertyLabel(value.Property ?? '');
    const isYield = code === 'C11' && label && /YIELD_STRENGTH|PROOF/u.test(label.kind);
    add(isYield ? label.kind : fallback, {
      ...measured(value),
      symbol: label && (isYield || label.kind === fallback) ? label.symbol : null,
      specimen: specimenIn(tensile?.SupplementaryInformation),
    });
  }
  for (const { Key, Value, Unit } of Object.values(tensile?.SupplementaryInformation ?? {})) {
    const label = parsePropertyLabel(Key);
    const parsed = label && Value !== undefined ? parseNumber(Value, '.') : null;
    if (!label || !parsed || Value === undefined) continue;
    const { value, operator } = parsed;
    const specimen = specimenIn(tensile?.SupplementaryInformation);
    add(label.kind, {
      value,
      operator,
      text: Value,
      unit: Unit ?? label.unit,
      symbol: label.symbol,
      specimen,
    });
  }
  if (hardness && (hardness.C31 || hardness.C32)) {
    add('HARDNESS', {
      ...repeated(hardness.C31, hardness.C32),
      method: hardness.C30 ?? null,
      symbol: parsePropertyLabel(hardness.C30 ?? '')?.symbol ?? null,
      specimen: specimenIn(hardness.SupplementaryInformation),
    });
  }
  if (impact && (impact.C42 || impact.C43)) {
    add('IMPACT_ENERGY', {
      ...repeated(impact.C42, impact.C43),
      ...(impact.C40
        ? { directionText: impact.C40, direction: directionOf(impact.C40) ?? common.direction }
        : {}),
      symbol: symbolOfImpact(impact.C40),
      specimen: specimenIn(impact.SupplementaryInformation),
      specimenWidth: impact.C41 ? [exact(impact.C41.Value), impact.C41.Unit].filter(Boolean).join(' ') : null,
    });
  }
  return properties;
}

function symbolOfImpact(text: string | undefined): string | null {
  const label = parsePropertyLabel(text ?? '');
  return label?.kind === 'IMPACT_ENERGY' ? label.symbol : null;
}

function measured(value: En10168Measurement): Partial<CertificateProperty> {
  const limit = (bound: number | undefined) => (bound === undefined ? null : exact(bound));
  return {
    value: exact(value.Value),
    text: [exact(value.Value), value.Unit].filter(Boolean).join(' '),
    unit: value.Unit ?? null,
    minimum: limit(value.Minimum),
    maximum: limit(value.Maximum),
  };
}

function repeated(
  individual: readonly En10168Measurement[] | undefined,
  mean: En10168Measurement | undefined,
): Partial<CertificateProperty> {
  const individualValues = (individual ?? []).map(({ Value }) => exact(Value));
  if (mean) return { ...measured(mean), individualValues };
  return { individualValues, unit: individual?.[0]?.Unit ?? null, text: individualValues.join(', ') };
}

function specimenIn(list: Record<string, En10168KeyValue> | undefined): string | null {
  const found = Object.values(list ?? {}).find(({ Key }) => /sample|specimen|probe/iu.test(Key));
  return found?.Value ?? null;
}

function testsOf(certificate: Certificate): CertificateTest[] {
  const lists = [
    ...inspectionsOf(certificate.Inspection).map((inspection) => inspection.OtherMechanicalTests),
    certificate.OtherTests?.NonDestructiveTests,
    certificate.OtherTests?.OtherProductTests,
  ];
  return lists.flatMap((list) =>
    Object.entries(list ?? {}).map(([code, { Key, Value, Unit, Interpretation }]) => ({
      code,
      name: Key,
      value: Value ?? null,
      unit: Unit ?? null,
      interpretation: Interpretation ?? null,
    })),
  );
}
