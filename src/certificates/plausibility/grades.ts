/** Limits of the cast (ladle) analysis in percent and of the tensile test, as a norm states them. */
export interface Grade {
  names: readonly string[];
  /** The norm that the limits are from, with its edition. */
  source: string;
  /** Symbol to [minimum, maximum] in percent; null where there is none. */
  elements: Readonly<Record<string, readonly [string | null, string | null]>>;
  /** In MPa and percent; for the smallest thickness, of which all others ask less. */
  properties: Readonly<
    Partial<Record<'YIELD' | 'TENSILE' | 'ELONGATION', readonly [string | null, string | null]>>
  >;
}

const max = (value: string): readonly [null, string] => [null, value];
const range = (low: string, high: string): readonly [string, string] => [low, high];

/**
 * Common grades. Limits that depend on thickness or product form are the widest of their norm, so that what
 * breaks them is wrong in every form; where a limit is agreed by order, there is none.
 */
export const grades: readonly Grade[] = [
  {
    names: ['S235JR'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: {
      C: max('0.20'),
      Mn: max('1.40'),
      P: max('0.035'),
      S: max('0.035'),
      N: max('0.012'),
      Cu: max('0.55'),
    },
    properties: { YIELD: ['165', null], TENSILE: range('330', '510') },
  },
  {
    names: ['S235J0', 'S235J2'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: { C: max('0.17'), Mn: max('1.40'), P: max('0.030'), S: max('0.030'), Cu: max('0.55') },
    properties: { YIELD: ['165', null], TENSILE: range('330', '510') },
  },
  {
    names: ['S275JR'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: {
      C: max('0.22'),
      Mn: max('1.50'),
      P: max('0.035'),
      S: max('0.035'),
      N: max('0.012'),
      Cu: max('0.55'),
    },
    properties: { YIELD: ['195', null], TENSILE: range('380', '580') },
  },
  {
    names: ['S275J0', 'S275J2'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: { C: max('0.18'), Mn: max('1.50'), P: max('0.030'), S: max('0.030'), Cu: max('0.55') },
    properties: { YIELD: ['195', null], TENSILE: range('380', '580') },
  },
  {
    names: ['S355JR'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: {
      C: max('0.24'),
      Si: max('0.55'),
      Mn: max('1.60'),
      P: max('0.035'),
      S: max('0.035'),
      N: max('0.012'),
      Cu: max('0.55'),
    },
    properties: { YIELD: ['265', null], TENSILE: range('450', '680') },
  },
  {
    names: ['S355J0', 'S355J2', 'S355K2'],
    source: 'EN 10025-2:2019, tables 2 and 6',
    elements: {
      C: max('0.22'),
      Si: max('0.55'),
      Mn: max('1.60'),
      P: max('0.030'),
      S: max('0.030'),
      Cu: max('0.55'),
    },
    properties: { YIELD: ['265', null], TENSILE: range('450', '680') },
  },
  {
    names: ['S355J2H'],
    source: 'EN 10210-1:2006 and EN 10219-1:2006, tables A.1 and A.3',
    elements: { C: max('0.22'), Si: max('0.55'), Mn: max('1.60'), P: max('0.030'), S: max('0.030') },
    properties: { YIELD: ['295', null], TENSILE: range('450', '680') },
  },
  {
    names: ['P235GH'],
    source: 'EN 10028-2:2017 and EN 10216-2:2013, the wider of both',
    elements: {
      C: max('0.16'),
      Si: max('0.35'),
      Mn: max('1.20'),
      P: max('0.025'),
      S: max('0.010'),
      N: max('0.012'),
    },
    properties: { YIELD: ['170', null], TENSILE: range('340', '500') },
  },
  {
    names: ['P265GH'],
    source: 'EN 10028-2:2017 and EN 10216-2:2013, the wider of both',
    elements: { C: max('0.20'), Si: max('0.40'), Mn: max('1.40'), P: max('0.025'), S: max('0.010') },
    properties: { YIELD: ['185', null], TENSILE: range('390', '570') },
  },
  {
    names: ['P355NH'],
    source: 'EN 10028-3:2017 and EN 10216-3:2013, the wider of both',
    elements: {
      C: max('0.20'),
      Si: max('0.50'),
      Mn: range('0.90', '1.70'),
      P: max('0.025'),
      S: max('0.020'),
    },
    properties: { YIELD: ['295', null], TENSILE: range('450', '650') },
  },
  {
    names: ['1.4301', 'X5CrNi18-10'],
    source: 'EN 10088-2:2014 and EN 10088-3:2014, the wider of both',
    elements: {
      C: max('0.07'),
      Si: max('1.00'),
      Mn: max('2.00'),
      P: max('0.045'),
      S: max('0.030'),
      Cr: range('17.5', '19.5'),
      Ni: range('8.0', '10.5'),
      N: max('0.10'),
    },
    properties: { YIELD: ['190', null], TENSILE: ['500', null] },
  },
  {
    names: ['304', 'UNS S30400', 'TP304'],
    source: 'ASTM A240/A240M-20 and A276/A276M-17, the wider of both',
    elements: {
      C: max('0.08'),
      Mn: max('2.00'),
      P: max('0.045'),
      S: max('0.030'),
      Si: max('1.00'),
      Cr: range('17.5', '20.0'),
      Ni: range('8.0', '11.0'),
    },
    properties: { YIELD: ['205', null], TENSILE: ['515', null] },
  },
  {
    names: ['1.4404', 'X2CrNiMo17-12-2'],
    source: 'EN 10088-2:2014 and EN 10088-3:2014, the wider of both',
    elements: {
      C: max('0.030'),
      Si: max('1.00'),
      Mn: max('2.00'),
      P: max('0.045'),
      S: max('0.030'),
      Cr: range('16.5', '18.5'),
      Ni: range('10.0', '13.0'),
      Mo: range('2.00', '2.50'),
      N: max('0.10'),
    },
    properties: { YIELD: ['200', null], TENSILE: ['500', null] },
  },
  {
    names: ['316L', 'UNS S31603', 'TP316L'],
    source: 'ASTM A276/A276M-17, table 1',
    elements: {
      C: max('0.030'),
      Mn: max('2.00'),
      P: max('0.045'),
      S: max('0.030'),
      Si: max('1.00'),
      Cr: range('16.0', '18.0'),
      Ni: range('10.0', '14.0'),
      Mo: range('2.00', '3.00'),
    },
    properties: { YIELD: ['170', null], TENSILE: ['485', null] },
  },
  {
    names: ['42CrMo4', '1.7225'],
    source: 'EN ISO 683-2:2018, table 3',
    elements: {
      C: range('0.38', '0.45'),
      Si: range('0.10', '0.40'),
      Mn: range('0.60', '0.90'),
      P: max('0.025'),
      S: max('0.035'),
      Cr: range('0.90', '1.20'),
      Mo: range('0.15', '0.30'),
    },
    properties: {},
  },
  {
    names: ['Ti-6Al-4V grade 23', 'Ti-6Al-4V ELI', 'Ti6Al4V ELI'],
    source: 'ASTM F3001-14, table 1',
    elements: {
      Al: range('5.50', '6.50'),
      V: range('3.50', '4.50'),
      Fe: max('0.25'),
      O: max('0.13'),
      C: max('0.08'),
      N: max('0.05'),
      H: max('0.012'),
    },
    properties: { YIELD: ['795', null], TENSILE: ['860', null], ELONGATION: ['10', null] },
  },
  {
    names: ['Ti-6Al-4V', 'Ti6Al4V', 'Ti-6Al-4V grade 5'],
    source: 'ASTM F2924-14, table 1',
    elements: {
      Al: range('5.50', '6.75'),
      V: range('3.50', '4.50'),
      Fe: max('0.30'),
      O: max('0.20'),
      C: max('0.08'),
      N: max('0.05'),
      H: max('0.015'),
    },
    properties: { YIELD: ['825', null], TENSILE: ['895', null], ELONGATION: ['10', null] },
  },
  {
    names: ['AlSi10Mg'],
    source: 'EN 1706:2010 (EN AC-43000), table 1',
    elements: {
      Si: range('9.0', '11.0'),
      Fe: max('0.55'),
      Cu: max('0.05'),
      Mn: max('0.45'),
      Mg: range('0.20', '0.45'),
      Ni: max('0.05'),
      Zn: max('0.10'),
      Pb: max('0.05'),
      Sn: max('0.05'),
      Ti: max('0.15'),
    },
    properties: {},
  },
  {
    names: ['IN625', 'Inconel 625', 'Alloy 625', 'UNS N06625'],
    source: 'ASTM F3056-14, table 1',
    elements: {
      C: max('0.10'),
      Mn: max('0.50'),
      Si: max('0.50'),
      P: max('0.015'),
      S: max('0.015'),
      Cr: range('20.0', '23.0'),
      Co: max('1.0'),
      Mo: range('8.0', '10.0'),
      Ti: max('0.40'),
      Al: max('0.40'),
      Fe: max('5.0'),
    },
    properties: { YIELD: ['275', null], TENSILE: ['485', null] },
  },
  {
    names: ['IN718', 'Inconel 718', 'Alloy 718', 'UNS N07718'],
    source: 'ASTM F3055-14, table 1',
    elements: {
      C: max('0.08'),
      Mn: max('0.35'),
      Si: max('0.35'),
      P: max('0.015'),
      S: max('0.015'),
      Cr: range('17.0', '21.0'),
      Co: max('1.0'),
      Mo: range('2.80', '3.30'),
      Ti: range('0.65', '1.15'),
      Al: range('0.20', '0.80'),
      Ni: range('50.0', '55.0'),
      Cu: max('0.30'),
      B: max('0.006'),
    },
    properties: {},
  },
];

/** The grade of that name: treatments such as `+N` do not change the analysis. Null for what the table lacks. */
export function gradeOf(name: string): Grade | null {
  const bare = keyOf(name.replace(/\s*\+\s*(?:N|AR|M|QT|A|C|SH|AT|T)\b.*$/iu, ''));
  return grades.find((grade) => grade.names.some((known) => keyOf(known) === bare)) ?? null;
}

function keyOf(name: string): string {
  return name
    .toUpperCase()
    .replace(/^(?:AISI|TYPE|GRADE|SS|GR\.?|EN)\s?(?=\d)/u, '')
    .replace(/[\s_.-]/gu, '');
}
