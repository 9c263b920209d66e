import { isUcumCode } from '../../quality/ucum.ts';

const spellings: readonly (readonly [RegExp, string])[] = [
  [/^[°º]\s?C$|^℃$/u, 'Cel'],
  [/^[°º]\s?F$|^℉$/u, '[degF]'],
  [/[µμ]/gu, 'u'],
  [/²/gu, '2'],
  [/³/gu, '3'],
  [/Ω/gu, 'Ohm'],
  [/[·*]/gu, '.'],
];

/** How UCUM would write a unit, if it knows it. */
export const ucumSpelling = (unit: string): string =>
  spellings.reduce((text, [sign, instead]) => text.replace(sign, instead), unit.trim());

/** A unit as UCUM writes it, where it can be told; else as it stands. `N/mm²` is `N/mm2`, `°C` is `Cel`. */
export async function ucumOf(unit: string): Promise<string> {
  const code = ucumSpelling(unit);
  return code !== unit && (await isUcumCode(code)) ? code : unit;
}
