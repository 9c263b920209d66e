import { isDeepStrictEqual } from 'node:util';
import type {
  CertificateData,
  CertificateElement,
  CertificateHeat,
  CertificateParty,
  CertificateProperty,
} from './data.ts';
import { codeOfElement, elementCodes, measuredCodes, productTextCodes, textCodes } from './en10168.codes.ts';
import { fromEn10168, heatsOf, inspectionsOf } from './en10168.import.ts';
import {
  type En10168Document,
  type En10168Inspection,
  type En10168KeyValue,
  type En10168Measurement,
  parseEn10168,
} from './en10168.schema.ts';
import { shiftDecimal } from './reading/numbers.ts';
import { temperatureIn } from './reading/properties.ts';
import { splitUnit } from './reading/units.ts';

type Certificate = En10168Document['Certificate'];

/**
 * A certificate as EN 10168 JSON. With `base`, the document that it was imported from, all that was not changed
 * since stays as it was, down to what this project does not understand: unchanged data gives `base` again.
 * What is not known is left out, though the published schema asks for it (the mill's mark A04, addresses).
 * @throws En10168InvalidError for a `base` that is none
 */
export function toEn10168(data: CertificateData, base?: unknown): En10168Document {
  const document: En10168Document = base === undefined ? blank(data) : structuredClone(parseEn10168(base));
  const before = base === undefined ? null : fromEn10168(base);
  const { Certificate: certificate } = document;
  const changed = (...keys: (keyof CertificateData)[]) =>
    before === null || keys.some((key) => !isDeepStrictEqual(before[key], data[key]));
  if (changed('languages')) certificate.CertificateLanguages = data.languages;
  writeTransaction(certificate, data, before, changed);
  writeProduct(certificate, data, before, changed);
  if (changed('heats', 'process')) writeInspections(certificate, data);
  if (changed('otherTests')) writeTests(certificate, data);
  const validation = certificate.Validation;
  if (changed('statement')) set(validation, 'Z01', data.statement);
  if (changed('certificateDate')) set(validation, 'Z02', data.certificateDate);
  if (changed('inspectors')) set(validation, 'Z03', data.inspectors.join(', ') || null);
  return document;
}

function blank(data: CertificateData): En10168Document {
  return {
    RefSchemaUrl: 'https://schemas.s1seven.com/en10168-schemas/v0.4.1/schema.json',
    Certificate: {
      CertificateLanguages: data.languages,
      CommercialTransaction: { A01: company(data.mill ?? data.supplier), A02: '', A03: '' },
      // The form of the product is told by words alone: the dimensions that a form would ask for are in B10 to B13.
      ProductDescription: { B09: { Form: 'Other', Description: data.codes.B09 ?? data.product ?? '' } },
      Validation: {},
    },
  };
}

function set(target: Record<string, unknown>, key: string, value: unknown): void {
  if (value === null || value === undefined || value === '') delete target[key];
  else target[key] = value;
}

type Changed = (...keys: (keyof CertificateData)[]) => boolean;

function writeTransaction(
  certificate: Certificate,
  data: CertificateData,
  before: CertificateData | null,
  changed: Changed,
): void {
  const transaction = certificate.CommercialTransaction;
  if (changed('mill'))
    transaction.A01 = { ...(before ? transaction.A01 : {}), ...company(data.mill ?? data.supplier) };
  if (changed('documentType', 'documentTypeText')) {
    const typeChanged =
      before !== null &&
      before.documentType !== data.documentType &&
      before.documentTypeText === data.documentTypeText;
    const type = data.documentType ? `EN 10204 ${data.documentType}` : '';
    transaction.A02 = typeChanged ? type : (data.documentTypeText ?? type);
  }
  if (changed('certificateNumber')) transaction.A03 = data.certificateNumber ?? '';
  if (changed('originator')) set(transaction, 'A05', data.originator);
  const several = data.consignee !== null || data.recipient !== null || transaction['A06.1'] !== undefined;
  if (changed('customer'))
    set(transaction, several ? 'A06.1' : 'A06', data.customer ? company(data.customer) : null);
  if (changed('consignee')) set(transaction, 'A06.2', data.consignee ? company(data.consignee) : null);
  if (changed('recipient')) set(transaction, 'A06.3', data.recipient ? company(data.recipient) : null);
  for (const code of textCodes) if (codeChanged(code, data, before)) set(transaction, code, data.codes[code]);
}

