/** Lower case, no accents, `ł` and `ß` spelled out: the form in which labels are compared. */
export function folded(text: string): string {
  return text
    .toLowerCase()
    .replace(/ł/gu, 'l')
    .replace(/ß/gu, 'ss')
    .replace(/[ºª]/gu, '')
    .replace(/[’‘`´]/gu, "'")
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

/** The words of a folded text: letters and digits; all else divides. */
export function tokensOf(text: string): { token: string; start: number; end: number }[] {
  const tokens: { token: string; start: number; end: number }[] = [];
  // Folding letter by letter keeps the places of the original.
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    tokens.push({ token: folded(match[0]), start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}
