const months: Record<string, number> = {};
const names = [
  'january jan januar janvier janv gennaio gen stycznia styczen enero ene',
  'february feb februar fevrier fevr febbraio febr lutego luty febrero',
  'march mar marz maerz mars marzo marca marzec mrz',
  'april apr avril avr aprile kwietnia kwiecien abril abr',
  'may mai maggio mag maja maj mayo',
  'june jun juni juin giugno giu czerwca czerwiec junio',
  'july jul juli juillet juil luglio lug lipca lipiec julio',
  'august aug aout agosto ago sierpnia sierpien',
  'september sep sept septembre settembre set wrzesnia wrzesien septiembre',
  'october oct oktober okt octobre ottobre ott pazdziernika pazdziernik octubre',
  'november nov novembre listopada listopad noviembre',
  'december dec dezember dez decembre dicembre dic grudnia grudzien diciembre',
];
for (const [index, list] of names.entries()) {
  for (const name of list.split(' ')) months[name] = index + 1;
}

/** A date read from a text. */
export interface PrintedDate {
  /** ISO 8601, `2018-10-23`. */
  value: string;
  /** Day and month could be the other way round. */
  ambiguous: boolean;
}

/**
 * The first date in a text: ISO, `23.10.2018`, `10/23/2018`, `23 Oct 2018`, `Oct 23, 2018`, in the six languages.
 * `04/05/2021` is read day first, as outside of the United States, unless `monthFirst`; it says so.
 */
export function parseDate(text: string, monthFirst = false): PrintedDate | null {
  const iso = /(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)/u.exec(text);
  if (iso) return made(Number(iso[1]), Number(iso[2]), Number(iso[3]), false);
  const numeric = /(?<!\d)(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)/u.exec(text);
  if (numeric) {
    const [first, second] = [Number(numeric[1]), Number(numeric[3])];
    const year = fullYear(numeric[4] ?? '');
    // Points are written day first everywhere.
    if (numeric[2] === '.' || first > 12) return made(year, second, first, false);
    if (second > 12) return made(year, first, second, false);
    const ambiguous = first !== second;
    return monthFirst ? made(year, first, second, ambiguous) : made(year, second, first, ambiguous);
  }
  const folded = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const dayFirst =
    /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?[-.\s/]*(?:de\s)?([a-z]{3,12})[-.,\s/]*(?:de\s)?(\d{4}|\d{2})(?!\d)/u.exec(
      folded,
    );
  const month = months[dayFirst?.[2] ?? ''];
  if (dayFirst && month) return made(fullYear(dayFirst[3] ?? ''), month, Number(dayFirst[1]), false);
  const named = /([a-z]{3,12})[-.\s]+(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})(?!\d)/u.exec(folded);
  const other = months[named?.[1] ?? ''];
  if (named && other) return made(Number(named[3]), other, Number(named[2]), false);
  return null;
}

function fullYear(text: string): number {
  return text.length === 4 ? Number(text) : 2000 + Number(text);
}

function made(year: number, month: number, day: number, ambiguous: boolean): PrintedDate | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  // A certificate is neither older than steelmaking by oxygen nor of the next century.
  if (!exists || year < 1950 || year > 2100) return null;
  return { value: date.toISOString().slice(0, 10), ambiguous };
}
