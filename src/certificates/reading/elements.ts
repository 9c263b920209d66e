import { parseUnit } from './units.ts';

/** The elements that analyses of metals report; the rest of the periodic table would only be misread. */
const symbols = (
  'C Si Mn P S Al Cr Ni Mo Cu V Ti Nb N B Co W Sn As Sb Pb Ca Zr Fe Mg Zn Ta Se Te Ce La Bi Cd Ag Be H O Hf Re ' +
  'Y Li Na K Sr Ga In Pd Pt Ru Rh Au Hg Nd Pr Sc Er Gd'
).split(' ');
const bySymbol = new Map(symbols.map((symbol) => [symbol, symbol]));
const byCapitals = new Map(symbols.map((symbol) => [symbol.toUpperCase(), symbol]));
byCapitals.set('CB', 'Nb');
bySymbol.set('Cb', 'Nb');
// Written CE, it is the carbon equivalent; written Ce, cerium.
byCapitals.delete('CE');

const names: Record<string, string> = {
  C: 'carbon kohlenstoff carbone carbonio wegiel carbono',
  Si: 'silicon silizium silicium silicio krzem',
  Mn: 'manganese mangan manganeso',
  P: 'phosphorus phosphor phosphore fosforo fosfor',
  S: 'sulphur sulfur schwefel soufre zolfo siarka azufre',
  Al: 'aluminium aluminum alluminio glin aluminio',
  Cr: 'chromium chrom chrome cromo',
  Ni: 'nickel nichel nikiel niquel',
  Mo: 'molybdenum molybdan molybdene molibdeno molibden',
  Cu: 'copper kupfer cuivre rame miedz cobre',
  V: 'vanadium vanadio wanad',
  Ti: 'titanium titan titane titanio tytan',
  Nb: 'niobium columbium niob niobio',
  N: 'nitrogen stickstoff azote azoto azot nitrogeno',
  B: 'boron bor bore boro',
  Co: 'cobalt kobalt cobalto',
  W: 'tungsten wolfram tungstene tungsteno',
  O: 'oxygen sauerstoff oxygene ossigeno tlen oxigeno',
  H: 'hydrogen wasserstoff hydrogene idrogeno wodor hidrogeno',
  Fe: 'iron eisen fer ferro zelazo hierro',
  Sn: 'tin zinn etain stagno cyna estano',
  Mg: 'magnesium magnesio magnez',
  Zn: 'zinc zink zinco cynk',
  Pb: 'lead blei plomb piombo olow plomo',
  Y: 'yttrium',
  Ta: 'tantalum tantal',
  Zr: 'zirconium zirkonium',
};
const byName = new Map(
  Object.entries(names).flatMap(([symbol, list]) => list.split(' ').map((name) => [name, symbol] as const)),
);

/** What of an element is stated: all of it, or what is dissolved. */
export type ElementPart = 'TOTAL' | 'SOLUBLE' | 'INSOLUBLE' | null;

export interface ElementLabel {
  type: 'ELEMENT';
  symbol: string;
  part: ElementPart;
  unit: string | null;
  /** Power of ten that a printed value is multiplied by: -3 for `x 1000` and `10^-3`. */
  scale: number | null;
  /** The symbol is written as chemists write it; `CO` and `AS` are less sure. */
  exact: boolean;
}

export interface FormulaLabel {
  type: 'FORMULA';
  symbol: string;
  unit: string | null;
  scale: number | null;
}

/**
 * Reads a heading such as `C`, `Mn %`, `C71 C`, `N ppm`, `Al-tot`, `P x1000`, `Carbon (C)`, or a formula such as
 * `CEV`, `Pcm`, `Cr+Mo+Ni`; null for all other texts.
 */
export function parseElementLabel(text: string): ElementLabel | FormulaLabel | null {
  const { rest, scale } = splitScale(text.trim());
  let core = rest.replace(/^C(?:7[1-9]|[89]\d|10\d)\s+(?=\S)/u, '').trim();
  const unit = /ppm/iu.test(core) ? 'ppm' : /%|percent/iu.test(core) ? '%' : null;
  core = core
    .replace(/\(?\[?(?:(?:wt|mass|gew|pds|m|weight)[.\s-]*)?(?:%|ppm|percent)\s?(?:wt)?[\])]?\.?/giu, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s:([{*]+|[\s:)\]}*=]+$/gu, '')
    .trim();
  if (!core || core.length > 40) return null;
  const formula = parseFormula(core);
  if (formula) return { type: 'FORMULA', symbol: formula, unit, scale };
  const { symbol: bare, part } = splitPart(core);
  const symbol = bySymbol.get(bare) ?? (bare.length === 2 ? byCapitals.get(bare) : undefined) ?? named(bare);
  if (!symbol) return null;
  return { type: 'ELEMENT', symbol, part, unit, scale, exact: bare === symbol || bySymbol.has(bare) };
}

