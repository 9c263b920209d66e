import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

const require = createRequire(import.meta.url);
// The standard fonts of PDF know the letters of western Europe only, and are not in the file.
const fonts = {
  plain: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  mono: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
} as const;

type Font = keyof typeof fonts;

/** All lengths are in points: 1/72 inch. */
const margin = 40;
const footerHeight = 24;
const bodySize = 8.5;
const ink = '#1a1a1a';
const faint = '#666666';
const rule = '#bbbbbb';
const shade = '#f0f0f0';

export interface PaperOptions {
  readonly title: string;
  /** Below the title. */
  readonly subtitle?: string;
  /** Who gives it out: above the title, and in the file's properties. */
  readonly author: string;
  /** PNG or JPEG, at the upper right. What cannot be read is left out. */
  readonly logo?: Uint8Array | null;
  /** At the foot of every page, left of the page's number. */
  readonly footer?: string;
  /** Across every page: DRAFT. */
  readonly watermark?: string | null;
  readonly landscape?: boolean;
  /** The instant that the file says it was made: the same content at the same instant gives the same bytes. */
  readonly at: Date;
}

export interface Column {
  readonly title: string;
  /** Its part of the width, beside those of the others; 1 unless given. */
  readonly weight?: number;
  readonly align?: 'left' | 'right' | 'center';
  readonly font?: Font;
}

/** An instant as documents print it, `2026-05-04 10:00:00 UTC`. */
export const instantText = (instant: Date | null): string | null =>
  instant ? `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC` : null;

/** Characters that a page cannot show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\ufeff]/g;
const printable = (text: string): string => text.replace(unprintable, '').replace(/\t/g, ' ');

/**
 * An A4 document: a head, then sections of facts, tables, texts and images that flow over pages, with a foot on each.
 * What it is told is written in order; `finish` gives the bytes.
 */
export class Paper {
  readonly #doc: PDFKit.PDFDocument;
  readonly #options: PaperOptions;
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;

