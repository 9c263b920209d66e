import { type Entry, textOf } from './entries.ts';
import type { Cell, Line } from './layout.ts';
import { parseNumber } from './numbers.ts';
import type { Place, ReadOtherTest } from './result.ts';
import type { Table } from './table.ts';
import { splitUnit } from './units.ts';

const names =
  /(?:ultrasonic|eddy current|hydro(?:static)?|leak|flattening|flaring|drift expanding|ring (?:expanding|tensile)|bend(?:ing)?|re-?bend|visual|magnetic particle|liquid penetrant|radiograph\w*|dimensional|pmi|positive material|intergranular|corrosion|macro|inclusion|surface) (?:test|inspection|examination|control|check|corrosion)\w*|ultraschallpr[üu]fung|wirbelstrompr[üu]fung|dichtheitspr[üu]fung|biegeversuch|ringfaltversuch|aufweitversuch|sichtpr[üu]fung|ma[ßs]+pr[üu]fung|verwechslungspr[üu]fung|contr[ôo]le (?:visuel|dimensionnel|ultrasons)|essai (?:de pliage|hydraulique|d'aplatissement)|prova (?:idraulica|di piega|di schiacciamento)|controllo (?:visivo|dimensionale|ultrasuoni)|badanie (?:ultrad[źz]wi[ęe]kowe|wizualne)|ensayo (?:de doblado|hidr[áa]ulico|de aplastamiento)/iu;
const results =
  /^(?:ok|o\.k\.|i\.o\.|positive|negative|pass(?:ed)?|satisfactory|acceptable|accepted|good|conform\w*|complies|no (?:defects?|objections?|indications?)|without (?:defects?|objections?)|erf[üu]llt|bestanden|ohne beanstandung|entspricht|in ordnung|satisfaisant|bon|conforme|pozytywn\w+|dobry|zgodn\w+|positivo|esito positivo|favorevole|satisfactori\w+|correcto|fail(?:ed)?|not ok|nicht bestanden)\b/iu;

/** Tests that give no value of the properties: non-destructive tests, bends, surfaces. Results as printed. */
export function readOtherTests(
  entries: readonly Entry[],
  lines: readonly Line[][],
  tables: readonly Table[],
  locate: (page: number, cells: readonly Cell[]) => Place,
): ReadOtherTest[] {
  const coded = entries.flatMap((entry) => {
    if (!entry.code || !/^(?:D(?!01)\d\d|C[56]\d)$/u.test(entry.code) || !entry.lines.length) return [];
    const cells = [...entry.lines, ...entry.more];
    const interpretation = cells.find((cell) => results.test(cell.text)) ?? null;
    const measured = cells.find((cell) => cell !== interpretation);
    const { value, unit } = measured ? measure(measured.text) : { value: null, unit: null };
    return [
      {
        ...locate(entry.page, cells),
        code: entry.code,
        name: entry.label,
        value: value ?? (measured ? textOf(entry) : null),
        unit,
        interpretation: interpretation?.text ?? null,
        confidence: entry.confidence,
      },
    ];
  });
  if (coded.length) return coded;
  const used = new Set(tables.flatMap((table) => table.lines));
  return lines.flat().flatMap((line) => (used.has(line) ? [] : uncoded(line, locate)));
}

function uncoded(line: Line, locate: (page: number, cells: readonly Cell[]) => Place): ReadOtherTest[] {
  const cell = line.cells.find(({ text }) => names.test(text));
  if (!cell) return [];
  const split = /^(.*?)\s*(?::|=|–)\s*(.+)$/u.exec(cell.text);
  const others = line.cells
    .filter((other) => other.x > cell.x)
    .map((other) => other.text.replace(/^:\s*/u, ''));
  const result = [split?.[2] ?? '', ...others].find((text) => results.test(text));
  if (result === undefined) return [];
  return [
    {
      ...locate(line.page, line.cells),
      code: null,
      name: (split?.[1] ?? cell.text).trim(),
      value: null,
      unit: null,
      interpretation: result,
      confidence: 0.8 * cell.confidence,
    },
  ];
}

/** `100 %`, `1 Lot`: the number and what it counts. */
function measure(text: string): { value: string | null; unit: string | null } {
  const known = splitUnit(text);
  const number = parseNumber(known.number);
  if (number && known.unit) return { value: number.value, unit: known.unit };
  const match = /^([\d.,]+)\s*(\S.*)?$/u.exec(text);
  const counted = match ? parseNumber(match[1] ?? '') : null;
  return { value: counted?.value ?? null, unit: counted ? (match?.[2] ?? null) : null };
}
