import type { HeatBook } from './book.ts';
import type { Surroundings } from './chemistry.ts';
import { type Entry, textOf } from './entries.ts';
import { directionOf, methodOf, type PropertyKind, parsePropertyLabel, temperatureIn } from './properties.ts';
import type { ReadProperty } from './result.ts';
import { cellValue, limitsOf, listOf } from './values.ts';

/** What EN 10168 gives codes to: the kind is known even where the label says less. */
const kinds: Record<string, PropertyKind> = {
  C11: 'YIELD_STRENGTH',
  C12: 'TENSILE_STRENGTH',
  C13: 'ELONGATION',
  C31: 'HARDNESS',
  C32: 'HARDNESS',
  C42: 'IMPACT_ENERGY',
  C43: 'IMPACT_ENERGY',
};

/** What the codes C01 to C03 say of all tests of an inspection. */
interface Circumstances {
  location: string | null;
  directionText: string | null;
  temperature: ReadProperty['temperature'];
}

/**
 * Reads the tests of coded forms: C11 to C13, C30 to C32, C40 to C43 and the supplementary codes whose labels name
 * a property. An inspection is what stands between two C00.
 */
export function readCodedTests(entries: readonly Entry[], book: HeatBook, around: Surroundings): void {
  const of = (code: string) => entries.find((entry) => entry.code === code);
  const text = (code: string) => {
    const entry = of(code);
    return entry?.lines.length ? textOf(entry) : null;
  };
  const common: Circumstances = {
    location: text('C01'),
    directionText: text('C02'),
    temperature: temperatureIn(text('C03') ?? ''),
  };
  const properties: ReadProperty[] = [];
  for (const entry of entries) {
    if (!entry.code || !entry.lines.length || /^C(?:31|42)$/u.test(entry.code)) continue;
    const label = parsePropertyLabel(entry.label);
    const kind = kinds[entry.code] ? sharper(kinds[entry.code], label?.kind) : (label?.kind ?? null);
    if (!kind || !/^C(?:1[1-9]|2\d|3[2-9]|4[3-9]|[56]\d)$/u.test(entry.code)) continue;
    const property = single(entry, kind, label?.symbol ?? null, around);
    if (property) properties.push(property);
  }
  for (const [mean, individual, method, specimen] of [
    ['C32', 'C31', 'C30', 'C33'],
    ['C43', 'C42', 'C40', 'C44'],
  ] as const) {
    const values = of(individual);
    const list = values ? individualsOf(values, around) : null;
    const kind = kinds[mean] as PropertyKind;
    let property = properties.find((each) => each.code === mean);
    if (values && list) {
      property ??= push(properties, { ...blank(values, kind, around), unit: list.unit });
      property.individualValues = list.values;
    }
    if (!property) continue;
    const described = text(method);
    if (kind === 'HARDNESS') property.method = described;
    else property.directionText = described;
    property.symbol ??= symbolOf(described ?? '', kind) ?? null;
    property.specimen = /sample|probe|specimen/iu.test(of(specimen)?.label ?? '') ? text(specimen) : null;
    const width = kind === 'IMPACT_ENERGY' ? text('C41') : null;
    if (width) property.specimenWidth = width;
  }
  const specimen = of('C15');
  const hasImpact = properties.some((property) => property.kind === 'IMPACT_ENERGY');
  for (const property of properties) {
    const tensile = /^C1/u.test(property.code ?? '');
    const directionText = property.directionText ?? common.directionText;
    property.directionText = directionText;
    property.direction ??= directionText ? directionOf(directionText) : null;
    property.location ??= common.location;
    // One temperature over a tensile and an impact test is that of the impact test.
    if (property.kind === 'IMPACT_ENERGY' || !hasImpact) property.temperature ??= common.temperature;
    if (tensile && specimen && /sample|probe|specimen/iu.test(specimen.label))
      property.specimen = textOf(specimen);
  }
  book.here().properties.push(...properties);
}

function push(list: ReadProperty[], property: ReadProperty): ReadProperty {
  list.push(property);
  return property;
}

/** The label may know which yield strength; it never makes one of a tensile strength. */
function sharper(coded: PropertyKind | undefined, labelled: PropertyKind | undefined): PropertyKind {
  const general = coded as PropertyKind;
  const yields: PropertyKind[] = [
    'YIELD_STRENGTH',
    'YIELD_STRENGTH_UPPER',
    'YIELD_STRENGTH_LOWER',
    'PROOF_STRENGTH',
  ];
  if (general === 'YIELD_STRENGTH' && labelled && yields.includes(labelled)) return labelled;
  if (general === 'ELONGATION' && labelled === 'UNIFORM_ELONGATION') return labelled;
  return general;
}

function symbolOf(text: string, kind: PropertyKind): string | null {
  const label = parsePropertyLabel(text);
  return label?.kind === kind ? label.symbol : null;
}

function single(
  entry: Entry,
  kind: PropertyKind,
  symbol: string | null,
  around: Surroundings,
): ReadProperty | null {
  const first = entry.lines[0];
  if (!first) return null;
  const read = cellValue(first.text, around.mark);
  const list = read ? null : listOf(first.text, around.mark);
  if (!read && !list) return null;
  const property = { ...blank(entry, kind, around), symbol };
  if (read)
    Object.assign(property, {
      value: read.value,
      operator: read.operator,
      unit: read.unit,
      confidence: property.confidence * read.sure,
    });
  if (list) Object.assign(property, { individualValues: list.values, unit: list.unit });
  property.text = first.text;
  for (const cell of entry.more) {
    const limits = limitsOf(cell.text, around.mark);
    property.minimum ??= limits.minimum;
    property.maximum ??= limits.maximum;
  }
  return property;
}

function blank(entry: Entry, kind: PropertyKind, around: Surroundings): ReadProperty {
  return {
    ...around.place(entry.page, entry.lines),
    kind,
    symbol: null,
    value: null,
    operator: null,
    text: textOf(entry),
    unit: null,
    minimum: null,
    maximum: null,
    individualValues: [],
    temperature: temperatureIn(entry.label),
    direction: null,
    directionText: null,
    location: null,
    specimen: null,
    specimenWidth: null,
    method: kind === 'HARDNESS' || kind === 'IMPACT_ENERGY' ? methodOf(entry.label) : null,
    code: entry.code,
    confidence: entry.confidence,
  };
}

function individualsOf(entry: Entry, around: Surroundings): { values: string[]; unit: string | null } | null {
  const text = [...entry.lines, ...entry.more]
    .map((cell) => cell.text)
    .join(', ')
    .replace(/,+/gu, ',');
  const list = listOf(around.mark === ',' ? text.replace(/,\s/gu, '; ') : text, around.mark);
  if (list) return list;
  const one = cellValue(text, around.mark);
  return one?.value ? { values: [one.value], unit: one.unit } : null;
}
