import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { DocumentUnreadableError } from './errors.ts';
import { expectPdf, unreadable } from './text.ts';

/** Renders pages of one document, one at a time. Close it: its memory is not the garbage collector's. */
export interface PageRenderer {
  pageCount: number;
  /**
   * The page (from 1) as a PNG. @param width in pixels; or `dpi` instead.
   * @throws DocumentUnreadableError NO_SUCH_PAGE, PAGE_TOO_LARGE
   */
  png(page: number, size: { width: number } | { dpi: number }): Promise<RenderedPage>;
  close(): void;
}

export interface RenderedPage {
  png: Uint8Array;
  /** In pixels. */
  width: number;
  height: number;
  /** Pixels a point. */
  scale: number;
}

/** 100 million pixels: A0 at 200 dpi, and 400 MB while it is drawn. */
const mostPixels = 100_000_000;

/** Opens a document for rendering. @throws DocumentUnreadableError */
export async function openRenderer(bytes: Uint8Array): Promise<PageRenderer> {
  expectPdf(bytes);
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(bytes);
    return {
      pageCount: document.getPageCount(),
      async png(number, size) {
        if (!Number.isInteger(number) || number < 1 || number > document.getPageCount()) {
          throw new DocumentUnreadableError(
            'NO_SUCH_PAGE',
            `There is no page ${number}: the document has ${document.getPageCount()}.`,
          );
        }
        const page = document.getPage(number - 1);
        const { originalWidth, originalHeight } = page.getOriginalSize();
        // PDFium cuts what is left of a pixel.
        const scale = 'dpi' in size ? size.dpi / 72 : (size.width + 0.5) / originalWidth;
        if (!(originalWidth * scale * originalHeight * scale <= mostPixels)) {
          throw new DocumentUnreadableError(
            'PAGE_TOO_LARGE',
            `Page ${number} is too large to draw at this resolution: ask for a smaller width.`,
          );
        }
        const drawn = await page.render({
          scale,
          render: async ({ data, width, height }) =>
            new Uint8Array(
              await sharp(data, { raw: { width, height, channels: 4 } })
                .flatten({ background: 'white' })
                .png({ compressionLevel: 6 })
                .toBuffer(),
            ),
        });
        return { png: drawn.data, width: drawn.width, height: drawn.height, scale };
      },
      close() {
        document.destroy();
        library.destroy();
      },
    };
  } catch (error) {
    library.destroy();
    throw unreadable(error);
  }
}

/** One page as a PNG of so many pixels' width. @throws DocumentUnreadableError */
export async function renderPage(bytes: Uint8Array, page: number, width: number): Promise<Uint8Array> {
  const renderer = await openRenderer(bytes);
  try {
    return (await renderer.png(page, { width })).png;
  } finally {
    renderer.close();
  }
}
