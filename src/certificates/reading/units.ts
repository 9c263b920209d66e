/** The units of certificates, each with the spellings that are met. */
const spellings: [string, RegExp][] = [
  ['MPa', /^m\.?pa$/iu],
  ['N/mm²', /^n\/mm(?:2|²|\^2)?$|^n\s?mm-2$|^n\/sq\.?\s?mm\.?$/iu],
  ['GPa', /^gpa$/iu],
  ['ksi', /^k\.?s\.?i\.?$/iu],
  ['psi', /^p\.?s\.?i\.?$|^lbf?\/in[2²]$/iu],
  ['kgf/mm²', /^kgf?\/mm(?:2|²)$/iu],
  ['J/cm²', /^j\/cm(?:2|²)$/iu],
  ['daJ/cm²', /^daj\/cm(?:2|²)$/iu],
  ['J', /^j(?:oules?)?$/iu],
  ['ft·lbf', /^ft[-./·*\s]?lbs?f?\.?$|^lbf?[-./·\s]?ft\.?$|^foot[-\s]pounds?$/iu],
  ['kgf·m', /^kgf?[-./·\s]?m$/iu],
  ['ppm', /^p\.?p\.?m\.?$/iu],
  ['%', /^(?:(?:wt|m|mass|gew|pds|massen|weight)[.\s-]*)?%(?:\s?(?:wt|mass|m\/m))?$|^percent$|^pct\.?$/iu],
  ['Cel', /^(?:°|º|deg\.?\s?)c$|^celsius$|^℃$/iu],
  ['[degF]', /^(?:°|º|deg\.?\s?)f$|^fahrenheit$|^℉$/iu],
  ['K', /^kelvin$/iu],
  ['mm', /^mm\.?$/iu],
  ['cm', /^cm$/iu],
  ['in', /^in(?:ch(?:es)?)?\.?$|^"$|^″$/iu],
  ['ft', /^ft\.?$|^feet$/iu],
  ['m', /^m(?:eters?|etres?|eter)?$/u],
  ['kg', /^kgs?\.?$/iu],
  ['t', /^(?:t|to|tonnes?|tons?|mt)$/u],
  ['lb', /^lbs?\.?$/iu],
];

/** The unit that a text spells as this library writes units; null where it is none. */
export function parseUnit(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^[[({]\s*|\s*[\])}]$/gu, '')
    .replace(/\s*\/\s*/gu, '/')
    .trim();
  if (!bare) return null;
  return spellings.find(([, pattern]) => pattern.test(bare))?.[0] ?? null;
}

const unitsOfStrength = ['MPa', 'N/mm²', 'GPa', 'ksi', 'psi', 'kgf/mm²'];

/** Finds a unit inside a label, `Yield strength (ksi)`; in brackets or as the last words. */
export function unitIn(text: string): string | null {
  for (const match of text.matchAll(/[[({]([^\])}]{1,14})[\])}]/gu)) {
    const unit = parseUnit(match[1] ?? '');
    if (unit) return unit;
  }
  const strength = /(?<![\p{L}])(m\.?pa|gpa|n\s?\/\s?mm\s?[2²]?|ksi|psi|kgf?\/mm[2²])(?![\p{L}])/iu.exec(
    text,
  );
  if (strength) return parseUnit((strength[1] ?? '').replace(/\s/gu, ''));
  const energy =
    /(?<![\p{L}])(j\/cm[2²]|daj\/cm[2²]|joules?|ft[-./·\s]?lbs?f?|kgf?[·.]?m)(?![\p{L}²2])/iu.exec(text);
  if (energy) return parseUnit(energy[1] ?? '');
  if (/(?<![\p{L}])ppm(?![\p{L}])/iu.test(text)) return 'ppm';
  if (/[\s)\]]J$|^J$/u.test(text)) return 'J';
  if (/%/u.test(text)) return '%';
  return null;
}

/** True for a unit of stress. */
export function isStress(unit: string | null): boolean {
  return unit !== null && unitsOfStrength.includes(unit);
}

/** Splits `377.12 MPa` and `85.2J` at the unit; `unit` is null where none follows. */
export function splitUnit(text: string): { number: string; unit: string | null } {
  const match = /^(.*?[\d.,*)])\s*([^\d\s.,*)][^\d]*[2²]?)$/u.exec(text.trim());
  const unit = match ? parseUnit(match[2] ?? '') : null;
  return match && unit ? { number: match[1] ?? '', unit } : { number: text.trim(), unit: null };
}
