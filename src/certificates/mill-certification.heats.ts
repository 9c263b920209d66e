/** The heats that were read in a document, put together: pure, and done in the process apart that reads. */
import type { ReadHeat } from './reading/result.ts';

/** What one document may hold, read or entered: a person corrects it in one mutation. */
export const mostHeats = 1_000;
export const mostProperties = 5_000;
/** What one heat may contain of elements and formulas together. */
export const mostElements = 200;

/** What heats say in lists. */
const lists = ['elements', 'formulas', 'properties'] as const;

/** Heats of the same number become one: what is told of it later goes to the first. */
export function merged<Heat extends Record<(typeof lists)[number], unknown[]> & { process: unknown }>(
  heats: readonly Heat[],
  numberOf: (heat: Heat) => string | null | undefined,
): Heat[] {
  const byNumber = new Map<string, Heat>();
  for (const heat of heats) {
    const number = numberOf(heat) ?? '';
    const first = byNumber.get(number);
    if (!first) {
      byNumber.set(number, {
        ...heat,
        elements: [...heat.elements],
        formulas: [...heat.formulas],
        properties: [...heat.properties],
      });
      continue;
    }
    for (const list of lists) for (const each of heat[list]) first[list].push(each);
    first.process ??= heat.process;
  }
  return [...byNumber.values()];
}

/** The numbers of the heats that each page tells of, by the number of the page. */
export function heatsOfPages(heats: readonly ReadHeat[]): [page: number, numbers: string[]][] {
  const pages = new Map<number, Set<string>>();
  for (const { number, elements, formulas, properties } of heats) {
    if (!number?.value) continue;
    for (const { page } of [number, ...elements, ...formulas, ...properties]) {
      const known = pages.get(page) ?? new Set();
      pages.set(page, known.add(number.value));
    }
  }
  return [...pages].map(([page, numbers]) => [page, [...numbers]]);
}

/** Why a document holds more than is kept of one; null where it does not. */
export function tooMuch<Heat extends Record<(typeof lists)[number], readonly unknown[]>>(
  heats: readonly Heat[],
  numberOf: (heat: Heat) => string | null | undefined,
): string | null {
  const sum = (count: (heat: Heat) => number) => heats.reduce((all, heat) => all + count(heat), 0);
  const values = ({ elements, formulas }: Heat) => elements.length + formulas.length;
  const crowded = heats.find((heat) => values(heat) > mostElements);
  if (crowded)
    return `Heat ${numberOf(crowded) ?? 'without a number'} has ${values(crowded)} values of its chemical composition: at most ${mostElements} are kept of one.`;
  const properties = sum((heat) => heat.properties.length);
  if (heats.length <= mostHeats && properties <= mostProperties) return null;
  return `The document tells of ${heats.length} heats with ${properties} mechanical properties: at most ${mostHeats} heats with ${mostProperties} are kept of one. Split it, and upload the parts.`;
}
