import { folded } from './text-forms.ts';
import { isStress, unitIn } from './units.ts';

/** Kinds of mechanical and related properties. The symbol tells the variant: Rp0.2 or Rp1.0, A5 or A50. */
export type PropertyKind =
  | 'YIELD_STRENGTH'
  | 'YIELD_STRENGTH_UPPER'
  | 'YIELD_STRENGTH_LOWER'
  | 'PROOF_STRENGTH'
  | 'TENSILE_STRENGTH'
  | 'YIELD_RATIO'
  | 'ELONGATION'
  | 'UNIFORM_ELONGATION'
  | 'REDUCTION_OF_AREA'
  | 'IMPACT_ENERGY'
  | 'LATERAL_EXPANSION'
  | 'SHEAR_AREA'
  | 'HARDNESS'
  | 'GRAIN_SIZE'
  | 'ELASTIC_MODULUS';

export interface PropertyLabel {
  type: 'PROPERTY';
  kind: PropertyKind;
  /** As the norms write it: ReH, Rp0.2, Rm, A5, Z, KV2, HBW; null where the label names none. */
  symbol: string | null;
  unit: string | null;
  /** For hardness and impact: HBW 10/3000, Charpy V. */
  method: string | null;
  /** The label is a symbol of the norms or an unmistakable term. */
  exact: boolean;
}

type Rule = [PropertyKind, RegExp, (match: RegExpExecArray) => string | null];

const point = (text: string | undefined) => (text ?? '').replace(',', '.').replace(/^\./u, '0.');
const none = () => null;

/**
 * Tried in order on the label as printed: symbols first, since translations of "yield" and "tensile" share words.
 * A symbol stands alone: no letter before or after.
 */
const symbolRules: Rule[] = [
  [
    'YIELD_RATIO',
    /(?<![\p{L}])(?:R\s?[ep]\s?(?:[HL]|[01][.,]\d)?|Rt\s?0[.,]5|YS?|R[ep])\s?\/\s?(?:Rm|TS|UTS|T)(?![\p{L}])/u,
    () => 'Re/Rm',
  ],
  ['PROOF_STRENGTH', /(?<![\p{L}])R\s?[pP]\s?([01][.,]\d{1,2})(?!\d)/u, (match) => `Rp${point(match[1])}`],
  ['PROOF_STRENGTH', /(?<![\p{L}])R\s?[tT]\s?([01][.,]\d{1,2})(?!\d)/u, (match) => `Rt${point(match[1])}`],
  ['PROOF_STRENGTH', /(?<![\p{L}])Rp\s?(0?2|02)(?!\d)/u, () => 'Rp0.2'],
  ['YIELD_STRENGTH_UPPER', /(?<![\p{L}])(?:R\s?e\s?H|REH)(?![\p{L}])/u, () => 'ReH'],
  ['YIELD_STRENGTH_LOWER', /(?<![\p{L}])(?:R\s?e\s?L|REL)(?![\p{L}])/u, () => 'ReL'],
  [
    'TENSILE_STRENGTH',
    /(?<![\p{L}])(?:Rm|RM|UTS|U\.T\.S\.?|T\.?S\.?|F\.?tu)(?![\p{L}])/u,
    (match) => (/^R/u.test(match[0]) ? 'Rm' : null),
  ],
  [
    'YIELD_STRENGTH',
    /(?<![\p{L}])(?:Re|RE|Y\.?\s?S\.?|Y\.?\s?P\.?|F\.?ty)(?![\p{L}])/u,
    (match) => (/^R/u.test(match[0]) ? 'Re' : null),
  ],
  [
    'UNIFORM_ELONGATION',
    /(?<![\p{L}])(Agt|AGT|Ag)(?![\p{L}])/u,
    (match) => (/gt/iu.test(match[0]) ? 'Agt' : 'Ag'),
  ],
  [
    'REDUCTION_OF_AREA',
    /(?<![\p{L}])(?:Z|R\.?\s?A\.?|RoA|ROA)(?![\p{L}./])/u,
    (match) => (match[0] === 'Z' ? 'Z' : null),
  ],
  [
    'IMPACT_ENERGY',
    /(?<![\p{L}])(KV\s?[28]?|KU\s?[258]?|KCV|KCU|CVN|ISO-V|A[vk]|AKV?)(?![\p{L}\d])/u,
    (match) => impactSymbol(match[1] ?? ''),
  ],
  [
    'HARDNESS',
    /(?<![\p{L}])(HBW?|HV|HRC|HRBW?|HRA|BHN)(?![\p{L}])\s?(\d[\d./,]*)?/u,
    (match) => hardnessSymbol(match[1] ?? '', match[2]),
  ],
  [
    'ELONGATION',
    /(?<![\p{L}\d])A\s?(5[.,]65|11[.,]3|80|50|100|200|5|10|4|2|3|8)(?:\s?mm|\s?d)?(?![\p{L}\d])/u,
    (match) => `A${point(match[1])}`,
  ],
  [
    'ELONGATION',
    /(?<![\p{L}\d])(?:A|EL|El|El\.)(?:\s?%|\s?\[%\]|\s?\(%\)|$|\s)(?!\d)/u,
    (match) => (match[0].startsWith('A') ? 'A' : null),
  ],
];