/** `Carbon`, `Carbon (C`, `C (Carbon`, `C - Carbon`, `Kohlenstoff / C`. */
function named(text: string): string | undefined {
  const words = text.split(/[\s()/,:-]+/u).filter(Boolean);
  const found = words.map(
    (word) => bySymbol.get(word) ?? byName.get(word.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')),
  );
  const [first] = found;
  const hasName = words.some((word) => word.length > 2);
  return first && hasName && found.every((symbol) => symbol === first) ? first : undefined;
}

function splitPart(core: string): { symbol: string; part: ElementPart } {
  const patterns: [RegExp, ElementPart][] = [
    [/^(Al|B|Ti|N|O|Nb|AL|NB|TI)[\s._(-]*(?:tot(?:al)?|ges(?:amt)?|[tT])[.)]?$/u, 'TOTAL'],
    [/^(?:tot(?:al)?|T)[\s.-]+(Al|B|Ti|N|O|AL)$/iu, 'TOTAL'],
    [/^(Al|B|Ti|Nb|AL|NB)[\s._(-]*(?:(?:acid\s)?sol(?:uble)?|met|[sS])[.)]?$/u, 'SOLUBLE'],
    [/^(?:(?:acid\s)?sol(?:uble)?|S)[\s.-]+(Al|B|Ti|AL)$/iu, 'SOLUBLE'],
    [/^(Al|B|Ti)[\s._(-]*insol(?:uble)?[.)]?$/u, 'INSOLUBLE'],
  ];
  for (const [pattern, part] of patterns) {
    const match = pattern.exec(core);
    if (match) return { symbol: match[1] ?? '', part };
  }
  const gas = /^([NOH])[2₂]$/u.exec(core);
  return { symbol: gas?.[1] ?? core, part: null };
}

function parseFormula(core: string): string | null {
  if (/^(?:C\.?E\.?V\.?|CEV\s?\(?IIW\)?|C\.?E\.?\s?\(?IIW\)?)$/iu.test(core)) return 'CEV';
  if (
    /^(?:CE|C\.E\.?|C\.?eq\.?|CEQ|C\s?[äa]q\.?|Ceq\.?\s?\(?IIW\)?|Céq\.?|C\s?equiv(?:alent|\.)?)$/u.test(core)
  ) {
    return 'CEV';
  }
  if (
    /^(?:carbon equivalent|kohlenstoff[äa]quivalent|[ée]quivalent (?:en )?carbone)(?:\s?\(?CEV?\)?)?$/iu.test(
      core,
    )
  ) {
    return 'CEV';
  }
  if (/^CET$/u.test(core)) return 'CET';
  if (/^(?:P\s?cm|PCM|CE\s?\(?Pcm\)?)$/iu.test(core)) return 'Pcm';
  if (/^PREN?W?$/u.test(core)) return 'PREN';
  if (/^[JX]-?(?:Faktor|factor)$/iu.test(core)) return core;
  const parts = core.replace(/\s/gu, '').split(/[+/]/u);
  if (parts.length > 1 && parts.every((part) => /^\d?[A-Z]/u.test(part) && knows(part.replace(/^\d/u, '')))) {
    return core.replace(/\s/gu, '');
  }
  return null;
}

function knows(part: string): boolean {
  return bySymbol.has(part) || byCapitals.has(part);
}

/** Splits `x 1000`, `×10³`, `*100`, `10-3`, `E-3`, `/1000` off a heading. The scale is a power of ten, -3. */
export function splitScale(text: string): { rest: string; scale: number | null } {
  const match =
    /[([]?\s*(?:(?:[x×*✕]\s?|[·.]\s?(?=10))(?:(10+)(?!\d)(?:\s?\^?\s?([-−]?\d|[⁻]?[¹²³⁴⁵⁶]))?)|10\s?\^?\s?([-−]\d|⁻[¹²³⁴⁵⁶])|[E]([-−]\d)|\/\s?(10+))(?:\s*%)?\s*[\])]?\s*$/iu.exec(
      text,
    );
  if (!match) return { rest: text, scale: null };
  const rest = text.slice(0, match.index).trim() + (match[0].includes('%') ? ' %' : '');
  const [, tens, exponent, negative, e, divided] = match;
  if (tens !== undefined) {
    if (exponent === undefined) return { rest, scale: -(tens.length - 1) };
    if (tens !== '10') return { rest: text, scale: null };
    // "x 10³" says that the percentage was multiplied; "x 10⁻³" says what to multiply by: both mean thousandths.
    return { rest, scale: -Math.abs(power(exponent)) };
  }
  if (divided !== undefined) return { rest, scale: -(divided.length - 1) };
  return { rest, scale: -Math.abs(power(negative ?? e ?? '0')) };
}

function power(text: string): number {
  const plain = text
    .replace(/[⁻−]/gu, '-')
    .replace(/[¹²³⁴⁵⁶]/gu, (digit) => String('0¹²³⁴⁵⁶'.indexOf(digit)));
  return Number(plain);
}

/**
 * The power of ten of a cell of a row of scales: `x100`, `10-3`, `1000`, `1/1000`; null for what is none.
 * 1 counts as a scale of 0, since such rows have it for the elements that are printed as they are.
 */
export function parseScaleCell(text: string): number | null {
  const bare = text.trim().replace(/%$/u, '').trim();
  const plain = /^(?:1\s?\/\s?)?(10*)$/u.exec(bare);
  if (plain) return -((plain[1] ?? '').length - 1) || 0;
  const { rest, scale } = splitScale(bare);
  return rest.replace('%', '').trim() === '' ? scale : null;
}

/** True for a cell that only states how shares are given: `%`, `ppm`, `wt.%`. */
export function isShareUnit(text: string): boolean {
  const unit = parseUnit(text);
  return unit === '%' || unit === 'ppm';
}