function codeChanged(code: string, data: CertificateData, before: CertificateData | null): boolean {
  return before === null ? code in data.codes : before.codes[code] !== data.codes[code];
}

/** A company with what is known of it; a street of several lines is a list. */
function company(party: CertificateParty | null): { CompanyName: string } & Record<string, unknown> {
  const written: { CompanyName: string } & Record<string, unknown> = { CompanyName: party?.name ?? '' };
  if (!party) return written;
  set(written, 'Street', party.street.length > 1 ? party.street : party.street[0]);
  set(written, 'ZipCode', party.postalCode);
  set(written, 'City', party.city);
  set(written, 'Country', countryCode(party.country));
  set(written, 'Email', party.email);
  return written;
}

const countries = new Map<string, string>();

/** The two letters of ISO 3166 for a country that is named in one of the languages; null where it is unknown. */
function countryCode(country: string | null): string | null {
  if (country === null || /^[A-Z]{2}$/u.test(country)) return country;
  if (countries.size === 0) {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    for (const language of ['en', 'de', 'fr', 'pl', 'it', 'es']) {
      const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
      for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
        const name = names.of(code);
        if (name) countries.set(name.toLowerCase(), code);
      }
    }
  }
  return countries.get(country.toLowerCase()) ?? null;
}

function writeProduct(
  certificate: Certificate,
  data: CertificateData,
  before: CertificateData | null,
  changed: Changed,
): void {
  const product = certificate.ProductDescription ?? {};
  certificate.ProductDescription = product;
  if (changed('product')) set(product, 'B01', data.product);
  if (changed('deliveryCondition')) set(product, 'B04', data.deliveryCondition);
  if (changed('standards', 'qualities')) {
    const known = typeof product.B02 === 'object' ? product.B02 : {};
    // Norms of mass stay what they were; which norm a new one is, its name does not tell.
    const keep = (list: string[] | undefined) => list?.filter((name) => data.standards.includes(name));
    const kept = { MassNorm: keep(known.MassNorm), MaterialNorm: keep(known.MaterialNorm) };
    const others = data.standards.filter(
      (name) => !kept.MassNorm?.includes(name) && !kept.MaterialNorm?.includes(name),
    );
    const norms: Record<string, unknown> = {
      ...known,
      SteelDesignation: data.qualities,
      ProductNorm: others,
    };
    set(norms, 'MassNorm', kept.MassNorm?.length ? kept.MassNorm : null);
    set(norms, 'MaterialNorm', kept.MaterialNorm?.length ? kept.MaterialNorm : null);
    product.B02 = norms;
  }
  for (const code of productTextCodes)
    if (codeChanged(code, data, before)) set(product, code, data.codes[code]);
  if (codeChanged('B08', data, before)) {
    const count = Number(data.codes.B08);
    set(product, 'B08', data.codes.B08 !== undefined && Number.isFinite(count) ? count : null);
  }
  for (const code of measuredCodes) {
    if (!codeChanged(code, data, before)) continue;
    const { number, unit } = splitUnit(data.codes[code] ?? '');
    const value = Number(number);
    const property = product[code] as En10168Measurement | undefined;
    const measure = { ...property, Value: value, ...(unit ? { Unit: unit } : {}) };
    set(product, code, number !== '' && Number.isFinite(value) ? measure : null);
  }
}