  constructor(options: PaperOptions) {
    this.#options = options;
    const { title, author, at, landscape = false } = options;
    this.#doc = new PDFDocument({
      size: 'A4',
      layout: landscape ? 'landscape' : 'portrait',
      margins: { top: margin, left: margin, right: margin, bottom: margin + footerHeight },
      bufferPages: true,
      lang: 'en',
      displayTitle: true,
      font: fonts.plain,
      info: {
        Title: printable(title),
        Author: printable(author),
        Creator: 'Heatmark',
        CreationDate: at,
        ModDate: at,
      },
    });
    for (const [name, path] of Object.entries(fonts)) this.#doc.registerFont(name, path);
    this.#doc.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => {
      this.#doc.once('end', resolve);
      this.#doc.once('error', reject);
    });
    this.#head();
  }

  /** The width between the margins. */
  get width(): number {
    return this.#doc.page.width - 2 * margin;
  }

  #head(): void {
    const { title, subtitle, author, logo } = this.#options;
    const doc = this.#doc;
    const logoWidth = logo && this.#drawLogo(logo) ? 140 : 0;
    const width = this.width - logoWidth;
    this.#font('plain', bodySize, faint).text(printable(author), { width });
    this.#font('bold', 17, ink).text(printable(title), { width });
    if (subtitle) this.#font('plain', 10, faint).text(printable(subtitle), { width });
    doc.y = Math.max(doc.y, logoWidth > 0 ? margin + 52 : 0) + 6;
    this.#line();
  }

  #drawLogo(logo: Uint8Array): boolean {
    try {
      this.#doc.image(Buffer.from(logo), this.#doc.page.width - margin - 130, margin, {
        fit: [130, 48],
        align: 'right',
      });
      return true;
    } catch {
      // A document without its logo is better than none.
      return false;
    }
  }

  #font(font: Font, size: number, color: string): PDFKit.PDFDocument {
    return this.#doc.font(font).fontSize(size).fillColor(color);
  }

  #line(): void {
    const y = this.#doc.y;
    this.#doc
      .moveTo(margin, y)
      .lineTo(margin + this.width, y)
      .lineWidth(0.5)
      .strokeColor(rule)
      .stroke();
    this.#doc.y = y + 6;
  }

  /** Begins another page unless so much is free on this one. */
  #need(height: number): boolean {
    const { page } = this.#doc;
    if (this.#doc.y + height <= page.height - page.margins.bottom) return false;
    this.#doc.addPage();
    this.#doc.x = margin;
    return true;
  }

  /** Begins a section; its heading stays with what follows. */
  section(heading: string): void {
    this.#need(70);
    this.#doc.y += 8;
    this.#font('bold', 11, ink).text(printable(heading), margin, this.#doc.y, { width: this.width });
    this.#doc.y += 3;
  }

  /** A text that flows. */
  text(text: string, { font = 'plain', color = ink }: { font?: Font; color?: string } = {}): void {
    this.#need(bodySize * 2);
    this.#font(font, bodySize, color).text(printable(text), margin, this.#doc.y, { width: this.width });
    this.#doc.y += 3;
  }

  /** Labels with their values, in columns; what has no value is left out. */
  facts(facts: readonly (readonly [label: string, value: string | null | undefined])[], columns = 2): void {
    const shown = facts.flatMap(([label, value]) => (value ? [[label, printable(value)] as const] : []));
    const gap = 12;
    const width = (this.width - gap * (columns - 1)) / columns;
    // The same for one column as for two: their values stand in a line.
    const labelWidth = Math.min(140, Math.min(width, (this.width - gap) / 2) * 0.43);
    const valueWidth = width - labelWidth - 4;
    for (let first = 0; first < shown.length; first += columns) {
      const row = shown.slice(first, first + columns);
      this.#doc.font('plain').fontSize(bodySize);
      const height = Math.max(
        ...row.map(([label, value]) =>
          Math.max(
            this.#doc.heightOfString(label, { width: labelWidth }),
            this.#doc.heightOfString(value, { width: valueWidth }),
          ),
        ),
      );
      this.#need(height + 2);
      const y = this.#doc.y;
      row.forEach(([label, value], place) => {
        const x = margin + place * (width + gap);
        this.#font('plain', bodySize, faint).text(label, x, y, { width: labelWidth });
        this.#font('plain', bodySize, ink).text(value, x + labelWidth + 4, y, { width: valueWidth });
      });
      this.#doc.x = margin;
      this.#doc.y = y + height + 2;
    }
    this.#doc.y += 3;
  }

  /** A table; its head stands again on every page that it reaches, and a row is not torn unless it fills a page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const total = columns.reduce((sum, { weight = 1 }) => sum + weight, 0);
    const widths = columns.map(({ weight = 1 }) => (this.width * weight) / total);
    const pad = 4;
    const size = columns.length > 12 ? 6.5 : 7.5;
    const draw = (cells: readonly string[], isHead: boolean): void => {
      const fontOf = (place: number): Font => (isHead ? 'bold' : (columns[place]?.font ?? 'plain'));
      const texts = columns.map((_, place) => printable(cells[place] ?? ''));
      const heights = texts.map((text, place) =>
        this.#doc
          .font(fontOf(place))
          .fontSize(size)
          .heightOfString(text || ' ', { width: (widths[place] ?? 0) - 2 * pad }),
      );
      const room = this.#doc.page.height - 2 * margin - footerHeight - 60;
      const height = Math.min(Math.max(...heights), room) + 2 * pad;
      if (this.#need(height) && !isHead)
        draw(
          columns.map(({ title }) => title),
          true,
        );
      const y = this.#doc.y;
      let x = margin;
      if (isHead) this.#doc.rect(margin, y, this.width, height).fill(shade);
      texts.forEach((text, place) => {
        const width = widths[place] ?? 0;
        this.#font(fontOf(place), size, ink).text(text, x + pad, y + pad, {
          width: width - 2 * pad,
          height: height - 2 * pad,
          align: columns[place]?.align ?? 'left',
          ellipsis: true,
        });
        x += width;
      });
      this.#doc
        .moveTo(margin, y + height)
        .lineTo(margin + this.width, y + height)
        .lineWidth(0.3)
        .strokeColor(rule)
        .stroke();
      this.#doc.x = margin;
      this.#doc.y = y + height;
    };
    // A head does not stand alone at the foot of a page.
    this.#need(50);
    draw(
      columns.map(({ title }) => title),
      true,
    );
    for (const row of rows) draw(row, false);
    this.#doc.y += 8;
  }

  /**
   * An image, PNG or JPEG, at most so high; answers false where it cannot be read, and draws nothing.
   * @param caption below it
   */
  image(content: Uint8Array, { height, caption }: { height: number; caption?: string }): boolean {
    let opened: { width: number; height: number };
    try {
      opened = (
        this.#doc as unknown as { openImage(content: Buffer): { width: number; height: number } }
      ).openImage(Buffer.from(content));
    } catch {
      return false;
    }
    const scale = Math.min(height / opened.height, this.width / opened.width);
    const drawn = opened.height * scale;
    this.#need(drawn + (caption ? 20 : 6));
    this.#doc.image(opened as unknown as string, margin, this.#doc.y, {
      width: opened.width * scale,
      height: drawn,
    });
    this.#doc.x = margin;
    this.#doc.y += drawn + 4;
    if (caption) this.text(caption, { color: faint });
    return true;
  }

  /** The finished file. */
  async finish(): Promise<Buffer> {
    const { start, count } = this.#doc.bufferedPageRange();
    for (let number = 0; number < count; number++) {
      this.#doc.switchToPage(start + number);
      this.#foot(number + 1, count);
      if (this.#options.watermark) this.#watermark(this.#options.watermark);
    }
    this.#doc.end();
    await this.#ended;
    return Buffer.concat(this.#chunks);
  }

  #foot(number: number, count: number): void {
    const { page } = this.#doc;
    const y = page.height - margin - footerHeight + 10;
    // Below the margin every line would begin a page of its own.
    const bottom = page.margins.bottom;
    page.margins.bottom = 0;
    this.#font('plain', 7, faint).text(printable(this.#options.footer ?? ''), margin, y, {
      width: this.width - 80,
      // One line: what is longer is cut.
      height: 8,
      ellipsis: true,
    });
    this.#font('plain', 7, faint).text(`${number} / ${count}`, page.width - margin - 80, y, {
      width: 80,
      align: 'right',
      lineBreak: false,
    });
    page.margins.bottom = bottom;
  }

  #watermark(text: string): void {
    const { page } = this.#doc;
    // Of the largest letters with which it stays within the page.
    const room = Math.min(700, page.width * 0.95);
    const size = Math.min(110, (110 * room) / this.#font('bold', 110, '#cc0000').widthOfString(text));
    const bottom = page.margins.bottom;
    page.margins.bottom = 0;
    this.#doc.save();
    this.#doc.rotate(-30, { origin: [page.width / 2, page.height / 2] });
    this.#font('bold', size, '#cc0000').fillOpacity(0.12);
    this.#doc.text(text, page.width / 2 - 400, page.height / 2 - size / 2, {
      width: 800,
      align: 'center',
      lineBreak: false,
    });
    this.#doc.restore();
    page.margins.bottom = bottom;
  }
}
