/** Contents that are text. */

/** The text of a content: by its mark, else UTF-8, else the Windows code page of older machines. */
export function textOf(content: Uint8Array): string {
  const mark = content.length >= 2 ? ((content[0] as number) << 8) | (content[1] as number) : 0;
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(content);
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(content);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('windows-1252').decode(content);
  }
}

/** The separator that stands most often in the first line of a table. */
export function separatorOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const count = (separator: string) => first.split(separator).length;
  return [',', ';', '\t', '|'].reduce((best, each) => (count(each) > count(best) ? each : best));
}