/** Heats that did not change keep their inspections. */
function writeInspections(certificate: Certificate, data: CertificateData): void {
  const old = inspectionsOf(certificate.Inspection);
  const before = heatsOf(old);
  const inspections = data.heats.flatMap((heat) => {
    const known = before.find((each) => each.number === heat.number);
    const own = old.filter((inspection) => (inspection.C00 ?? null) === heat.number);
    if (known && isDeepStrictEqual(known, heat)) return own;
    const [first, ...further] = build(heat, data.process);
    // What the old inspection had beside its values stays with the heat.
    const { SupplementaryInformation: extra, OtherMechanicalTests: tests } = own[0] ?? {};
    const kept = {
      ...(extra ? { SupplementaryInformation: { ...extra, ...first?.SupplementaryInformation } } : {}),
      ...(tests ? { OtherMechanicalTests: tests } : {}),
    };
    return [{ ...first, ...kept }, ...further];
  });
  const wasList = Array.isArray(certificate.Inspection);
  const [only] = inspections;
  if (!only) delete certificate.Inspection;
  else certificate.Inspection = inspections.length === 1 && !wasList ? only : inspections;
}

/** One inspection for each analysis and specimen: EN 10168 has room for one tensile test in each. */
function build(heat: CertificateHeat, process: string | null): En10168Inspection[] {
  const inspections: En10168Inspection[] = [];
  const start = (): En10168Inspection => ({ ...(heat.number === null ? {} : { C00: heat.number }) });
  for (const analysis of new Set([...heat.elements, ...heat.formulas].map((share) => share.analysis))) {
    const composition: Record<string, unknown> = {};
    set(composition, 'C70', heat.process ?? process);
    const shares = [...heat.elements, ...heat.formulas].filter((share) => share.analysis === analysis);
    writeShares(composition, shares);
    const inspection: En10168Inspection = { ...start(), ChemicalComposition: composition };
    if (analysis)
      inspection.SupplementaryInformation = { C04: { Key: 'Analysis', Value: analysis, Type: 'string' } };
    inspections.push(inspection);
  }
  const groups = groupsOf(heat.properties);
  const [chemical] = inspections;
  for (const properties of groups) {
    // A single specimen goes with the only analysis, as most certificates print it.
    const shared = groups.length === 1 && inspections.length === 1 && chemical;
    const inspection = shared || start();
    writeTestsOf(inspection, properties);
    if (!shared) inspections.push(inspection);
  }
  if (groups.length === 0 && chemical) {
    for (const code of ['C01', 'C02', 'C03'] as const)
      if (heat.codes[code]) chemical[code] = heat.codes[code];
  }
  if (inspections.length === 0) inspections.push(start());
  return inspections;
}

/**
 * The tests that one inspection can hold: of one specimen, at one temperature. Beside an impact test the
 * temperature is that test's, so that tests without one may stand with it.
 */
function groupsOf(properties: readonly CertificateProperty[]): CertificateProperty[][] {
  const specimens = new Map<string, CertificateProperty[]>();
  for (const property of properties) {
    const key = JSON.stringify([property.specimen, property.directionText, property.location]);
    specimens.set(key, [...(specimens.get(key) ?? []), property]);
  }
  return [...specimens.values()].flatMap((tests) => {
    const temperatures = new Set(tests.flatMap(({ temperature }) => temperature?.text ?? []));
    const others = tests.filter(({ kind }) => kind !== 'IMPACT_ENERGY');
    const impacts = tests.length - others.length;
    const together =
      impacts === 0
        ? new Set(tests.map(({ temperature }) => temperature?.text)).size <= 1
        : others.every(({ temperature }) => temperature === null);
    if (temperatures.size <= 1 && together) return [tests];
    const byTemperature = new Map<string, CertificateProperty[]>();
    for (const test of tests) {
      const key = test.temperature?.text ?? '';
      byTemperature.set(key, [...(byTemperature.get(key) ?? []), test]);
    }
    return [...byTemperature.values()];
  });
}

type Share = Pick<
  CertificateElement,
  'symbol' | 'value' | 'operator' | 'text' | 'unit' | 'minimum' | 'maximum'
> & { part?: CertificateElement['part'] };

