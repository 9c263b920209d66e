import type { Cell } from './layout.ts';
import type { Place, ReadParty } from './result.ts';

/**
 * A company out of the lines of its address: the first is its name. Town, postal code and country are told where
 * the last lines have one of the common forms, `Linz 4040, AT`, `DE-10115 Berlin`, `10115 Berlin`, else not.
 */
export function readParty(
  cells: readonly Cell[],
  place: Place,
  confidence: number,
  code: string | null,
): ReadParty | null {
  const lines = cells.map((cell) => cell.text.trim()).filter(Boolean);
  const [first, ...rest] = lines.length === 1 ? splitLine(lines[0] ?? '') : lines;
  if (!first || !/\p{L}{2}/u.test(first)) return null;
  const email = rest.find((line) => /^\S+@\S+\.\S+$/u.test(line)) ?? null;
  const address = rest.filter((line) => line !== email);
  const town = findTown(address);
  return {
    ...place,
    name: first,
    address,
    street: town ? address.slice(0, town.line) : address.slice(0, 1),
    postalCode: town?.postalCode ?? null,
    city: town?.city ?? null,
    country: town?.country ?? null,
    email,
    text: lines.join('\n'),
    confidence,
    code,
  };
}

/** A name and its address in one line, divided by commas. */
function splitLine(line: string): string[] {
  const parts = line.split(/\s*[,;]\s+/u);
  return parts.length >= 3 ? parts : [line];
}

interface Town {
  line: number;
  postalCode: string | null;
  city: string | null;
  country: string | null;
}

function findTown(address: readonly string[]): Town | null {
  for (let line = address.length - 1; line >= 0; line--) {
    const text = address[line] ?? '';
    const after = address[line + 1];
    const countryBelow = after && !/\d/u.test(after) && after.split(/\s+/u).length <= 3 ? after : null;
    // Linz 4040, AT
    let match = /^(\p{L}[\p{L}\s.'’/-]+?)\s+(\d{4,6}),\s*(\p{L}{2,})$/u.exec(text);
    if (match)
      return { line, city: match[1] ?? null, postalCode: match[2] ?? null, country: match[3] ?? null };
    // DE-10115 Berlin, 10115 Berlin, 31-752 Kraków, L-1234 Esch, Germany
    match =
      /^(?:([A-Z]{1,3})[-\s])?(\d{2}-\d{3}|\d{4,6}|\d{3}\s\d{2})\s+(\p{L}[\p{L}\s.'’()/-]*?)(?:,\s*(\p{L}[\p{L}\s]*))?$/u.exec(
        text,
      );
    if (match) {
      return {
        line,
        postalCode: match[2] ?? null,
        city: match[3] ?? null,
        country: match[4] ?? match[1] ?? countryBelow,
      };
    }
    // Houston, TX 77002 USA
    match = /^(\p{L}[\p{L}\s.'-]+),\s*([A-Z]{2})\s+(\d{5}(?:-\d{4})?)(?:,?\s+(\p{L}[\p{L}.\s]*))?$/u.exec(
      text,
    );
    if (match)
      return {
        line,
        city: match[1] ?? null,
        postalCode: match[3] ?? null,
        country: match[4] ?? countryBelow,
      };
    // Sheffield S9 1TR
    match = /^(\p{L}[\p{L}\s.'-]+?),?\s+([A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})(?:,\s*(\p{L}[\p{L}\s]*))?$/u.exec(
      text,
    );
    if (match)
      return {
        line,
        city: match[1] ?? null,
        postalCode: match[2] ?? null,
        country: match[3] ?? countryBelow,
      };
  }
  return null;
}
