/** Compares what was read of a certificate with what stands on it, fact by fact. */
import type { Measured, ReadCertificate, ReadHeat } from '../../src/certificates/reading/result.ts';
import type { ExpectedCertificate, ExpectedHeat, ExpectedProperty } from './mill-certificates.ts';

/** One fact: what it is, which kind of field it counts for, and its value. */
export interface Fact {
  group: string;
  key: string;
  value: string;
}

/** What was found of what was to be found; `wrong` are facts that were read and are not on the certificate. */
export interface Score {
  group: string;
  right: number;
  missed: Fact[];
  wrong: Fact[];
}

/** The facts that a certificate states, as far as `expected` speaks of them. */
export function expectedFacts(expected: ExpectedCertificate): Fact[] {
  const facts: Fact[] = [];
  const add = (group: string, key: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) facts.push({ group, key, value });
  };
  add('document type', 'type', expected.documentType);
  add('certificate number', 'number', expected.certificateNumber);
  add('certificate date', 'date', expected.certificateDate);
  add('mill', 'name', expected.mill);
  add('customer', 'name', expected.customer);
  add('purchase order', 'number', expected.purchaseOrder);
  for (const name of expected.standards) add('standards', name, name);
  for (const name of expected.qualities) add('qualities', name, name);
  for (const heat of expected.heats) {
    const number = heat.number ?? '?';
    if (heat.number) add('heats', number, number);
    for (const [symbol, value] of Object.entries(heat.elements))
      add('chemistry', `${number} ${symbol}`, value);
    for (const [symbol, value] of Object.entries(heat.formulas ?? {}))
      add('formulas', `${number} ${symbol}`, value);
    for (const property of heat.properties) facts.push(...propertyFacts(number, property, heat));
  }
  return facts;
}

function propertyFacts(number: string, property: ExpectedProperty, heat: ExpectedHeat): Fact[] {
  const facts: Fact[] = [];
  const same = heat.properties.filter(
    (other) => other.kind === property.kind && other.symbol === property.symbol,
  );
  // Where one kind was tested several times, the specimens tell them apart.
  const key =
    `${number} ${property.kind}${same.length > 1 ? ` ${property.specimen ?? same.indexOf(property)}` : ''} ${property.symbol ?? ''}`.trim();
  const add = (group: string, value: string | null | undefined) => {
    if (value !== undefined && value !== null) facts.push({ group, key, value });
  };
  add('mechanical values', property.value);
  add('units', property.unit);
  add('individual values', property.individualValues?.join('/'));
  add('temperatures', property.temperature);
  add('directions', property.direction);
  add('specimens', property.specimen);
  add(
    'limits',
    property.minimum === undefined ? undefined : `${property.minimum ?? ''}..${property.maximum ?? ''}`,
  );
  return facts;
}

/** What was read, as facts of the same form. `expected` says of which properties symbols and limits are told. */
export function readFacts(read: ReadCertificate, expected: ExpectedCertificate): Fact[] {
  const facts: Fact[] = [];
  const add = (group: string, key: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) facts.push({ group, key, value });
  };
  add('document type', 'type', read.documentType?.value);
  add('certificate number', 'number', read.certificateNumber?.value);
  add('certificate date', 'date', read.certificateDate?.value);
  add('mill', 'name', read.mill?.name);
  add('customer', 'name', read.customer?.name);
  add('purchase order', 'number', read.numbers.find(({ kind }) => kind === 'PURCHASE_ORDER')?.value);
  for (const { value } of read.standards) add('standards', value ?? '', value);
  for (const { value } of read.qualities) add('qualities', value ?? '', value);
  for (const heat of read.heats) facts.push(...heatFacts(heat, expected));
  return facts;
}

function heatFacts(heat: ReadHeat, expected: ExpectedCertificate): Fact[] {
  const facts: Fact[] = [];
  const number = heat.number?.value ?? '?';
  const wanted = expected.heats.find((each) => (each.number ?? '?') === number);
  if (heat.number) facts.push({ group: 'heats', key: number, value: number });
  for (const element of heat.elements) {
    const told = `${element.symbol} ${element.analysis}`;
    const symbol = wanted && told in wanted.elements ? told : element.symbol;
    const value = written(element) + (element.unit === 'ppm' ? ' ppm' : '');
    facts.push({ group: 'chemistry', key: `${number} ${symbol}`, value });
  }
  for (const formula of heat.formulas)
    facts.push({ group: 'formulas', key: `${number} ${formula.symbol}`, value: written(formula) });
  const asExpected = heat.properties.map((property) => {
    const known = wanted?.properties.find(
      (each) => each.kind === property.kind && (!each.symbol || each.symbol === property.symbol),
    );
    return {
      kind: property.kind,
      ...(known && 'symbol' in known ? { symbol: property.symbol } : {}),
      value: property.value,
      unit:
        known?.unit === undefined || (known.unit === null && property.unit === null) ? null : property.unit,
      ...(known?.individualValues ? { individualValues: property.individualValues } : {}),
      ...(known?.temperature !== undefined ? { temperature: property.temperature?.value ?? null } : {}),
      ...(known?.direction !== undefined ? { direction: property.direction } : {}),
      ...(known?.specimen !== undefined ? { specimen: property.specimen } : {}),
      ...(known?.minimum !== undefined ? { minimum: property.minimum, maximum: property.maximum } : {}),
    } satisfies ExpectedProperty;
  });
  const asHeat: ExpectedHeat = { number, elements: {}, properties: asExpected };
  for (const property of asExpected) facts.push(...propertyFacts(number, property, asHeat));
  return facts;
}

function written(measured: Pick<Measured, 'operator' | 'value'>): string {
  return `${measured.operator ?? ''}${measured.value}`;
}

/** Counts by group what was read rightly, missed and read wrongly. */
export function scores(expected: readonly Fact[], read: readonly Fact[]): Score[] {
  const groups = [...new Set([...expected, ...read].map((fact) => fact.group))];
  const keyOf = (fact: Fact) => `${fact.group} ${fact.key} ${fact.value}`;
  return groups.map((group) => {
    const wanted = expected.filter((fact) => fact.group === group);
    const found = read.filter((fact) => fact.group === group);
    const foundKeys = new Set(found.map(keyOf));
    const wantedKeys = new Set(wanted.map(keyOf));
    return {
      group,
      right: wanted.filter((fact) => foundKeys.has(keyOf(fact))).length,
      missed: wanted.filter((fact) => !foundKeys.has(keyOf(fact))),
      wrong: found.filter((fact) => !wantedKeys.has(keyOf(fact))),
    };
  });
}