function writeShares(composition: Record<string, unknown>, shares: readonly Share[]): void {
  const reserved = new Set(shares.flatMap(({ symbol }) => codeOfElement[symbol] ?? []));
  const free = elementCodes.filter(
    (code) => !reserved.has(code) && Number(code.slice(1)) > 82 && code !== 'C92',
  );
  for (const share of shares) {
    const usual = codeOfElement[share.symbol];
    const code = usual && !(usual in composition) ? usual : free.shift();
    if (!code) continue;
    const percent = (value: string | null) =>
      value !== null && share.unit === 'ppm' ? shiftDecimal(value, -4) : value;
    const actual = percent(share.value);
    const written: Record<string, unknown> = {
      Symbol: share.symbol,
      Actual: actual === null ? share.text : (share.operator ?? '') + actual,
    };
    set(written, 'Minimum', percent(share.minimum));
    set(written, 'Maximum', percent(share.maximum));
    composition[code] = written;
  }
}

const labels: Record<string, string> = {
  YIELD_STRENGTH: 'Yield strength',
  YIELD_STRENGTH_UPPER: 'Upper yield strength',
  YIELD_STRENGTH_LOWER: 'Lower yield strength',
  PROOF_STRENGTH: 'Proof strength',
  TENSILE_STRENGTH: 'Tensile strength',
  YIELD_RATIO: 'Yield ratio',
  ELONGATION: 'Elongation',
  UNIFORM_ELONGATION: 'Uniform elongation',
  REDUCTION_OF_AREA: 'Reduction of area',
  LATERAL_EXPANSION: 'Lateral expansion',
  SHEAR_AREA: 'Shear area',
  GRAIN_SIZE: 'Grain size',
  ELASTIC_MODULUS: 'Modulus of elasticity',
  IMPACT_ENERGY: 'Impact energy',
  HARDNESS: 'Hardness',
};

const nameOf = ({ kind, symbol }: CertificateProperty) =>
  [labels[kind] ?? kind, symbol].filter(Boolean).join(' ');

function writeTestsOf(inspection: En10168Inspection, properties: readonly CertificateProperty[]): void {
  const [first] = properties;
  if (!first) return;
  set(inspection, 'C01', first.location);
  set(inspection, 'C02', first.directionText ?? first.direction);
  set(
    inspection,
    'C03',
    temperatureText(properties.find(({ temperature }) => temperature)?.temperature ?? null),
  );
  const rest: CertificateProperty[] = [];
  const tensile: NonNullable<En10168Inspection['TensileTest']> = {};
  for (const property of properties) {
    const code = /YIELD_STRENGTH|PROOF/u.test(property.kind)
      ? 'C11'
      : property.kind === 'TENSILE_STRENGTH'
        ? 'C12'
        : property.kind === 'ELONGATION'
          ? 'C13'
          : null;
    const value = measurement(property);
    if (code && value && !tensile[code]) tensile[code] = { Property: nameOf(property), ...value };
    else rest.push(property);
  }
  writeRepeated(inspection, rest);
  const supplementary: Record<string, En10168KeyValue> = {};
  let next = 14;
  if (first.specimen && tensile.C12)
    supplementary[`C${next++}`] = { Key: 'Sample Identifier', Value: first.specimen, Type: 'string' };
  for (const property of rest) {
    if (property.value === null || next > 29) continue;
    const value = (property.operator ?? '') + property.value;
    supplementary[`C${next++}`] = {
      Key: nameOf(property),
      Value: value,
      ...(property.unit ? { Unit: property.unit } : {}),
      Type: 'number',
    };
  }
  if (Object.keys(supplementary).length) tensile.SupplementaryInformation = supplementary;
  if (Object.keys(tensile).length) inspection.TensileTest = tensile;
}

const degrees: Record<string, string> = { Cel: '°C', '[degF]': '°F', K: 'K' };

/** As printed, with the unit where only a heading had it. */
function temperatureText(temperature: CertificateProperty['temperature']): string | null {
  if (!temperature) return null;
  const { value, unit, text } = temperature;
  if (value === null || unit === null || temperatureIn(text)?.value === value) return text;
  return `${value} ${degrees[unit] ?? unit}`;
}

