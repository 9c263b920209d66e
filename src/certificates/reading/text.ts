import { getDocumentProxy } from 'unpdf';
import { DocumentUnreadableError } from './errors.ts';
import { type Box, inReadingFrame, type TextPage, type Word } from './pages.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;

/** How much of a document is read. */
export interface ReadingLimits {
  /** Bytes of the file. */
  bytes: number;
  pages: number;
  /** Longer side of a page in points; 14400 is what PDF itself allows. */
  pageSide: number;
  /** Words of one page: more is no certificate, and the analysis of the layout would not end. */
  wordsPerPage: number;
}

export const defaultLimits: ReadingLimits = {
  bytes: 50 * 1024 * 1024,
  pages: 300,
  pageSide: 14_400,
  wordsPerPage: 20_000,
};

/** Refuses what is not a PDF, or too large a one, before a parser sees it. */
export function expectPdf(bytes: Uint8Array, limits: ReadingLimits = defaultLimits): void {
  if (bytes.length === 0) throw new DocumentUnreadableError('EMPTY', 'The file is empty: upload it again.');
  if (bytes.length > limits.bytes) {
    throw new DocumentUnreadableError(
      'TOO_LARGE',
      `The file has ${bytes.length} bytes, at most ${limits.bytes} are read: send a smaller scan or split it.`,
    );
  }
  // Viewers accept some bytes before the header, so do the mills' mail gateways add them.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1');
  if (!head.includes('%PDF-')) {
    throw new DocumentUnreadableError('NOT_A_PDF', 'The file is no PDF: upload the certificate as a PDF.');
  }
}

/** Says which typed error stands for what a PDF library threw. */
export function unreadable(error: unknown): DocumentUnreadableError {
  if (error instanceof DocumentUnreadableError) return error;
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  if (name === 'PasswordException' || /password|encrypt/i.test(message)) {
    return new DocumentUnreadableError(
      'ENCRYPTED',
      'The PDF is protected by a password: ask its sender for one without.',
      error,
    );
  }
  return new DocumentUnreadableError(
    'BROKEN',
    'The PDF is damaged and cannot be opened: export or scan it again.',
    error,
  );
}

/**
 * The words of each page that has a text layer; pages without one come with `source: 'NONE'` and no words.
 * One page is held at a time. @throws DocumentUnreadableError
 */
export async function readPages(
  bytes: Uint8Array,
  limits: ReadingLimits = defaultLimits,
): Promise<TextPage[]> {
  expectPdf(bytes, limits);
  let document: PdfDocument | undefined;
  try {
    // pdf.js takes the buffer that it is given away from its owner.
    document = await getDocumentProxy(new Uint8Array(bytes), {
      isEvalSupported: false,
      stopAtErrors: false,
      maxImageSize: 1,
      verbosity: 0,
    });
    if (document.numPages > limits.pages) {
      throw new DocumentUnreadableError(
        'TOO_MANY_PAGES',
        `The PDF has ${document.numPages} pages, at most ${limits.pages} are read: split it.`,
      );
    }
    const pages: TextPage[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      pages.push(await readPage(page, number, limits));
      page.cleanup();
    }
    return pages;
  } catch (error) {
    throw unreadable(error);
  } finally {
    await document?.loadingTask.destroy();
  }
}

/** What of a text item of pdf.js is needed. */
interface Item {
  str: string;
  width: number;
  height: number;
  transform: number[];
  fontName: string;
}

/** A word on the shown page, and the angle of its line: 0, 90, 180 or 270 clockwise, null for slanted. */
interface Placed extends Word {
  angle: 0 | 90 | 180 | 270 | null;
}

async function readPage(page: PdfPage, number: number, limits: ReadingLimits): Promise<TextPage> {
  const viewport = page.getViewport({ scale: 1 });
  const { width, height } = viewport;
  if (Math.max(width, height) > limits.pageSide || Math.min(width, height) < 1) {
    throw new DocumentUnreadableError(
      'PAGE_TOO_LARGE',
      `Page ${number} measures ${Math.round(width)} x ${Math.round(height)} points: no page to print.`,
    );
  }
  const placed: Placed[] = [];
  const content = await page.getTextContent();
  for (const item of content.items) {
    if (!('str' in item) || item.str.trim() === '') continue;
    placed.push(...wordsOf(item as Item, viewport.transform as number[]));
    if (placed.length > limits.wordsPerPage) {
      throw new DocumentUnreadableError(
        'TOO_LARGE',
        `Page ${number} has more than ${limits.wordsPerPage} words: this is no certificate.`,
      );
    }
  }
  const annotations: { url?: string }[] = await page.getAnnotations().catch(() => []);
  const links = annotations.flatMap(({ url }) => (url ? [url] : []));
  const angle = mainAngle(placed);
  // Text that runs clockwise by 90 degrees is upright once the page is turned by 270.
  const turned = ((360 - angle) % 360) as TextPage['turned'];
  const words = placed
    .filter((word) => word.angle === angle)
    .map(({ angle: _, ...word }) => ({ ...word, ...inReadingFrame({ width, height }, turned, word) }))
    .filter((word) => word.width > 0 && word.height > 0);
  const swapped = turned === 90 || turned === 270;
  return {
    number,
    width: swapped ? height : width,
    height: swapped ? width : height,
    turned,
    source: words.length ? 'TEXT_LAYER' : 'NONE',
    words: joined(words).flatMap(separated),
    links,
  };
}