const wordRules: Rule[] = [
  [
    'YIELD_RATIO',
    /yield (?:to tensile )?ratio|yield\s?\/\s?tensile|streckgrenzenverhaltnis|y\s?\/\s?t ratio/u,
    () => 'Re/Rm',
  ],
  ['LATERAL_EXPANSION', /lateral exp|laterale breitung|expansion laterale|espansione laterale/u, none],
  [
    'SHEAR_AREA',
    /shear (?:area|fracture|%)|%\s?shear|zah(?:bruch|er bruch)|cristallinite|cristallinita/u,
    none,
  ],
  [
    'PROOF_STRENGTH',
    /([01]?[.,]\d)\s?%?[\s-]*(?:proof|offset|dehngrenze|yield)|(?:proof|dehngrenze|yield|elastico|elastique|elasticite|conventionnelle|snervamento|umowna)[^\d.,]{0,30}?([01]?[.,]\d)\s?%?/u,
    (match) => `Rp${point(match[1] ?? match[2])}`,
  ],
  ['YIELD_STRENGTH_UPPER', /(?:upper|obere) (?:yield|streckgrenze)/u, () => 'ReH'],
  ['YIELD_STRENGTH_LOWER', /(?:lower|untere) (?:yield|streckgrenze)/u, () => 'ReL'],
  [
    'YIELD_STRENGTH',
    /\byield(?! ratio)|proof (?:strength|stress)|streckgrenze|dehngrenze|limite (?:apparente )?(?:d'|de )?(?:elasticite|elastique)|limite elastic[ao]|snervamento|granica plastycznosci|\by\.?\s?s\.?$|\by\.s\./u,
    none,
  ],
  [
    'TENSILE_STRENGTH',
    /tensile (?:strength|stress)|ultimate|zugfestigkeit|resistance (?:a la |a )?(?:traction|rupture)|charge de rupture|resistenza (?:a|alla) (?:trazione|rottura)|carico (?:di|unitario di) rottura|carga de rotura|wytrzymalosc na rozciaganie|resistencia a (?:la )?(?:traccion|rotura)|^tensile$|^tensile \(?(?:mpa|ksi|psi)/u,
    () => 'Rm',
  ],
  [
    'UNIFORM_ELONGATION',
    /uniform elong|gleichmassdehnung|allongement (?:reparti|uniforme)|total elongation at max/u,
    none,
  ],
  [
    'ELONGATION',
    /\belong(?:ation|\.|$|\s)|bruchdehnung|\bdehnung\b|allongement|allungamento|wydluzenie|alargamiento|\bel\.?\s?%|%\s?el\b/u,
    none,
  ],
  [
    'REDUCTION_OF_AREA',
    /reduction (?:of|in) area|red\.? ?(?:of )?area|brucheinschnurung|einschnurung|striction|strizione|przewezenie|estriccion|reduccion de area|coefficiente di strizione/u,
    () => 'Z',
  ],
  [
    'IMPACT_ENERGY',
    /charpy|impact|absorbed energy|kerbschlag|resilience|resilienza|resiliencia|udarnosc|praca lamania|energie (?:de rupture|absorbee)|energia (?:assorbita|absorbida)/u,
    none,
  ],
  [
    'HARDNESS',
    /hardness|\bharte|durete|durezza|twardosc|dureza|brinell|rockwell|vickers|brunell/u,
    (match) => (/brinell|brunell/u.test(match[0]) ? 'HB' : /vickers/u.test(match[0]) ? 'HV' : null),
  ],
  [
    'GRAIN_SIZE',
    /grain size|korngrosse|taille de grain|grandezza (?:del )?grano|grano|wielkosc ziarna|tamano de grano/u,
    none,
  ],
  [
    'ELASTIC_MODULUS',
    /young'?s modulus|elastic modulus|modulus of elasticity|e-modul|elastizitatsmodul/u,
    none,
  ],
];

function impactSymbol(text: string): string | null {
  const bare = text.replace(/\s/gu, '');
  return /^(?:CVN|ISO-V)$/u.test(bare) ? 'KV' : bare;
}

function hardnessSymbol(scale: string, load: string | undefined): string {
  const symbol = scale === 'BHN' ? 'HB' : scale;
  return load && /^HV$/u.test(symbol) ? `${symbol}${point(load)}` : symbol;
}

/** What a label of a test says, `Yield strength Rp0.2 (MPa)`; null for all other texts. */
export function parsePropertyLabel(text: string): PropertyLabel | null {
  const label = text.replace(/^C\d{2}\s+/u, '').trim();
  if (!label || label.length > 160) return null;
  const low = folded(label);
  // "Streck- oder Dehngrenze ReH/Rp0,2": one column for two, ReH is the one that is printed first.
  const both = /Re\s?H?\s?\/\s?R\s?[pP]\s?0?[.,]2/u.exec(label);
  if (both) {
    return made(
      /H/u.test(both[0]) ? 'YIELD_STRENGTH_UPPER' : 'YIELD_STRENGTH',
      both[0].replace(/\s/gu, ''),
      label,
    );
  }
  const gauges = /(?<![\p{L}\d])A\s?\d+(?:[.,]\d+)?\s?\/\s?A\s?\d+/u.exec(label);
  if (gauges) return made('ELONGATION', gauges[0].replace(/\s/gu, ''), label);
  for (const [kind, pattern, symbol] of symbolRules) {
    const match = pattern.exec(label);
    if (match && !excluded(kind, low, symbol(match))) return made(kind, symbol(match), label, match[0]);
  }
  for (const [kind, pattern, symbol] of wordRules) {
    const match = pattern.exec(low);
    if (match) return made(kind, symbol(match) ?? gaugeSymbol(kind, low), label);
  }
  return null;
}

/** Prose that holds the letters of a symbol. */
function excluded(kind: PropertyKind, low: string, symbol: string | null): boolean {
  const single = kind === 'REDUCTION_OF_AREA' || (kind === 'ELONGATION' && !/\d/u.test(symbol ?? ''));
  return single && low.split(/\s+/u).length > 8;
}

function gaugeSymbol(kind: PropertyKind, low: string): string | null {
  if (kind !== 'ELONGATION') return null;
  if (/(?:in\s?|[^\d])2\s?(?:"|″|''|in(?:ch)?\b)/u.test(low)) return 'A50';
  const length = /(?:\b|=\s?)(50|80|100|200)\s?mm/u.exec(low);
  if (length) return `A${length[1]}`;
  if (/\b4\s?d\b/u.test(low)) return 'A4';
  return /\b5\s?d\b/u.test(low) ? 'A5' : null;
}

function made(kind: PropertyKind, symbol: string | null, label: string, matched?: string): PropertyLabel {
  const found = unitIn(label);
  const stress = ['YIELD_STRENGTH', 'YIELD_STRENGTH_UPPER', 'YIELD_STRENGTH_LOWER', 'PROOF_STRENGTH'];
  const isStrength = stress.includes(kind) || kind === 'TENSILE_STRENGTH';
  // "0.2 % proof strength" is not in percent.
  const unit = isStrength && !isStress(found) ? null : found;
  const method = kind === 'HARDNESS' || kind === 'IMPACT_ENERGY' ? methodOf(label) : null;
  return { type: 'PROPERTY', kind, symbol, unit, method, exact: symbol !== null || matched === undefined };
}

/** The method that a label names: `HBW 2,5/187,5`, `Charpy V`. */
export function methodOf(label: string): string | null {
  const hardness = /(?<!\p{L})(?:HBW?|HV|HR[ABC]W?)\s?[\d.,/]*/u.exec(label);
  if (hardness) return hardness[0].trim();
  const impact = /charpy[-\s]?[VU]?(?:[-\s]?notch)?|ISO[-\s]?V|K[VU]\s?[28]|CVN/iu.exec(label);
  return impact?.[0] ?? null;
}

/** A temperature of a test. `value` is null where only words say it ("room temperature"). */
export interface PrintedTemperature {
  value: string | null;
  unit: 'Cel' | '[degF]' | 'K' | null;
  text: string;
}

/** A temperature inside a text, `KV at -20 °C`; null where there is none. */
export function temperatureIn(text: string): PrintedTemperature | null {
  const match =
    /(?<![\d.,])([+\-−–]?\s?\d{1,4}(?:[.,]\d)?)\s*((?:°|º|˚|deg\.?)?)\s?(C|F|K|celsius|fahrenheit)(?![\p{L}\d])/iu.exec(
      text,
    );
  const [whole = '', number = '', degree, letter = ''] = match ?? [];
  if (match && (degree || letter.length > 1 || /^[+\-−–]/u.test(number))) {
    const value = number.replace(/[−–]/gu, '-').replace(/[\s+]/gu, '').replace(',', '.');
    const unit = /^f/iu.test(letter) ? '[degF]' : letter === 'K' ? 'K' : 'Cel';
    return { value, unit, text: whole.trim() };
  }
  const words = /raumtemperatur|room temp\w*|ambient\w*|(?<!\p{L})RT(?!\p{L})/iu.exec(text);
  return words ? { value: null, unit: null, text: words[0] } : null;
}

/** Along or across the rolling direction, as far as a text says. */
export function directionOf(
  text: string,
): 'LONGITUDINAL' | 'TRANSVERSE' | 'THROUGH_THICKNESS' | 'TANGENTIAL' | 'RADIAL' | null {
  const low = folded(text);
  if (/through.thick|dickenrichtung|z-?richtung|sens epaisseur/u.test(low)) return 'THROUGH_THICKNESS';
  if (/\blong|langs|lengthwise|\bwzdl/u.test(low) || /^\W*(?:l|ln|0°)\W*$/u.test(low)) return 'LONGITUDINAL';
  if (
    /trans(?:v|$|\b)|trasv|\bquer|travers|poprzecz|\btr\b/u.test(low) ||
    /^\W*(?:t|q|tr|90°)\W*$/u.test(low)
  )
    return 'TRANSVERSE';
  if (/tangent/u.test(low)) return 'TANGENTIAL';
  return /\bradial/u.test(low) ? 'RADIAL' : null;
}
