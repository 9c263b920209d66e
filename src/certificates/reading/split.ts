import { PDFDocument } from '@cantoo/pdf-lib';
import { DocumentUnreadableError } from './errors.ts';
import { expectPdf, unreadable } from './text.ts';

/**
 * The pages as documents of one page each, in order. Actions, attachments and forms of the whole document
 * stay behind. @throws DocumentUnreadableError
 */
export async function* splitPages(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const source = await openForCopy(bytes);
  for (const index of source.getPageIndices()) yield await copied(source, [index]);
}

/** One document of some pages (from 1), in the order given. @throws DocumentUnreadableError */
export async function extractPages(bytes: Uint8Array, pages: readonly number[]): Promise<Uint8Array> {
  const source = await openForCopy(bytes);
  for (const page of pages) {
    if (!Number.isInteger(page) || page < 1 || page > source.getPageCount()) {
      throw new DocumentUnreadableError(
        'NO_SUCH_PAGE',
        `There is no page ${page}: the document has ${source.getPageCount()}.`,
      );
    }
  }
  return copied(
    source,
    pages.map((page) => page - 1),
  );
}

async function openForCopy(bytes: Uint8Array): Promise<PDFDocument> {
  expectPdf(bytes);
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    // A damaged file may load and have no tree of pages.
    document.getPageCount();
    return document;
  } catch (error) {
    throw unreadable(error);
  }
}

async function copied(source: PDFDocument, indices: number[]): Promise<Uint8Array> {
  try {
    const target = await PDFDocument.create({ updateMetadata: false });
    for (const page of await target.copyPages(source, indices)) target.addPage(page);
    return await target.save();
  } catch (error) {
    throw unreadable(error);
  }
}