/** The direction in which most letters run. */
function mainAngle(words: readonly Placed[]): 0 | 90 | 180 | 270 {
  const letters = new Map<0 | 90 | 180 | 270, number>();
  for (const { angle, text } of words) {
    if (angle !== null) letters.set(angle, (letters.get(angle) ?? 0) + text.length);
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Splits an item at its white space; where in the item a word lies is told by rough widths of letters. */
function wordsOf(item: Item, view: number[]): Placed[] {
  const [a, b, c, d, e, f] = multiply(view, item.transform);
  const fontSize = Math.hypot(c, d) || item.height;
  const length = Math.hypot(a, b);
  if (!length || !fontSize || !Number.isFinite(length + fontSize + e + f)) return [];
  const [ux, uy] = [a / length, b / length];
  const angle = angleOf(ux, uy);
  const total = widthOf(item.str);
  const words: Placed[] = [];
  for (const match of item.str.matchAll(/\S+/gu)) {
    const before = (widthOf(item.str.slice(0, match.index)) / total) * item.width;
    const wide = (widthOf(match[0]) / total) * item.width;
    // The letters stand on (e, f): four fifths of their height above it, one below.
    const up: [number, number] = [uy, -ux];
    const corners = [
      [before, -0.2],
      [before + wide, -0.2],
      [before, 0.8],
      [before + wide, 0.8],
    ].map(([along = 0, above = 0]) => [
      e + ux * along + up[0] * above * fontSize,
      f + uy * along + up[1] * above * fontSize,
    ]);
    const xs = corners.map(([x = 0]) => x);
    const ys = corners.map(([, y = 0]) => y);
    words.push({
      text: plain(match[0]),
      x: Math.min(...xs),
      y: Math.min(...ys),
      width: Math.max(...xs) - Math.min(...xs),
      height: Math.max(...ys) - Math.min(...ys),
      fontSize,
      font: item.fontName,
      confidence: 1,
      angle,
    });
  }
  return words;
}

function multiply(m: number[], n: number[]): [number, number, number, number, number, number] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = m;
  const [p = 1, q = 0, r = 0, s = 1, t = 0, u = 0] = n;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

function angleOf(ux: number, uy: number): Placed['angle'] {
  const degrees = ((Math.atan2(uy, ux) * 180) / Math.PI + 360) % 360;
  for (const angle of [0, 90, 180, 270] as const) {
    if (Math.min(Math.abs(degrees - angle), 360 - Math.abs(degrees - angle)) < 5) return angle;
  }
  return null;
}

/** Ligatures, full-width digits and soft hyphens as plain letters; superscripts keep their meaning. */
function plain(text: string): string {
  return text
    .replace(/[\uFB00-\uFB06\uFF01-\uFF5E\u00A0]/gu, (letter) => letter.normalize('NFKC'))
    .replace(/\u00AD/gu, '-')
    .replace(/[\u200B-\u200D\uFEFF]/gu, '')
    .normalize('NFC');
}

/** Widths of letters as the common sans-serif fonts have them, in thousandths of the size. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) {
    if ("iljtfI|!.,:;'()[]/\\ ".includes(letter)) width += 290;
    else if ('mMWw%@'.includes(letter)) width += 860;
    else if (/[A-Z]/u.test(letter)) width += 680;
    else width += 556;
  }
  return width;
}

/** Letters that a PDF places one by one become words again: parts on one line with no gap between them. */
function joined(words: readonly Word[]): Word[] {
  const result: Word[] = [];
  const sorted = [...words].sort((a, b) => a.y + a.height - b.y - b.height || a.x - b.x);
  // Lines first: the baselines of the parts of a word differ by a rounding.
  const lines: Word[][] = [];
  for (const word of sorted) {
    const line = lines.at(-1);
    const previous = line?.at(-1);
    if (line && previous && Math.abs(bottomOf(previous) - bottomOf(word)) < 0.1 * word.fontSize) {
      line.push(word);
    } else lines.push([word]);
  }
  for (const line of lines) {
    let last: Word | undefined;
    for (const word of line.sort((a, b) => a.x - b.x)) {
      const gap = last ? word.x - (last.x + last.width) : Number.POSITIVE_INFINITY;
      // Parts of several letters in two fonts are a label and its value in cells without padding.
      const close = last?.font === word.font && gap < 0.02 * word.fontSize;
      const single = last && (last.text.length === 1 || word.text.length === 1 || close);
      if (
        last &&
        single &&
        gap < 0.12 * word.fontSize &&
        gap > -0.3 * word.fontSize &&
        sameStyle(last, word)
      ) {
        // The same letter at the same place twice is bold print of old printers.
        if (gap < -0.2 * word.fontSize && last.text.endsWith(word.text)) continue;
        last.text += word.text;
        last.width = Math.max(last.x + last.width, word.x + word.width) - last.x;
      } else {
        last = { ...word };
        result.push(last);
      }
    }
  }
  return result;
}

/** `[%]0.150` is the end of a label and a value: cells that stand too close, in a text layer or a scan. */
export function separated(word: Word): Word[] {
  const match = /^(.*[\p{L}%][\])]|.*[\])%])([<≤]?\d[\d.,]*)$/u.exec(word.text);
  const [, label = '', value = ''] = match ?? [];
  if (!match || !label) return [word];
  const share = label.length / word.text.length;
  return [
    { ...word, text: label, width: word.width * share },
    { ...word, text: value, x: word.x + word.width * share, width: word.width * (1 - share) },
  ];
}

const bottomOf = (box: Box) => box.y + box.height;
const sameStyle = (a: Word, b: Word) => Math.abs(a.fontSize - b.fontSize) < 0.1 * b.fontSize;