/** Takes the first hardness and the first impact test out of `rest`. */
function writeRepeated(inspection: En10168Inspection, rest: CertificateProperty[]): void {
  const take = (kind: CertificateProperty['kind']) => {
    const index = rest.findIndex((property) => property.kind === kind);
    return index < 0 ? null : (rest.splice(index, 1)[0] ?? null);
  };
  const values = (property: CertificateProperty) =>
    property.individualValues.map((value) => ({
      Value: Number(value),
      ...(property.unit ? { Unit: property.unit } : {}),
    }));
  const specimen = (property: CertificateProperty, code: string) =>
    property.specimen
      ? {
          SupplementaryInformation: {
            [code]: { Key: 'Sample Identifier', Value: property.specimen, Type: 'string' },
          },
        }
      : {};
  const hardness = take('HARDNESS');
  if (hardness) {
    const mean = measurement(hardness);
    const method = hardness.method ?? hardness.symbol;
    inspection.HardnessTest = {
      ...(method ? { C30: method } : {}),
      ...(hardness.individualValues.length ? { C31: values(hardness) } : {}),
      ...(mean ? { C32: mean } : {}),
      ...specimen(hardness, 'C33'),
    };
  }
  const impact = take('IMPACT_ENERGY');
  if (!impact) return;
  const mean = measurement(impact);
  const width = splitUnit(impact.specimenWidth ?? '');
  inspection.NotchedBarImpactTest = {
    ...(impact.symbol ? { C40: impact.symbol } : {}),
    ...(width.number && Number.isFinite(Number(width.number))
      ? {
          C41: {
            Property: 'Width',
            Value: Number(width.number),
            ...(width.unit ? { Unit: width.unit } : {}),
          },
        }
      : {}),
    ...(impact.individualValues.length ? { C42: values(impact) } : {}),
    ...(mean ? { C43: mean } : {}),
    ...specimen(impact, 'C44'),
  };
}

function measurement(property: CertificateProperty): En10168Measurement | null {
  if (property.value === null || !Number.isFinite(Number(property.value))) return null;
  return {
    Value: Number(property.value),
    ...(property.unit ? { Unit: property.unit } : {}),
    ...(property.minimum === null ? {} : { Minimum: Number(property.minimum) }),
    ...(property.maximum === null ? {} : { Maximum: Number(property.maximum) }),
  };
}

/** Tests by their codes: C50 to C69 belong to the first inspection, D02 to D50 and from D51 to the product. */
function writeTests(certificate: Certificate, data: CertificateData): void {
  const mechanical: Record<string, En10168KeyValue> = {};
  const harmless: Record<string, En10168KeyValue> = {};
  const other: Record<string, En10168KeyValue> = {};
  let next = 51;
  const taken = new Set(data.otherTests.flatMap(({ code }) => code ?? []));
  for (const test of data.otherTests) {
    let code = test.code;
    while (code === null) {
      const candidate = `D${next++}`;
      if (!taken.has(candidate)) code = candidate;
    }
    const written: En10168KeyValue = { Key: test.name };
    set(written, 'Value', test.value);
    set(written, 'Unit', test.unit);
    set(written, 'Interpretation', test.interpretation);
    const list = code.startsWith('C') ? mechanical : Number(code.slice(1)) <= 50 ? harmless : other;
    list[code] = written;
  }
  const tests = certificate.OtherTests ?? {};
  certificate.OtherTests = tests;
  set(tests, 'NonDestructiveTests', Object.keys(harmless).length ? harmless : null);
  set(tests, 'OtherProductTests', Object.keys(other).length ? other : null);
  if (Object.keys(tests).length === 0) delete certificate.OtherTests;
  const [first, ...rest] = inspectionsOf(certificate.Inspection);
  for (const inspection of rest) delete inspection.OtherMechanicalTests;
  if (first) set(first, 'OtherMechanicalTests', Object.keys(mechanical).length ? mechanical : null);
}
